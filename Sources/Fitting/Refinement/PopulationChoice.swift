// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// How many populations a circuit needs, by the error of its trajectories on trials it was not fitted to.
///
/// P goes up through the candidates, and for each P through the closures, from the simplest on. The first circuit whose
/// validation error stays below `enough` on other trials, too (`ValidationError.bound`), and whose overall means of m and n
/// are within `Distillation.meanLimit` of the network's own, is taken and ends the search. If none is, it is the first
/// whose error is at most `enough` on these trials; failing that, the first within `tolerance` times the least error.
///
/// Where a refined circuit's anchor is to be found, too, and the free fit is far from enough, the curve has the free fit: an
/// anchor only takes freedom, and would be looked for in vain. Should that circuit be taken in the end, the strongest
/// anchor is found for it that stays within the same error.
public struct PopulationChoice: Sendable {
  /// The circuit of one P.
  public struct Point: Sendable, Hashable {
    /// P.
    public let populations: Int
    /// How its parameters were found.
    public let closure: Closure
    /// Relative error of the outputs on the training trials.
    public let trainingError: Double
    /// The same on the validation trials.
    public let validation: ValidationError
    /// The largest distance of an overall mean of m or n from the network's own, in SDs over units.
    public let meanDistance: Double
  }

  /// The candidates tried unless others are given.
  public static let candidates = [1, 2, 3, 4, 6, 8]

  /// The curve over P, as far as it was followed.
  public let curve: [Point]
  /// The circuits of the curve, one for each of its points.
  public let distillations: [Distillation]
  /// The circuit of the P that was chosen.
  public let distillation: Distillation

  /// Follows the curve.
  ///
  /// - Parameters:
  ///   - distiller: the network and its trials.
  ///   - options: closure, anchor and the like; its number of populations is not used.
  ///   - closures: the closures tried for each P, from simple to elaborate; `nil` for that of the options alone.
  ///   - candidates: numbers of populations, ascending; those above N are left out.
  ///   - enough: relative error that needs no improvement; of a dense J at least `tolerance` times what its truncation
  ///     loses.
  ///   - tolerance: how much worse than the best a smaller circuit may be.
  ///   - progress: called with P, the closure and the share done of its fit, from any thread.
  /// - Throws: what `Distillation` throws, when no candidate led to a circuit.
  public init(
    from distiller: Distiller, options: Distillation.Options, closures: [Closure]? = nil,
    candidates: [Int] = Self.candidates, enough: Double = 0.01, tolerance: Double = 1.25,
    progress: (@Sendable (Int, Closure, Double) -> Void)? = nil
  ) throws {
    let units = distiller.network.unitCount
    // A truncation of J loses what no circuit of it brings back.
    let enough = max(enough, tolerance * distiller.truncationError)
    var found: [(point: Point, distillation: Distillation)] = []
    var failure: any Error = DistillationError(
      quantity: "candidates for the number of populations",
      expected: "one between 1 and \(units)",
      found: "\(candidates)")
    // The place of the circuit that ended the search.
    var sufficient: Int?
    search: for populations in candidates where (1...units).contains(populations) {
      for closure in closures ?? [options.closure] {
        var options = options
        options.populations = populations
        options.closure = closure
        do {
          let result = try Self.fit(distiller, options, enough) { progress?(populations, closure, $0) }
          let point = Point(result, populations: populations)
          found.append((point, result))
          if point.validation.bound <= enough, point.meanDistance <= Distillation.meanLimit {
            sufficient = found.count - 1
            break search
          }
        } catch { failure = error }
      }
    }
    // A circuit whose activity overflows has an error that is not a number, and is not the best of any.
    let finite = found.filter { $0.point.validation.value.isFinite }
    guard let least = finite.map(\.point.validation.value).min() else { throw failure }
    let limit = max(tolerance * least, enough)
    // A smaller circuit that is worse than enough is no substitute for one that is not, nor one with means of its own for
    // one with the network's.
    let place =
      sufficient
      ?? found.firstIndex {
        $0.point.validation.value <= enough && $0.point.meanDistance <= Distillation.meanLimit
      } ?? found.firstIndex { $0.point.validation.value <= limit }
    guard let place else { throw failure }
    let chosen = found[place]
    if sufficient == nil, case .strongest(_, let tolerance) = options.anchor, chosen.distillation.anchor == 0
    {
      var options = options
      options.populations = chosen.point.populations
      options.closure = chosen.point.closure
      options.anchor = .strongest(limit: limit, tolerance: tolerance)
      let result = try distiller.distil(options) {
        progress?(chosen.point.populations, chosen.point.closure, $0)
      }
      found[place] = (Point(result, populations: chosen.point.populations), result)
    }
    curve = found.map(\.point)
    distillations = found.map(\.distillation)
    distillation = found[place].distillation
  }

  /// The circuit of one P; a refined one without its anchor where the free fit is far from `enough`.
  private static func fit(
    _ distiller: Distiller, _ options: Distillation.Options, _ enough: Double,
    _ progress: @escaping @Sendable (Double) -> Void
  ) throws -> Distillation {
    if options.closure == .refined, case .strongest(_, let tolerance) = options.anchor {
      var free = options
      free.anchor = .strength(0)
      let result = try distiller.distil(free) { progress($0 / Double(1 + Distillation.anchors.count)) }
      // NaN, too, is far from enough.
      if !(result.validation.value <= tolerance * enough) { return result }
    }
    return try distiller.distil(options, progress: progress)
  }
}

extension PopulationChoice.Point {
  fileprivate init(_ result: Distillation, populations: Int) {
    self.init(
      populations: populations, closure: result.closure, trainingError: result.trainingError,
      validation: result.validation, meanDistance: result.diagnosis.meanDistance)
  }
}
