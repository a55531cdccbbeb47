// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import TestSupport
import Testing

@testable import Studies

/// Gains of a network's own units, from the manifold's drives, against those of the simulated units.
@Suite struct NetworkGainsTests {
  private let trials = 2
  private let steps = 6
  private let units = 30
  private let seed: UInt64 = 717

  @Test(arguments: [
    NetworkKind(form: .current), .everything(.current), NetworkKind(form: .current, bias: true),
    .everything(.rate),
  ])
  func areThoseOfTheUnits(kind: NetworkKind) throws {
    let network = try randomNetwork(kind, units: units, seed: seed)
    let stimulus = randomStimulus(trials: trials, steps: steps, channels: network.inputCount, seed: seed)
    let simulation = Simulation(alpha: 0.3, keepsStates: true)
    let manifold = try ManifoldDynamics(network)
    let labels = (0..<units).map { $0 % 2 }
    let groups = (0..<trials).map {
      ContextModulation.Group(name: "trial \($0)", trials: [$0], windows: [2..<steps])
    }
    let found = NetworkGains(
      of: network, drives: manifold.drives(along: simulation.run(manifold, under: stimulus), under: stimulus),
      steps: steps, labels: labels, populations: 2, groups: groups)
    let full = simulation.run(try NetworkDynamics(network), under: stimulus)
    let states = try #require(full.states)
    for (trial, context) in found.contexts.enumerated() {
      let values = context.window.gains
      #expect(context.window.trialGains == [values])
      for r in 0..<network.rank {
        for k in 0..<network.inputCount {
          var action = 0.0
          for step in 2..<steps {
            for unit in 0..<units {
              let slope = network.transfer.derivative(argument(network, states, stimulus, trial, step, unit))
              action += network.n[unit, r] * slope * network.inputs[unit, k]
            }
          }
          action /= Double((steps - 2) * units)
          let first = (r * network.inputCount + k) * 2
          #expect(abs(context.window.parts[first..<(first + 2)].reduce(0, +) - action) < 1e-12)
          // The step before the window, unit by unit and population by population.
          for population in 0..<2 {
            let part = (0..<units).filter { labels[$0] == population }.reduce(0) { sum, unit in
              let slope = network.transfer.derivative(argument(network, states, stimulus, trial, 1, unit))
              return sum + network.n[unit, r] * slope * network.inputs[unit, k] / Double(units)
            }
            let found = try #require(context.onset).parts[first + population]
            #expect(abs(found - part) < 1e-12, "\(kind), seed \(seed)")
          }
          #expect(
            abs(
              context.actionCourse[1][r * network.inputCount + k]
                - context.action(on: r, of: k, at: try #require(context.onset))) < 1e-15)
          #expect(abs(context.action(on: r, of: k) - action) < 1e-12, "\(kind), seed \(seed)")
        }
      }
      for population in 0..<2 {
        var sum = 0.0
        for step in 2..<steps {
          for unit in labels.indices where labels[unit] == population {
            sum += network.transfer.derivative(argument(network, states, stimulus, trial, step, unit))
          }
        }
        let mean = sum / Double((steps - 2) * units / 2)
        // The manifold is the network to rounding.
        #expect(abs(values[population] - mean) < 1e-12, "\(kind), seed \(seed)")
      }
    }
  }

  /// What φ is taken of, from the states of the full network: x + b, in rate form J r + I u + b with r before the step.
  private func argument(
    _ network: Network, _ states: [Double], _ stimulus: Stimulus, _ trial: Int, _ step: Int, _ unit: Int
  ) -> Double {
    let bias = network.bias?.values[unit] ?? 0
    let row = (trial * steps + step) * units
    guard network.form == .rate else { return states[row + unit] + bias }
    var sum = bias
    for r in 0..<network.rank {
      let kappa = (0..<units).reduce(0) { $0 + network.n[$1, r] * states[row - units + $1] } / Double(units)
      sum += network.m[unit, r] * kappa
    }
    for k in 0..<network.inputCount { sum += network.inputs[unit, k] * stimulus[trial, step, k] }
    return sum
  }
}
