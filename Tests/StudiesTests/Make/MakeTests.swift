// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import FixedPoints
import Foundation
import LowRank
import Studies
import TestSupport
import Testing

/// Presets do what their closed forms say.
@Suite struct MakeTests {
  private func circuit(_ preset: Make.Preset, _ values: [String: Double] = [:]) throws -> EffectiveCircuit {
    try Make(preset, values: values).run().circuit.circuit
  }

  private func points(_ circuit: EffectiveCircuit, input: [Double]? = nil) throws -> FixedPointSet {
    try FixedPointSearch().fixedPoints(
      of: circuit, input: input ?? [Double](repeating: 0, count: circuit.inputCount))
  }

  /// x of a circuit after 400 τ under a constant or turning input, in small steps.
  private func run(_ circuit: EffectiveCircuit, from start: [Double], input: (Int) -> [Double]) -> [[Double]]
  {
    let steps = 40000
    var stimulus = Stimulus(trials: 1, steps: steps, channels: circuit.inputCount)
    for step in 0..<steps { for (k, value) in input(step).enumerated() { stimulus[0, step, k] = value } }
    let run = Simulation(alpha: 0.01).run(circuit.starting(at: start), under: stimulus)
    return (0..<steps).map { step in (0..<circuit.rank).map { run.kappa(trial: 0, step: step, $0) } }
  }

  @Test(arguments: [(1.2, 0.48628), (1.5, 0.84342), (2.0, 1.33711)]) func ring(a: Double, radius: Double)
    throws
  {
    let circuit = try circuit(.ring, ["strength": a])
    for angle in [0.0, 1, 2.5] {
      let kappa = [radius * cos(angle), radius * sin(angle)]
      // The radius has five digits.
      #expect(norm(circuit.linearisation(kappa: kappa, input: [0, 0]).flow) < 1e-5)
    }
  }

  @Test func cycle() throws {
    let path = try run(circuit(.cycle), from: [0.5, 0]) { _ in [0, 0] }
    let last = path.suffix(2000)
    let angles = last.map { atan2($0[1], $0[0]) }
    let turned = zip(angles, angles.dropFirst()).reduce(0.0) { sum, pair in
      sum + remainder(pair.1 - pair.0, 2 * .pi)
    }
    // Euler's step .01 turns and widens the cycle by less than a step's share.
    #expect(abs(turned / (0.01 * Double(last.count - 1)) - 0.4) < 2e-3)
    #expect(last.allSatisfy { abs(norm($0) - 0.84342) < 5e-3 })
  }

  @Test func followsTheCue() throws {
    let (omega, amplitude) = (0.1, 0.5)
    let known = try TheoryCircuit.followedCue(strength: 1.5, cue: 1, amplitude: amplitude, omega: omega)
    let path = try run(circuit(.rotatingCue), from: [0.8, 0]) {
      [amplitude * cos(omega * 0.01 * Double($0)), amplitude * sin(omega * 0.01 * Double($0))]
    }
    let radius = norm(path[path.count - 1])
    #expect(known.contains { abs($0.radius - radius) < 2e-3 }, "\(known), \(radius)")
  }

  @Test func memory() throws {
    let circuit = try circuit(.associativeMemory, ["patterns": 2, "strength": 2])
    let kappa = 1.9150080481545403
    #expect(abs(kappa - 2 * tanh(kappa)) < 1e-12)
    let stable = try points(circuit).points.filter(\.isStable).map(\.kappa)
    for pattern in [[kappa, 0], [-kappa, 0], [0, kappa], [0, -kappa]] {
      #expect(stable.contains { distance($0, pattern) < 1e-8 }, "\(stable)")
    }
  }

  @Test(arguments: [4, 6, 8]) func polygon(corners: Int) throws {
    let set = try points(circuit(.polygon, ["corners": Double(corners)]))
    let stable = set.points.filter(\.isStable)
    #expect(stable.count == corners)
    let radii = stable.map { norm($0.kappa) }
    #expect(radii.allSatisfy { abs($0 - radii[0]) < 1e-8 })
    if corners == 4 {
      let side = abs(stable[0].kappa[0])
      #expect(abs(side - 2 * tanh(side)) < 1e-8)
    }
  }

  @Test func decision() throws {
    let stable = try points(circuit(.decision)).points.filter(\.isStable)
    #expect(stable.count == 2 && stable.allSatisfy { abs(abs($0.kappa[0]) - 0.73356) < 1e-5 })
    #expect(stable.allSatisfy { abs(abs($0.outputs[0]) - 1.1) < 1e-3 })
  }

  @Test func workingMemory() throws {
    let jacobian = try circuit(.workingMemory).linearisation(kappa: [0, 0], input: [0]).latentJacobian
    #expect(abs(jacobian[0, 0]) < 1e-12 && abs(jacobian[1, 1] + 0.5) < 1e-12)
  }

  /// Each context lets its own stimulus through.
  @Test func gating() throws {
    let circuit = try circuit(.contextGating)
    for context in 0..<2 {
      var input = [0.0, 0, 0, 0]
      input[2 + context] = 1
      let slopes = circuit.linearisation(kappa: [0], input: input).jacobian
      let (open, shut) = (slopes[0, 1 + context], slopes[0, 2 - context])
      let gain = Gain(.tanh)
      #expect(abs(open - 0.5 * gain.gain(mean: 0, deviation: 0)) < 1e-10)
      #expect(abs(shut - 0.5 * gain.gain(mean: 0, deviation: 10)) < 1e-10)
    }
  }

  @Test func twoNeurons() throws {
    let stable = try points(circuit(.twoNeuron)).points.filter(\.isStable)
    // λ = s - c = 1.5 for the difference: a = 1.5 tanh a.
    #expect(stable.count == 2 && stable.allSatisfy { abs($0.kappa[0]) < 1e-8 })
    let a = abs(stable[0].kappa[1])
    #expect(a > 0.5 && abs(a - 1.5 * tanh(a)) < 1e-8)
    let arrays = try Make(.twoNeuron).run().networkArrays()
    #expect(arrays[0].shape == [2, 2])
  }

  /// A network of each has the circuit's moments; that of a bulk is its full J.
  @Test(arguments: Make.Preset.allCases) func networks(preset: Make.Preset) throws {
    let made = try Make(preset, units: 240).run()
    let names = try made.networkArrays().map(\.name)
    #expect(names.contains("w") && names.contains(preset == .bulk ? "J" : "m"))
    #expect(try made.networkArrays() == made.networkArrays())
    let resampled = try Resample(units: 240).run(on: Subject(circuit: made.circuit)).network
    let overlap = try ConnectivityStatistics(of: resampled)
    for r in 0..<made.circuit.circuit.rank {
      let (found, wanted) = (
        overlap.overlap(.n(r), .m(r)), made.circuit.circuit.statistics.overlap(.n(r), .m(r))
      )
      #expect(abs(found - wanted) < 1e-9, "\(preset.rawValue)")
    }
  }

  @Test func nonsenseIsRefused() {
    for (make, field) in [
      (Make(.ring, values: ["turn": 1]), "turn"), (Make(.polygon, values: ["corners": 5]), "corners"),
      (Make(.associativeMemory, values: ["patterns": 1.5]), "patterns"), (Make(.ring, units: 1), "units"),
      (Make(.ring, alpha: 0), "alpha"),
    ] {
      let error = #expect(throws: StudyError.self) { try make.run() }
      #expect(error?.kind == .usage && error?.quantity == field)
    }
  }
}
