// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// How courses of activity lie to one another while a task asks for its answer, and what the readout takes of them.
///
/// With d_k the principal components of the rates ρ over all steps of all trials and a_k the activity along them,
/// z - ⟨z⟩ = Σ_k (wᵀd_k/N) a_k. The a_k are uncorrelated, so that each has its share of the variance of z beside its share of the
/// variance of the rates: a component with much of the one and little of the other is projected out.
public struct ResponseGeometry: Sendable, Hashable {
  /// Share of the variance of the rates along each component, the first ones.
  public let activity: [Double]
  /// Share of the variance of z along the same components; of several outputs, of the sum of their variances. Empty where z never
  /// changes.
  public let output: [Double]
  /// Spearman's ρ between distances of the rates of two trials and distances of their targets, over all pairs of different trials,
  /// each at the same step of its response; `nil` without targets, for fewer than five pairs, or where all are equal.
  public let distanceWithTarget: Double?
  /// How parallel the courses are: the SD of the distance of two trials over the steps of the response, over its mean; mean over
  /// the pairs. 0 where all distances stay as they are; `nil` where there is no pair.
  public let unevenness: Double?

  /// Trials whose courses are compared: pairs grow with their square.
  static let mostTrials = 40

  /// The geometry of a network's courses.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - trials: trials of the task, best without noise on the inputs. Trials with the same inputs count once.
  ///   - alpha: dt/τ.
  ///   - components: how many.
  /// - Throws: `LinearAlgebraError` when numerics fail, also when the simulation runs away.
  public init(of network: Network, on trials: Trials, alpha: Double, components: Int = 3)
    throws(LinearAlgebraError)
  {
    let (stimulus, units) = (trials.stimulus, network.unitCount)
    let size = stimulus.steps * stimulus.channels
    var seen: Set<[Double]> = []
    let chosen = (0..<stimulus.trials).filter { trial in
      seen.count < Self.mostTrials
        && seen.insert(Array(stimulus.values[(trial * size)..<((trial + 1) * size)])).inserted
    }
    let part = Stimulus(
      trials: chosen.count, steps: stimulus.steps, channels: stimulus.channels,
      values: chosen.flatMap { stimulus.values[($0 * size)..<(($0 + 1) * size)] })
    let dynamics = try NetworkDynamics(network)
    let run = Simulation(alpha: alpha, keepsStates: true).run(dynamics, under: part)
    let rates = dynamics.activationsAndRates(of: run, under: part).rates
    (activity, output) = try Self.shares(rates, network, components)
    let responses = chosen.map { Self.response(trials, $0) }
    let distances = Self.distances(responses, width: units) { place, step in
      rates[((place * stimulus.steps + step) * units)...].prefix(units)
    }
    unevenness = Self.unevenness(distances)
    let outputs = trials.outputs
    guard !trials.target.isEmpty else {
      distanceWithTarget = nil
      return
    }
    let targets = Self.distances(responses, width: outputs) { place, step in
      trials.target[((chosen[place] * stimulus.steps + step) * outputs)...].prefix(outputs)
    }
    func means(_ rows: [[Double]]) -> [Double] { rows.map { $0.reduce(0, +) / Double(max($0.count, 1)) } }
    distanceWithTarget = RankCorrelation(means(distances), means(targets))?.value
  }

  /// Shares of the variances of rates and of z.
  private static func shares(_ rates: [Double], _ network: Network, _ count: Int) throws(LinearAlgebraError)
    -> (activity: [Double], output: [Double])
  {
    let units = network.unitCount
    let all = rates.count / units
    // Evenly spread points, where there are more than the eigensystem should be made of.
    let points = min(all, ActivityDimensions.mostPoints)
    let values = (0..<points).flatMap { rates[($0 * all / points * units)...].prefix(units) }
    let found = try PrincipalComponents(of: values, width: units, keeping: count)
    let kept = found.directions.columns
    var (parts, total) = ([Double](repeating: 0, count: kept), 0.0)
    for o in 0..<network.outputCount {
      let w = network.readouts.column(o)
      for k in 0..<kept {
        let weight = zip(w, found.directions.column(k)).reduce(0) { $0 + $1.0 * $1.1 }
        parts[k] += weight * weight * found.variances[k]
      }
      let level = zip(w, found.centre).reduce(0) { $0 + $1.0 * $1.1 }
      for point in 0..<points {
        let z = zip(w, values[(point * units)...]).reduce(0) { $0 + $1.0 * $1.1 } - level
        total += z * z / Double(points)
      }
    }
    return (
      found.totalVariance > 0 ? (0..<kept).map { found.variances[$0] / found.totalVariance } : [],
      total > 0 ? parts.map { $0 / total } : []
    )
  }

  /// The steps at which a trial is asked; all of them where there is no mask.
  private static func response(_ trials: Trials, _ trial: Int) -> [Int] {
    let (steps, outputs) = (trials.stimulus.steps, trials.outputs)
    guard !trials.mask.isEmpty else { return Array(0..<steps) }
    return (0..<steps).filter { step in
      trials.mask[((trial * steps + step) * outputs)...].prefix(outputs).contains { $0 > 0 }
    }
  }

  /// For every pair of trials their RMS distances, step of the response after step.
  private static func distances(
    _ responses: [[Int]], width: Int, _ values: (_ place: Int, _ step: Int) -> ArraySlice<Double>
  ) -> [[Double]] {
    var rows: [[Double]] = []
    for a in responses.indices {
      for b in responses.indices.dropFirst(a + 1) {
        let row = zip(responses[a], responses[b]).map { first, second -> Double in
          let square = zip(values(a, first), values(b, second)).reduce(0) { sum, pair in
            sum + (pair.0 - pair.1) * (pair.0 - pair.1)
          }
          return (square / Double(max(width, 1))).squareRoot()
        }
        if !row.isEmpty { rows.append(row) }
      }
    }
    return rows
  }

  private static func unevenness(_ rows: [[Double]]) -> Double? {
    let ratios = rows.compactMap { row -> Double? in
      let mean = row.reduce(0, +) / Double(row.count)
      guard mean > 0 else { return nil }
      return (row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)).squareRoot() / mean
    }
    return ratios.isEmpty ? nil : ratios.reduce(0, +) / Double(ratios.count)
  }
}
