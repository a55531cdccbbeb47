// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank
import NetworkFiles

/// What a circuit does when a random bulk of strength g lies beside its low-rank connectivity, J = gχ + m nᵀ/N: stationary
/// states, their stability, and chaos.
///
///     let result = try Bulk(gain: 1.5).run(on: Subject(file: "circuit.json"))
///     print(result.phase, result.states.map(\.kappa))
public struct Bulk: Study, Hashable {
  /// g; `nil` for that of the network's own J, where it has a random part.
  public var gain: Double?
  /// The constant input v, one number per channel; `nil` for zero.
  public var input: [Double]?
  /// How many networks with a χ of their own to simulate beside the theory; 0 for none.
  public var networks: Int
  /// N of those.
  public var units: Int
  /// Random starts, where the search needs them.
  public var starts: Int
  /// Seed of starts and networks.
  public var seed: UInt64

  /// A question about a bulk.
  public init(
    gain: Double? = nil, input: [Double]? = nil, networks: Int = 0, units: Int = 2000, starts: Int = 60,
    seed: UInt64 = 1
  ) {
    self.gain = gain
    self.input = input
    self.networks = networks
    self.units = units
    self.starts = starts
    self.seed = seed
  }

  /// Refuses what makes no sense.
  public func validate() throws(StudyError) {
    if let gain, !(gain >= 0 && gain <= 1000) {
      throw StudyError(.usage, "gain", "expected g from 0 to 1000, found \(gain).")
    }
    guard (0...1000).contains(networks), networks != 1 else {
      throw StudyError(
        .usage, "networks", "expected 0, or 2 to 1000 for an error over networks, found \(networks).")
    }
    guard (16...20_000).contains(units) else {
      throw StudyError(
        .usage, "units", "expected 16 to 20000: χ is a dense matrix of their square, found \(units).")
    }
    guard (1...1_000_000).contains(starts) else {
      throw StudyError(.usage, "starts", "expected a number from 1 to 1000000, found \(starts).")
    }
  }

  /// Looks for states and chaos.
  public func run(on subject: Subject, observer: some Observer) throws(StudyError) -> BulkResult {
    try validate()
    var remarks = subject.remarks
    let origin = try BulkOrigin(subject)
    if let remark = origin.remark(subject.name) {
      remarks.append(remark)
      observer.remark(remark)
    }
    let circuit = origin.circuit
    let input = try ConstantInput.checked(input, channels: circuit.inputCount, of: subject.name)
    guard let strength = gain ?? origin.gain else {
      throw StudyError(
        .usage, "gain",
        "expected g, the strength of the bulk: "
          + (origin.kind == nil
            ? "\(subject.name) has no random part of its own"
            : "the singular values of J of \(subject.name) show no random part"))
    }
    // In rate form the argument has the same stationary statistics and the same fluctuations: one set of equations.
    let bulk = BulkCircuit(circuit.inCurrentForm, strength: strength, input: input)
    var search = BulkSearch()
    search.starts = starts
    search.seed = seed
    let found = try observer.metered("looking for states beside the bulk", about: subject.name) { _ in
      try search.states(of: bulk)
    }
    let simulated = try simulations(of: bulk, found, subject.name, observer)
    let own = try StudyError.converting(about: subject.name) {
      try origin.network.flatMap {
        try OwnActivity(
          $0, alpha: subject.alpha, input: input, radius: origin.gain, seed: seed, observer: observer)
      }
    }
    return BulkResult(
      details: BulkResult.Details(
        subject: subject.name, circuit: circuit, strength: strength, input: input, found: found,
        origin: origin.kind, ownGain: origin.gain),
      simulated: simulated, own: own, remarks: remarks)
  }

  /// Networks at each stable state and at chaos.
  private func simulations(
    of bulk: BulkCircuit, _ found: BulkStates, _ name: String, _ observer: some Observer
  ) throws(StudyError) -> [BulkResult.Simulated] {
    guard networks > 0 else { return [] }
    var places = found.states.enumerated().filter { $0.element.isStable && $0.element.isActive }.map {
      BulkPlace(
        state: $0.offset, kappa: $0.element.kappa, bulkVariance: $0.element.bulkVariance,
        variance: $0.element.deviation * $0.element.deviation, still: nil, radius: $0.element.radius)
    }
    if places.isEmpty, let chaos = found.leadingChaos {
      let own = bulk.ownVariance(chaos.kappa)
      places = [
        BulkPlace(
          state: nil, kappa: chaos.kappa, bulkVariance: max(chaos.variance - own, 0),
          variance: chaos.variance, still: chaos.stillVariance, radius: nil)
      ]
    }
    let statistics = bulk.circuit.statistics
    return try observer.metered(
      "simulating networks with a bulk", about: name, total: places.count * networks
    ) { meter in
      try places.map { place in
        var simulation = BulkSimulation(strength: bulk.strength)
        simulation.units = units
        if place.state == nil { simulation.duration = 60 }
        let seen = try (0..<networks).map { index in
          defer { meter.advance() }
          try observer.check()
          return try simulation.observe(
            statistics, transfer: bulk.transfer, input: bulk.input, kappa: place.kappa,
            bulkVariance: place.bulkVariance, seed: seed &+ UInt64(index))
        }
        return BulkResult.Simulated(place, units: units, seen)
      }
    }
  }
}

extension Observer {
  /// Work with a meter whose errors are about a file.
  fileprivate func metered<Result>(
    _ title: String, about name: String, total: Int = 1, _ work: (Meter) throws -> Result
  ) throws(StudyError) -> Result {
    try StudyError.converting(about: name) { try metered(title, total: total, work) }
  }
}

extension EffectiveCircuit {
  /// The same loadings in current form; stationary states are the same in both.
  fileprivate var inCurrentForm: EffectiveCircuit {
    guard form == .rate else { return self }
    return EffectiveCircuit(statistics, settings: DynamicsSettings(transfer: transfer))
  }
}

/// Where networks are started, and what the theory says of it.
struct BulkPlace {
  /// Which of the states; `nil` for chaos.
  let state: Int?
  let kappa: [Double]
  let bulkVariance, variance: Double
  let still, radius: Double?
}
