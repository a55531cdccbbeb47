// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank

/// "Simulate the equivalent circuit beside the network."
public struct CircuitAnswer: CourseAnswering {
  /// A dynamics against the network.
  public struct Error: Codable, Sendable, Hashable {
    /// RMS difference of z over the RMS of the network's.
    public let relativeErrorOfZ: Double
    /// Share of the trials with the same decision.
    @OrNull public var agreement: Double?
    /// As of z, of each κ.
    public let relativeErrorOfKappa: [Double]
    /// Its own right decisions.
    @OrNull public var accuracy: Double?
    /// Its own loss.
    @OrNull public var loss: Double?

    init(of run: Trajectory, _ task: CourseTask) {
      let comparison = Comparison(of: run, against: task.full, trials: task.trials)
      let output = comparison.outputs[0]
      relativeErrorOfZ = output.deviation.relative
      agreement = output.agreement
      relativeErrorOfKappa = comparison.kappa.map(\.relative)
      accuracy = output.performance?.accuracy
      loss = output.performance?.loss
    }
  }

  /// The network's own.
  @OrNull public var networkAccuracy: Double?
  /// Likewise.
  @OrNull public var networkLoss: Double?
  /// The circuit in plain text.
  public let equations: [String]
  /// The network in R + K numbers.
  public let manifold: Error
  /// The Gaussian circuit.
  public let circuit: Error

  init(_ task: CourseTask) {
    let own = task.score(of: task.full)
    (networkAccuracy, networkLoss) = (own.accuracy, own.loss)
    equations = EquationText(CircuitTerms(of: task.circuit, unitCount: task.network.unitCount)).lines
    manifold = Error(of: task.manifold, task)
    circuit = Error(of: task.reduced, task)
  }

  /// In one line.
  public var answer: String {
    "the circuit's z differs from the network's by \(percent(circuit.relativeErrorOfZ)) (RMS) and agrees in "
      + "\(percent(circuit.agreement)) of the decisions"
  }
}

/// "Find the fixed points."
public struct FixedPointAnswer: CourseAnswering {
  /// A fixed point.
  public struct Point: Codable, Sendable, Hashable {
    /// Where.
    public let kappa: [Double]
    /// Whether all eigenvalues have negative real parts.
    public let stable: Bool
    /// z there.
    public let output: [Double]
    /// Real and imaginary parts, in units of 1/τ.
    public let eigenvalues: [[Double]]
  }

  /// The fixed points of one dynamics under one input.
  public struct Found: Codable, Sendable, Hashable {
    /// Whether these are proven to be all.
    public let complete: Bool
    /// The points.
    public let points: [Point]

    init(_ set: FixedPointSet) {
      complete = set.isComplete
      points = set.points.map {
        Point(
          kappa: $0.kappa, stable: $0.isStable, output: $0.outputs,
          eigenvalues: $0.eigenvalues.map { [$0.real, $0.imaginary] })
      }
    }

    /// How many are stable.
    public var stableCount: Int { points.count(where: \.stable) }
  }

  /// One input.
  public struct Input: Codable, Sendable, Hashable {
    /// v.
    public let input: [Double]
    /// Of the network.
    public let manifold: Found
    /// Of the Gaussian circuit.
    public let circuit: Found
    /// The circuit's |dκ/dt|² minimised, beside its fixed points.
    public let minimised: Minimisation
  }

  /// Without input, and under the strongest of either sign.
  public let inputs: [Input]
  /// The portraits; not part of the JSON.
  public private(set) var portraits: [EpochPortrait] = []

  private enum CodingKeys: String, CodingKey { case inputs }

  init(_ task: CourseTask) throws {
    // The strongest input that the task has, without its noise.
    let quiet = try task.noiseless(task.labelled.conditions.map(\.name)).stimulus
    let input = quiet.values.reduce(0) { max($0, abs($1)) }
    var search = FixedPointSearch()
    search.budget = 1000
    search.starts = task.network.rank == 1 ? 12 : 60
    let exact = try ManifoldDynamics(task.network)
    let titles = [
      ("no input", 0), ("strongest input", input), ("strongest input, negative", -input),
    ]
    let portraits = try titles.map { title, v in
      EpochPortrait(
        panel: TaskPanel(title: title, input: [v]), manifold: try search.fixedPoints(of: exact, input: [v]),
        circuit: try search.fixedPoints(of: task.circuit, input: [v]))
    }
    // As far as the network's κ ever goes, and as its fixed points lie.
    let rank = task.network.rank
    let reach = (0..<rank).map { r in
      let visited = stride(from: r, to: task.full.kappa.count, by: rank).map { abs(task.full.kappa[$0]) }
      let points = portraits.flatMap { $0.circuit.points + $0.manifold.points }.map { abs($0.kappa[r]) }
      return 1.15 * max((visited + points).max() ?? 0, 1e-6)
    }
    inputs = try portraits.map {
      Input(
        input: $0.panel.input, manifold: Found($0.manifold), circuit: Found($0.circuit),
        minimised: try Minimisation(
          of: task.circuit, input: $0.panel.input, reach: reach, certified: $0.circuit))
    }
    self.portraits = portraits
  }

  /// In one line.
  public var answer: String {
    "without input \(counted(inputs[0].manifold.points.count, "fixed point")) of the network, "
      + "\(inputs[0].manifold.stableCount) of them stable; \(inputs[0].circuit.points.count) and "
      + "\(inputs[0].circuit.stableCount) of the circuit"
  }
}
