// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import TestSupport
import Testing

/// Shapes and values are checked once, when a network is made.
@Suite struct NetworkTests {
  let column = Matrix(rows: 3, columns: 1, elements: [1, 2, 3])

  @Test func refusesWhatDoesNotFit() {
    expect("n") { try Network(m: column, n: Matrix(rows: 3, columns: 2), inputs: column, readouts: column) }
    expect("I") { try Network(m: column, n: column, inputs: Matrix(rows: 2, columns: 1), readouts: column) }
    expect("w") { try Network(m: column, n: column, inputs: column, readouts: Matrix(rows: 4, columns: 1)) }
    expect("bias") {
      try Network(m: column, n: column, inputs: column, readouts: column, bias: .init(values: [1]))
    }
    let empty = Matrix(rows: 0, columns: 1)
    expect("m") { try Network(m: empty, n: empty, inputs: empty, readouts: empty) }
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func refusesWhatIsNotFinite(value: Double) {
    var bad = column
    bad[1, 0] = value
    expect("m") { try Network(m: bad, n: column, inputs: column, readouts: column) }
    expect("w") { try Network(m: column, n: column, inputs: column, readouts: bad) }
  }

  @Test func loadingsComeBack() throws {
    let network = try randomNetwork(units: 9, rank: 2, inputs: 3, outputs: 1, bias: true, seed: 81)
    #expect(
      network.layout.vectors.map(\.description) == ["n1", "n2", "w1", "m1", "m2", "I1", "I2", "I3", "b"])
    for (index, vector) in network.layout.vectors.enumerated() {
      #expect(network.layout.index(of: vector) == index)
    }
    #expect(network.layout.index(of: .m(2)) == nil)
    let again = try Network(loadings: network.loadings, layout: network.layout, transfer: .tanh)
    #expect(again == network)
  }

  private func expect(_ quantity: String, _ body: () throws -> Network) {
    do {
      _ = try body()
      Issue.record("\(quantity) was taken")
    } catch let error as ShapeError {
      #expect(error.quantity == quantity)
    } catch {
      Issue.record("\(error)")
    }
  }
}
