// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import Foundation
import LowRank
import TestSupport
import Testing

/// Tuning of single units where it can be written down.
@Suite struct TuningTests {
  private let seed: UInt64 = 95

  /// Two populations, each driven by an input of its own; rates are linear.
  private func linear() throws -> (network: Network, labels: [Int]) {
    var stream = RandomStream(seed: seed)
    let labels = (0..<40).map { $0 < 25 ? 0 : 1 }
    let inputs = Matrix(rows: 40, columns: 2) { labels[$0] == $1 ? 1 + stream.uniform() : 0 }
    func vector() -> Matrix { Matrix(rows: 40, columns: 1) { _, _ in stream.normal() } }
    let network = try Network(
      m: vector(), n: vector(), inputs: inputs, readouts: vector(), transfer: .linear)
    return (network, labels)
  }

  /// With φ(x) = x, κ = 0 and v = u, the slope of a rate per SD of u_k is I_ik times that SD, predicted or measured.
  @Test func ratesOfALinearNetworkHaveTheirLoadingsAsSlopes() throws {
    let (network, labels) = try linear()
    var stream = RandomStream(seed: seed, stream: 1)
    let inputs = (0..<30).map { _ in [stream.normal(), 3 * stream.normal()] }
    func column(_ k: Int) -> [Double] { inputs.map { $0[k] } }
    let tuning = try Tuning(
      at: "end", network: network, states: inputs.flatMap { [0] + $0 },
      circuitStates: inputs.flatMap { [0, $0[0], 0] },
      variables: [
        Tuning.Variable(name: "first", values: column(0)), Tuning.Variable(name: "second", values: column(1)),
      ], labels: labels)
    #expect(tuning.rows.map(\.name) == ["first", "second"])
    for (k, row) in tuning.rows.enumerated() {
      let values = column(k)
      let mean = values.reduce(0, +) / 30
      let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 30).squareRoot()
      for unit in 0..<40 {
        // A handful of sums over 30 trials: rounding.
        #expect(abs(row.measured[unit] - network.inputs[unit, k] * deviation) < 1e-12, "seed \(seed)")
        #expect(abs(row.predicted[unit] - row.measured[unit]) < 1e-12, "seed \(seed)")
      }
      #expect(abs(row.correlation - 1) < 1e-12, "seed \(seed)")
      let own = (0..<40).filter { labels[$0] == k }
      let expected =
        deviation
        * (own.reduce(0) { $0 + network.inputs[$1, k] * network.inputs[$1, k] } / Double(own.count))
        .squareRoot()
      #expect(abs(row.sizes[k] - expected) < 1e-12 && row.sizes[1 - k] < 1e-12, "seed \(seed)")
      #expect(row.carrier() == k)
    }
    // The circuit whose second input never comes through predicts the first variable only.
    #expect(abs(try #require(tuning.rows[0].circuitCorrelation) - 1) < 1e-12, "seed \(seed)")
    #expect(tuning.rows[1].circuitCorrelation == 0, "seed \(seed)")
  }

  /// A unit that saturates: two values of the variable, ±d beside a constant, make its rate φ(r ± d), and the slope is
  /// half of the difference. A variable of many values is replaced by eight of them.
  @Test func saturatingRatesArePredictedToo() throws {
    let loadings: [[Double]] = [[3, 0.5], [-3, 1], [1, -0.2]]
    let network = try Network(
      m: Matrix(rows: 3, columns: 1) { loadings[$0][$1] }, n: Matrix(rows: 3, columns: 1) { _, _ in 0 },
      inputs: Matrix(rows: 3, columns: 1) { i, _ in loadings[i][1] },
      readouts: Matrix(rows: 3, columns: 0) { _, _ in 0 })
    func row(_ values: [Double]) throws -> Tuning.Row {
      try #require(
        try Tuning(
          at: "end", network: network, states: values.flatMap { [0.8 * $0, 1.5] },
          variables: [Tuning.Variable(name: "a", values: values)]
        ).rows.first)
    }
    let two = try row((0..<20).map { $0 % 2 == 0 ? 1 : -1 })
    for (unit, loading) in loadings.enumerated() {
      let (rest, shift) = (1.5 * loading[1], 0.8 * loading[0])
      let expected = (tanh(rest + shift) - tanh(rest - shift)) / 2
      #expect(abs(two.measured[unit] - expected) < 1e-12 && abs(two.predicted[unit] - expected) < 1e-12)
    }
    var stream = RandomStream(seed: seed, stream: 2)
    let many = try row((0..<4000).map { _ in stream.normal() })
    for (unit, slope) in many.measured.enumerated() {
      // Eight values for a Gaussian miss these slopes by up to 4 %, computed with 400 000 draws; twice that.
      #expect(abs(many.predicted[unit] / slope - 1) < 0.08, "seed \(seed)")
    }
    #expect(many.sizes.isEmpty && many.carrier() == nil)
  }

  /// Trials that go through their conditions in turn: the prediction is about the trials, not about their order.
  @Test func theOrderOfTrialsDoesNotMatter() throws {
    let units = 50
    var stream = RandomStream(seed: seed, stream: 3)
    func vector() -> Matrix { Matrix(rows: units, columns: 1) { _, _ in stream.normal() } }
    let network = try Network(
      m: vector(), n: vector(), inputs: Matrix(rows: units, columns: 2) { _, _ in stream.normal() },
      readouts: vector())
    // u2 is large in every tenth trial.
    let inputs = (0..<600).map { [stream.normal(), $0 % 10 == 0 ? 5 : 0.0] }
    func row(_ inputs: [[Double]]) throws -> Tuning.Row {
      try #require(
        try Tuning(
          at: "end", network: network, states: inputs.flatMap { [0] + $0 },
          variables: (0..<2).map { k in Tuning.Variable(name: "u\(k + 1)", values: inputs.map { $0[k] }) }
        ).rows.first)
    }
    let inTurn = try row(inputs)
    let sorted = try row(inputs.sorted { $0[1] < $1[1] })
    // Eight values stand for a Gaussian, and u2 is not quite independent of u1 in 600 trials: .999 was found.
    #expect(inTurn.correlation > 0.99, "seed \(seed): \(inTurn.correlation)")
    for (a, b) in zip(inTurn.predicted, sorted.predicted) { #expect(abs(a - b) < 1e-12, "seed \(seed)") }
  }

  @Test func variablesThatCannotBeToldApartAreLeftOut() throws {
    let (network, labels) = try linear()
    let first = (0..<30).map { Double($0) }
    let second = (0..<30).map { Double($0 % 4) }
    let tuning = try Tuning(
      at: "end", network: network, states: zip(first, second).flatMap { [0, $0, $1] },
      variables: [
        Tuning.Variable(name: "first", values: first),
        Tuning.Variable(name: "constant", values: [Double](repeating: 0.1, count: 30)),
        Tuning.Variable(name: "second", values: second),
        Tuning.Variable(name: "sum", values: zip(first, second).map { 2 * $0 - $1 + 7 }),
      ], labels: labels)
    #expect(tuning.rows.map(\.name) == ["first", "second"])
    #expect(tuning.constant == ["constant"] && tuning.dependent == ["sum"])
    let nothing = try Tuning(
      at: "end", network: network, states: [0, 1, 2, 0, 1, 2],
      variables: [Tuning.Variable(name: "constant", values: [1, 1])])
    #expect(nothing.rows.isEmpty && nothing.constant == ["constant"])
    #expect(throws: LinearAlgebraError.self) {
      try Tuning(
        at: "end", network: network, states: [0, 1, 2],
        variables: [Tuning.Variable(name: "a", values: [1, 2])])
    }
  }
}
