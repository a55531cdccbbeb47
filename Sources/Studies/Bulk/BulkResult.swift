// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank

/// Stationary states, stability, phase and chaos of a circuit with a random bulk. Rates in units of 1/τ.
public struct BulkResult: Codable, Sendable {
  /// A stationary state.
  public struct State: Codable, Sendable, Hashable {
    /// κ, R values.
    public let kappa: [Double]
    /// Δ of the units' arguments, bulk included, over all populations.
    public let delta: Double
    /// The same of each population.
    public let deltas: [Double]
    /// g²⟨φ'²⟩: above 1 the state gives way to chaos.
    public let radius: Double
    /// [re, im] of the eigenvalues of J diag φ' outside the disc; a real part above 1 grows.
    public let outliers: [[Double]]
    /// Whether all deviations decay: in the disc, and outliers.
    public let stable: Bool
    /// `point`, or `continuum` for one of a whole sphere of states.
    public let kind: String
  }

  /// Chaotic activity.
  public struct Chaos: Codable, Sendable, Hashable {
    /// κ, constant in time.
    public let kappa: [Double]
    /// Δ₀, the variance of the units' arguments.
    public let delta0: Double
    /// Δ∞, the part of it that stands still.
    public let deltaInfinity: Double
    /// Whether neither κ nor a pattern stands still.
    public let homogeneous: Bool
  }

  /// What networks with a χ of their own did from one state on: means over networks with standard errors.
  public struct Simulated: Codable, Sendable, Hashable {
    /// A measured quantity beside the theory's value.
    public struct Quantity: Codable, Sendable, Hashable {
      /// Its name.
      public let name: String
      /// By the theory, N = ∞.
      public let theory: Double
      /// Mean over networks.
      public let mean: Double
      /// Standard error of the mean, over networks.
      public let standardError: Double
    }
    /// Which of `states`; `nil` for chaos.
    public let state: Int?
    /// N.
    public let units: Int
    /// How many networks.
    public let networks: Int
    /// How many of them ended where κ has other signs or is elsewhere by more than half its size.
    public let strayed: Int
    /// RMS of τ dx/dt at the end: near 0 where the networks stand still.
    public let speed: Double
    /// What was measured, over the networks that did not stray.
    public let quantities: [Quantity]

    init(_ place: BulkPlace, units: Int, _ seen: [BulkSimulation.Observation]) {
      state = place.state
      self.units = units
      networks = seen.count
      let size = place.kappa.reduce(0) { $0 + $1 * $1 }
      let kept = seen.filter { one in
        zip(one.kappa, place.kappa).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } <= max(size / 4, 0.01)
      }
      strayed = seen.count - kept.count
      let used = kept.isEmpty ? seen : kept
      speed = used.map(\.speed).max() ?? .nan
      func quantity(_ name: String, _ theory: Double, _ value: (BulkSimulation.Observation) -> Double)
        -> Quantity
      {
        let values = used.map(value)
        let mean = values.reduce(0, +) / Double(values.count)
        let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let error =
          values.count > 1
          ? (square / Double(values.count - 1) / Double(values.count)).squareRoot() : Double.nan
        return Quantity(name: name, theory: theory, mean: mean, standardError: error)
      }
      var quantities = place.kappa.indices.map { r in
        quantity("kappa\(r + 1)", place.kappa[r]) { $0.kappa[r] }
      }
      quantities.append(quantity("variance", place.variance) { $0.variance })
      if let still = place.still { quantities.append(quantity("stillVariance", still) { $0.stillVariance }) }
      if let radius = place.radius { quantities.append(quantity("radius", radius) { $0.radius }) }
      self.quantities = quantities
    }
  }

  /// What the values were made of; not part of the JSON.
  public struct Details: Sendable {
    /// What the result is about.
    public let subject: String
    /// The low-rank part.
    public let circuit: EffectiveCircuit
    /// g.
    public let strength: Double
    /// v.
    public let input: [Double]
    /// States and chaos.
    public let found: BulkStates
    /// How a full J was taken apart; `nil` where it is not full.
    let origin: BulkOrigin.Kind?
    /// g of the file's own J.
    public let ownGain: Double?

    /// Whether the states are those of new draws of χ, and not of a matrix that the file has.
    public var isOfNewDraws: Bool { origin != nil }
  }

  /// `quiescent`, `structured-stationary`, `homogeneous-chaos` or `structured-chaos`; `nil` where nothing stable was found. Of
  /// infinitely many units and any χ that is independent of m and n: what a file's own J does is in `own`.
  public let phase: String?
  /// g.
  public let gain: Double
  /// Stationary states, stable ones first.
  public let states: [State]
  /// Chaos that the network would be in; `nil` where there is none.
  public let chaos: Chaos?
  /// Whether the states are all.
  public let complete: Bool
  /// How that is known, or why it is not.
  public let completeness: String
  /// Networks with a χ of their own.
  public let simulated: [Simulated]
  /// What the file's own network does, its J as it stands; `nil` where J is not full.
  public let own: OwnActivity?
  /// What to know.
  public let remarks: [Remark]
  /// What it was made of; `nil` after reading JSON.
  public let details: Details?

  enum CodingKeys: String, CodingKey {
    case phase, gain, states, chaos, complete, completeness, simulated, own, remarks
  }

  init(details: Details, simulated: [Simulated], own: OwnActivity?, remarks: [Remark]) {
    let found = details.found
    phase = found.phase?.rawValue
    gain = details.strength
    states = found.states.map { state in
      State(
        kappa: state.kappa, delta: state.deviation, deltas: state.deviations, radius: state.radius,
        outliers: state.outliers.map { [$0.real, $0.imaginary] }, stable: state.isStable,
        kind: state.isContinuum ? "continuum" : "point")
    }
    chaos = found.reachableChaos.map {
      Chaos(
        kappa: $0.kappa, delta0: $0.variance, deltaInfinity: $0.stillVariance, homogeneous: $0.isHomogeneous)
    }
    switch found.completeness {
    case .proven(let how): (complete, completeness) = (true, how)
    case .searched(let why): (complete, completeness) = (false, why)
    }
    self.simulated = simulated
    self.own = own
    self.remarks = remarks
    self.details = details
  }

  /// From JSON; without details.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    phase = try values.decodeIfPresent(String.self, forKey: .phase)
    gain = try values.decode(Double.self, forKey: .gain)
    states = try values.decode([State].self, forKey: .states)
    chaos = try values.decodeIfPresent(Chaos.self, forKey: .chaos)
    complete = try values.decode(Bool.self, forKey: .complete)
    completeness = try values.decode(String.self, forKey: .completeness)
    simulated = try values.decode([Simulated].self, forKey: .simulated)
    own = try values.decodeIfPresent(OwnActivity.self, forKey: .own)
    remarks = try values.decode([Remark].self, forKey: .remarks)
    details = nil
  }

  /// As JSON; what there is none of is null.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(phase, forKey: .phase)
    try values.encode(gain, forKey: .gain)
    try values.encode(states, forKey: .states)
    try values.encode(chaos, forKey: .chaos)
    try values.encode(complete, forKey: .complete)
    try values.encode(completeness, forKey: .completeness)
    try values.encode(simulated, forKey: .simulated)
    try values.encode(own, forKey: .own)
    try values.encode(remarks, forKey: .remarks)
  }
}
