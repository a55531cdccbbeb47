// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import NetworkFiles

/// Who drives κ and z: currents by population, in the network and in its circuit, and in the circuit by loading.
///
/// κ_r follows (1/N) nᵀφ(x), a sum over units, and z is one. Split by population it is the network's own, without any
/// approximation, for a dense J too; the circuit splits each population's part further, by Stein's lemma:
///
///     (1/N) Σ_{i∈p} a_i φ(x_i)  ≈  α_p { ā_p⟨φ⟩_p + Σ_j σ^p_{a y_j} q_j ⟨φ'⟩_p }
public struct Currents: Study, Hashable {
  /// The trials.
  public var trials: TrialRequest
  /// The circuit and its populations.
  public var circuit: CircuitRequest

  /// A decomposition on trials.
  public init(trials: TrialRequest, circuit: CircuitRequest) {
    self.trials = trials
    self.circuit = circuit
  }

  /// Refuses what makes no sense.
  public func validate() throws(StudyError) {
    try circuit.refuseGiven()
    try trials.validate()
    try circuit.validate()
  }

  /// Splits the currents along the exact manifold's trajectories.
  public func run(on subject: Subject, observer: some Observer) throws(StudyError) -> CurrentsResult {
    try validate()
    let collector = RemarkCollector(passingTo: observer)
    let imported = try subject.imported()
    let set = try TrialSet(trials, for: subject, isFitted: circuit.isFitted, observer: collector)
    let reduction = try Reduction(circuit, of: subject, trials: set, observer: collector)
    let labels = reduction.labels ?? [Int](repeating: 0, count: imported.network.unitCount)
    return try StudyError.converting(about: subject.name) {
      try collector.metered("splitting currents") { _ in
        let manifold = try ManifoldDynamics(imported.network)
        var simulation = Simulation(alpha: imported.alpha)
        simulation.keepsStates = true
        let stimulus = set.trials.stimulus
        var drives = manifold.drives(
          along: simulation.run(manifold, under: stimulus), under: stimulus)
        let own =
          imported.network.denseConnectivity == nil
          ? try imported.network.currents(
            byPopulation: labels, at: drives, width: manifold.layout.driveCount)
          : try DenseCurrents(imported.network, simulation).currents(
            byPopulation: labels, under: stimulus, kappaIn: &drives)
        return CurrentsResult(
          targets: imported.network.layout.weights.map { Self.target($0) },
          network: own, circuit: reduction.circuit, drives: drives, trials: stimulus.trials,
          steps: stimulus.steps,
          trialSource: set.source, remarks: subject.remarks + collector.remarks)
      }
    }
  }

  private static func target(_ vector: ConnectivityVector) -> String {
    switch vector {
    case .n(let r): "kappa\(r + 1)"
    case .readout(let o): "z\(o + 1)"
    default: vector.description
    }
  }
}

/// Currents into each κ and z by population; signed shares add up to one.
public struct CurrentsResult: Codable, Sendable, Hashable {
  /// One population's current into one κ or z, over all trials and steps.
  public struct Row: Codable, Sendable, Hashable {
    /// `kappa1`, …, `z1`, ….
    public let target: String
    /// 1…P.
    public let population: Int
    /// RMS in the network.
    public let network: Double
    /// RMS in the circuit, at the same κ and v.
    public let circuit: Double
    /// Σ (this current × all of them) / Σ (all of them)²: signed, adding up to one over populations.
    public let share: Double
    /// RMS of the difference between network and circuit, relative to the network's RMS.
    public let error: Double
    /// RMS of the circuit's parts by loading, `mean` for ā⟨φ⟩.
    public let loadings: [String: Double]
    /// Mean over trials at each step, in the network.
    public let course: [Double]
    /// The same in the circuit.
    public let circuitCourse: [Double]
  }

  /// Target after target, population after population.
  public let rows: [Row]
  /// B and T.
  public let trials, steps: Int
  /// Where the trials come from.
  public let trialSource: String
  /// What to know beside the numbers.
  public let remarks: [Remark]

  /// - Parameters:
  ///   - network: (B T, P, R + O).
  ///   - drives: (B T, D).
  init(
    targets: [String], network: [Double], circuit: EffectiveCircuit, drives: [Double], trials: Int,
    steps: Int, trialSource: String, remarks: [Remark]
  ) {
    let (layout, populations) = (circuit.layout, circuit.statistics.populations)
    let (width, count) = (layout.driveCount, trials * steps)
    let (weights, groups) = (layout.weightCount, populations.count)
    let gain = Gain(circuit.transfer)
    // parts[p][a][j]: the circuit's current of loading j, and of the mean at the end.
    var parts = [[Double]](
      repeating: [Double](repeating: 0, count: count * (width + 1)), count: groups * weights)
    for point in 0..<count {
      let q = Array(drives[(point * width)..<((point + 1) * width)])
      for (p, population) in populations.enumerated() {
        func averages(_ q: [Double]) -> (rate: Double, gain: Double) {
          let (mean, variance) = population.moments(along: q)
          return gain.rateAndGain(mean: mean, variance: variance)
        }
        let full = averages(q)
        // A readout that does not see the bias has averages of its own.
        var unbiased = q
        if layout.hasBias && !circuit.biasReachesReadout { unbiased[width - 1] = 0 }
        let seen = unbiased == q ? full : averages(unbiased)
        for a in 0..<weights {
          let (average, drive) = a < layout.rank ? (full, q) : (seen, unbiased)
          for j in 0..<width {
            parts[p * weights + a][point * (width + 1) + j] =
              population.fraction * population.covariance[a, layout.weightCount + j] * drive[j] * average.gain
          }
          parts[p * weights + a][point * (width + 1) + width] =
            population.fraction * population.mean[a] * average.rate
        }
      }
    }
    func rms(_ values: [Double]) -> Double {
      values.isEmpty ? 0 : (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
    }
    func course(_ values: [Double]) -> [Double] {
      (0..<steps).map { step in
        (0..<trials).reduce(0) { $0 + values[$1 * steps + step] } / Double(max(trials, 1))
      }
    }
    var rows: [Row] = []
    for (a, target) in targets.enumerated() {
      let all = (0..<count).map { point in
        (0..<groups).reduce(0) { $0 + network[(point * groups + $1) * weights + a] }
      }
      let size = all.reduce(0) { $0 + $1 * $1 }
      for p in 0..<groups {
        let own = (0..<count).map { network[($0 * groups + p) * weights + a] }
        let table = parts[p * weights + a]
        let reduced = (0..<count).map { point in
          table[(point * (width + 1))..<((point + 1) * (width + 1))].reduce(0, +)
        }
        var loadings: [String: Double] = [:]
        for j in 0...width {
          let name = j < width ? layout.drives[j].description : "mean"
          loadings[name] = rms((0..<count).map { table[$0 * (width + 1) + j] })
        }
        rows.append(
          Row(
            target: target, population: p + 1, network: rms(own), circuit: rms(reduced),
            share: size > 0 ? zip(own, all).reduce(0) { $0 + $1.0 * $1.1 } / size : 0,
            error: rms(zip(own, reduced).map { $0 - $1 }) / max(rms(own), 1e-300), loadings: loadings,
            course: course(own), circuitCourse: course(reduced)))
      }
    }
    self.rows = rows
    self.trials = trials
    self.steps = steps
    self.trialSource = trialSource
    self.remarks = remarks
  }
}
