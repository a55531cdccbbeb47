// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import TestSupport
import Testing

@Suite struct PresetTests {
  @Test func discretePopulationsAreExact() throws {
    let memory = try AssociativeMemory(units: 60, patterns: 3, seed: 131)
    let circuit = try EffectiveCircuit(of: memory.network, labels: memory.labels)
    #expect(circuit.statistics.populations.count <= 8)
    let stimulus = randomStimulus(trials: 2, steps: 10, channels: 3, seed: 131)
    let simulation = Simulation(alpha: 0.2)
    let full = simulation.run(try NetworkDynamics(memory.network), under: stimulus)
    let reduced = simulation.run(circuit, under: stimulus)
    #expect(relativeDifference(reduced.outputs, full.outputs) < 1e-11, "seed 131")
    // Cues act along the patterns themselves, so that x does not tell κ from v; the manifold does.
    let manifold = simulation.run(try ManifoldDynamics(memory.network), under: stimulus)
    #expect(relativeDifference(reduced.kappa, manifold.kappa) < 1e-11, "seed 131")
  }

  @Test func aCuedPatternIsRecalled() throws {
    let memory = try AssociativeMemory(units: 500, patterns: 2, strength: 2, seed: 132)
    var stimulus = Stimulus(trials: 1, steps: 150, channels: 2)
    for t in 0..<10 { stimulus[0, t, 1] = 0.5 }
    let run = Simulation(alpha: 0.2).run(try ManifoldDynamics(memory.network), under: stimulus)
    // κ = 2 tanh κ at κ = 1.9150; the other pattern's overlap is of order 1/√N.
    #expect(abs(run.kappa(trial: 0, step: 149, 1) - 1.915) < 0.05, "seed 132")
    #expect(abs(run.kappa(trial: 0, step: 149, 0)) < 0.3, "seed 132")
  }

  @Test func theBumpStandsWhereItWasPut() throws {
    let ring = try RingAttractor(units: 36)
    #expect(ring.network.rank == 3)
    var amplitudes: [Double] = []
    for cue in [0, 5, 17] {
      var stimulus = Stimulus(trials: 1, steps: 300, channels: 2)
      for t in 0..<10 {
        stimulus[0, t, 0] = cosine(ring.angles[cue])
        stimulus[0, t, 1] = cosine(ring.angles[cue] - Double.pi / 2)
      }
      let run = Simulation(alpha: 0.2).run(try NetworkDynamics(ring.network), under: stimulus)
      let (a, b) = (run.kappa(trial: 0, step: 299, 1), run.kappa(trial: 0, step: 299, 2))
      let along = a * cosine(ring.angles[cue]) + b * cosine(ring.angles[cue] - Double.pi / 2)
      let across = b * cosine(ring.angles[cue]) - a * cosine(ring.angles[cue] - Double.pi / 2)
      #expect(along > 1 && abs(across) < 1e-9, "cue \(cue): \(along), \(across)")
      amplitudes.append(along)
    }
    // Rotation by whole units is a symmetry.
    #expect(amplitudes.allSatisfy { abs($0 - amplitudes[0]) < 1e-9 })
    #expect(throws: ShapeError.self) { try RingAttractor(units: 2) }
    #expect(throws: ShapeError.self) { try AssociativeMemory(units: 5, patterns: 0, seed: 1) }
  }

  private func cosine(_ x: Double) -> Double {
    // Taylor series after reduction: tests need no C library.
    let y = x - 2 * Double.pi * (x / (2 * Double.pi)).rounded()
    var (term, sum) = (1.0, 1.0)
    for k in 1..<20 {
      term *= -y * y / Double((2 * k - 1) * (2 * k))
      sum += term
    }
    return sum
  }
}
