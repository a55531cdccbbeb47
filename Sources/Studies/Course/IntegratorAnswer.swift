// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank

/// "Make the circuit an integrator": σ_mn = 1 instead of 1.4, and the slow manifold that this gives.
public struct IntegratorAnswer: CourseAnswering {
  /// The decision circuit with some recurrence, after pulses of input.
  public struct Variant: Codable, Sendable, Hashable {
    /// σ_mn.
    public let recurrence: Double
    /// The inputs, held for twenty steps.
    public let pulses: [Double]
    /// κ ten steps after their end, when v is gone, and a hundred steps later.
    public let kappaAfterPulse, kappaAfterDelay: [Double]
    /// On the task of the course.
    @OrNull public var accuracy: Double?
  }

  /// How long κ takes to decay at its speed there.
  public struct Decay: Codable, Sendable, Hashable {
    /// κ, and κ/|dκ/dt| in units of τ.
    public let kappa, time: Double
  }

  /// States of a network that begin off the line of m.
  public struct SlowManifold: Codable, Sendable, Hashable {
    /// N, and how many states.
    public let units, starts: Int
    /// What is left after 5 τ of the distance from the line, and how far κ has moved, relative to itself.
    public let distanceLeft, driftAlong: Double
  }

  /// σ_mn = 0.7, 1 and 1.4.
  public let variants: [Variant]
  /// Of the integrator, at κ = 0.1, 0.3, 0.5 and 1.
  public let decayTimes: [Decay]
  /// Of the integrator's network.
  public let slowManifold: SlowManifold

  /// What the recurrences do.
  public static let names = ["σ_mn = 0.7, forgets", "σ_mn = 1, integrates", "σ_mn = 1.4, decides"]

  init(_ decision: CourseTask) throws {
    let alpha = decision.task.alpha
    let pulses = [0.02, 0.05, 0.1, 0.2]
    variants = [0.7, 1, 1.4].map { recurrence in
      let circuit = Self.circuit(recurrence)
      let kept = Self.retention(of: circuit, pulses: pulses, alpha: alpha)
      return Variant(
        recurrence: recurrence, pulses: pulses, kappaAfterPulse: kept.map(\.start),
        kappaAfterDelay: kept.map(\.end), accuracy: decision.score(of: circuit).accuracy)
    }
    let integrator = Self.circuit(1)
    decayTimes = [0.1, 0.3, 0.5, 1].map { Decay(kappa: $0, time: $0 / -integrator.flow($0)) }
    slowManifold = try Self.slowManifold(alpha: alpha, seed: decision.seed)
  }

  /// The decision circuit with this σ_mn.
  public static func circuit(_ recurrence: Double) -> EffectiveCircuit {
    EffectiveCircuit(PaperCircuit.decision(recurrence: recurrence), transfer: .tanh)
  }

  private static func retention(
    of circuit: EffectiveCircuit, pulses: [Double], alpha: Double
  ) -> [(start: Double, end: Double)] {
    var stimulus = Stimulus(trials: pulses.count, steps: 130, channels: 1)
    for (trial, pulse) in pulses.enumerated() { for t in 0..<20 { stimulus[trial, t, 0] = pulse } }
    let run = Simulation(alpha: alpha).run(circuit, under: stimulus)
    return pulses.indices.map { (run.kappa(trial: $0, step: 29, 0), run.kappa(trial: $0, step: 129, 0)) }
  }

  /// How fast states reach the line of m, and how slowly they move along it.
  private static func slowManifold(alpha: Double, seed: UInt64) throws -> SlowManifold {
    let units = 2048
    var stream = RandomStream(seed: seed, purpose: .redraws, stream: 1 << 32)
    let network = try PaperCircuit.decision(recurrence: 1).redraw(
      units: units, moments: .matched, transfer: .tanh, stream: &stream)
    let starts = 12
    let steps = Int((5 / alpha).rounded())
    let (m, input) = (network.m.column(0), network.inputs.column(0))
    let size = m.reduce(0) { $0 + $1 * $1 }
    let inputSize = input.reduce(0) { $0 + $1 * $1 }
    func along(_ x: [Double], _ axis: ArraySlice<Double>) -> Double {
      zip(axis, x).reduce(0) { $0 + $1.0 * $1.1 }
    }
    func split(_ x: [Double]) -> (kappa: Double, off: Double) {
      let kappa = along(x, m) / size
      return (kappa, zip(m, x).reduce(0) { $0 + ($1.1 - kappa * $1.0) * ($1.1 - kappa * $1.0) }.squareRoot())
    }
    var distances = 0.0
    var (moved, reach) = (0.0, 0.0)
    for start in 0..<starts {
      let kappa = 0.15 * (2 * Double(start) / Double(starts - 1) - 1)
      var state = (0..<units).map { _ in 0.3 * stream.normal() }
      // Orthogonal to m and I (which are orthogonal here), so that it is a distance from the line and no input.
      let (first, second) = (along(state, m) / size, along(state, input) / inputSize)
      for (i, pair) in zip(state.indices, zip(m, input)) {
        state[i] += (kappa - first) * pair.0 - second * pair.1
      }
      let run = Simulation(alpha: alpha, keepsStates: true, keptSteps: 1).run(
        try NetworkDynamics(network, initialState: state),
        under: Stimulus(trials: 1, steps: steps, channels: 1))
      let (before, after) = (split(state), split(run.states ?? []))
      distances += after.off / before.off / Double(starts)
      moved += abs(after.kappa - before.kappa)
      reach += abs(before.kappa)
    }
    return SlowManifold(units: units, starts: starts, distanceLeft: distances, driftAlong: moved / reach)
  }

  /// In one line.
  public var answer: String {
    "with σ_mn = 1 the flow near 0 vanishes like κ³: κ = 0.1 decays with "
      + "\(text(decayTimes[0].time, digits: 3)) τ, κ = 1 with \(text(decayTimes[3].time, digits: 3)) τ"
  }
}

extension EffectiveCircuit {
  /// τ dκ/dt of a circuit of rank 1 without input.
  package func flow(_ kappa: Double) -> Double { linearisation(kappa: [kappa], input: [0]).flow[0] }
}
