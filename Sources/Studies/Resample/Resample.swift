// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import NetworkFiles

/// A network of N units with a circuit's means and covariances.
public struct Resample: Study, Hashable {
  /// N; `nil` for that of the network which the circuit came from.
  public var units: Int?
  /// `matched`: means and covariances of every population are met exactly. `sampled`: units are drawn independently.
  public var moments: ConnectivityStatistics.MomentRule
  /// Seed of the draw.
  public var seed: UInt64

  /// A draw.
  public init(
    units: Int? = nil, moments: ConnectivityStatistics.MomentRule = .matched, seed: UInt64 = 1
  ) {
    self.units = units
    self.moments = moments
    self.seed = seed
  }

  /// Refuses what makes no sense.
  public func validate() throws(StudyError) {
    if let units, !(1...10_000_000).contains(units) {
      throw StudyError(.usage, "units", "expected 1 to 10000000, found \(units).")
    }
  }

  /// Draws the network.
  public func run(on subject: Subject, observer: some Observer) throws(StudyError) -> ResampledNetwork {
    try validate()
    let document = try subject.circuit()
    guard let count = units ?? document.units else {
      throw StudyError(.usage, subject.name, "expected to know N, found none in the file: give `units`")
    }
    let statistics = document.circuit.statistics
    if statistics.layout.hasBias && !document.circuit.biasReachesReadout {
      throw StudyError(
        .badData, subject.name,
        "expected a bias that the readout sees, or none, found one that it does not: a plain network file cannot say "
          + "that")
    }
    var stream = RandomStream(seed: seed)
    do throws(LinearAlgebraError) {
      return ResampledNetwork(
        network: try statistics.redraw(
          units: count, moments: moments, settings: document.circuit.settings, stream: &stream),
        alpha: document.alpha, populations: statistics.populations.count)
    } catch {
      throw StudyError(.badData, subject.name, error.description)
    }
  }
}

/// A network that was drawn from a circuit.
public struct ResampledNetwork: Sendable {
  /// The network.
  public let network: Network
  /// α = dt/τ of the circuit.
  public let alpha: Double
  /// P of the circuit.
  public let populations: Int

  /// What its .npz holds: everything that a file can say of it, in the default scaling.
  public var arrays: [Tensor] { network.arrays(alpha: alpha) }
}
