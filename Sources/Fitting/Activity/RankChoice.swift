// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// The rank that prediction of held-out trials asks for, and what that rests on.
///
/// Folds are compared in pairs: all ranks are fitted to the same trials and judged by the same others.
public struct RankChoice: Sendable, Hashable, Codable {
  /// What a choice rests on.
  public enum Grounds: String, Sendable, Hashable, Codable {
    /// This rank gives the activity to rounding, the one below does not: the activity is that of a network of this rank.
    case exact
    /// No rank that was tried predicts better by more than a standard error, the one below predicts worse by more than
    /// two.
    case plateau
    /// Every further rank predicts a little better, none halves what the one before leaves unexplained: the activity is
    /// not that of a network of low rank, and this is where more ranks stop paying.
    case diminishing
    /// The data do not tell: `candidates` do as well.
    case undecided
  }

  /// Which of the predictions it is.
  public let index: Int
  /// R.
  public let rank: Int
  /// What the choice rests on.
  public let grounds: Grounds
  /// Ranks that cannot be told from it, itself among them; it alone where the data decide.
  public let candidates: [Int]
  /// Whether ranks beyond the largest that was tried may predict better.
  public let isOpenAbove: Bool

  /// z that is this close is close enough for a rank to be the last.
  public static let largestOutputError = 0.05
  /// Differences of R² below this are not told apart: those of descent in single precision.
  static let floor = 1e-6
  /// An activity is given to rounding where less than this is left: what single precision and descent leave.
  static let rounding = 1e-4

  /// The least rank that does: one that predicts as well as the best, within a standard error, or after which further
  /// ranks do not pay.
  ///
  /// The second rule is for activity that every further rank predicts better; it is not applied where z is off by more than
  /// `largestOutputError`.
  ///
  /// - Parameters:
  ///   - predictions: of ranks 1, 2, …
  ///   - outputErrors: relative error of z at every rank on the trials of the fit; `nil` where there is no z.
  ///   - outputsAreNoisy: whether z was recorded. It is then no nearer than its noise, and a rank may be the last, too, when
  ///     none further that was fitted halves what it leaves of z.
  ///   - most: the largest rank that can be.
  /// - Returns: `nil` for no predictions.
  public init?(
    _ predictions: [HeldOutPrediction], outputErrors: [Double?], outputsAreNoisy: Bool = false, most: Int
  ) {
    guard let best = predictions.indices.max(by: { predictions[$0].mean < predictions[$1].mean }) else {
      return nil
    }
    let left = predictions.map { 1 - $0.mean }
    /// How much better `b` predicts than `a`, and the standard error of that.
    func gain(_ a: Int, _ b: Int) -> (mean: Double, error: Double) {
      let pairs = zip(predictions[a].folds, predictions[b].folds).map { $1 - $0 }
      let mean = pairs.isEmpty ? 0 : pairs.reduce(0, +) / Double(pairs.count)
      return (mean, HeldOutPrediction.error(pairs))
    }
    let reaches = predictions.indices.first { index in
      let gain = gain(index, best)
      return gain.mean <= max(gain.error, Self.floor)
    }
    let pays = predictions.indices.first { index in
      let error = (outputErrors.indices.contains(index) ? outputErrors[index] : nil) ?? 0
      // Half of the squares, as for the rates below.
      let isNoise =
        outputsAreNoisy && outputErrors.count > index + 1
        && outputErrors[(index + 1)...].allSatisfy { ($0 ?? 0) * ($0 ?? 0) >= 0.5 * error * error }
      guard error <= Self.largestOutputError || isNoise, index + 1 < predictions.count else { return false }
      var half = left[index]
      return left[(index + 1)...].allSatisfy { later in
        half /= 2
        return later >= half
      }
    }
    let plateau = reaches ?? best
    // Where prediction stops improving, what is left is noise, of which no rank halves anything.
    index = plateau < predictions.count - 1 ? plateau : min(plateau, pays ?? plateau)
    rank = predictions[index].rank
    let isLast = index == predictions.count - 1 && rank < most
    isOpenAbove = isLast && left[index] > Self.rounding
    let stepDown = index > 0 ? gain(index - 1, index) : nil
    let isSharp = index == 0 || left[index - 1] >= 10 * left[index]
    var candidates = [rank]
    // The one below cannot be told from it where the folds disagree.
    for lower in predictions.indices where lower < index {
      let gain = gain(lower, index)
      if gain.mean <= 2 * gain.error { candidates.append(predictions[lower].rank) }
    }
    if left[index] <= Self.rounding, isSharp {
      grounds = .exact
      candidates = [rank]
    } else if candidates.count > 1 || isOpenAbove {
      grounds = .undecided
    } else if index == plateau, index < predictions.count - 1 || rank == most {
      grounds = stepDown.map { $0.mean > 2 * $0.error } ?? true ? .plateau : .undecided
    } else {
      grounds = index == plateau ? .undecided : .diminishing
    }
    self.candidates = candidates.sorted()
  }

  /// Whether ranks beyond those that were tried need not be: two that were do no better, or one where this gives the
  /// activity to rounding, or none where it leaves less than differences that are told apart.
  public func isSettled(by predictions: [HeldOutPrediction]) -> Bool {
    guard predictions.indices.contains(index) else { return false }
    let further = grounds != .exact ? 2 : 1 - predictions[index].mean > Self.floor ? 1 : 0
    return predictions.count > index + further
  }
}
