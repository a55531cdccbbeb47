import LowRank

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One sentence on a circuit that claims no more than was tested.
public struct ClosureVerdict: Sendable, Hashable, CustomStringConvertible {
  /// The sentence.
  public let description: String
  /// Whether the circuit was tested on trials of the task and predicts them, by the verdict's limits.
  public let holdsOnTask: Bool

  /// Whether a comparison counts as a prediction: no output's relative error above `limit`, and at least 99 % of all
  /// decisions alike.
  public static func predicts(_ comparison: Comparison, limit: Double = 0.1) -> Bool {
    worstError(comparison) <= limit && comparison.outputs.allSatisfy { ($0.agreement ?? 1) >= 0.99 }
  }

  /// The largest relative error of an output, or of a latent where there is no output.
  public static func worstError(_ comparison: Comparison) -> Double {
    let errors = comparison.outputs.isEmpty ? comparison.kappa : comparison.outputs.map(\.deviation)
    // NaN, from an overflow, is worse than anything.
    return errors.map { $0.relative.isNaN ? .infinity : $0.relative }.max() ?? 0
  }

  /// The verdict on one row of a table.
  ///
  /// A condition counts as predicted while every output's relative error stays within `limit` and at least 99 % of its
  /// decisions agree.
  public init(
    on row: ClosureTable.Row, in table: ClosureTable, diagnosis: Diagnosis? = nil, limit: Double = 0.1
  ) {
    let worst = Self.worstError
    func holds(_ comparison: Comparison) -> Bool { Self.predicts(comparison, limit: limit) }
    func percent(_ value: Double) -> String {
      guard value.isFinite else { return "no finite value" }
      if value > 1e4 { return "more than 1000000 %" }
      let digits = value * 100
      let places = digits >= 10 ? 1.0 : (digits >= 1 ? 10.0 : 100.0)
      let rounded = (digits * places).rounded() / places
      return (rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)") + " %"
    }
    let all = zip(zip(table.conditions, table.familiar), row.comparisons)
    let familiar = all.filter { $0.0.1 }
    let strange = all.filter { !$0.0.1 }
    let error = familiar.map { worst($0.1) }.max()
    holdsOnTask = error != nil && familiar.allSatisfy { holds($0.1) }
    var sentence: String
    if let error {
      sentence =
        holdsOnTask
        ? "On held-out trials of the task the circuit follows the network to \(percent(error))"
        : "On held-out trials of the task the circuit does not follow the network (error \(percent(error)))"
    } else {
      sentence = "The circuit was not tested on trials of the task"
    }
    if !strange.isEmpty {
      let kept = strange.filter { holds($0.1) }.map { "\($0.0.0) (\(percent(worst($0.1))))" }
      let lost = strange.filter { !holds($0.1) }.map { "\($0.0.0) (\(percent(worst($0.1))))" }
      if !kept.isEmpty { sentence += "; it also holds for \(kept.joined(separator: ", "))" }
      if !lost.isEmpty { sentence += "; it fails for \(lost.joined(separator: ", "))" }
    }
    if let diagnosis, diagnosis.isExcessive {
      sentence += "; its weights are far larger than the network's, so it should not be trusted"
    }
    description = sentence + "."
  }
}
