// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles
import Report
import Studies
import TestSupport
import Testing

/// Currents by population and loading.
@Suite struct CurrentsTests {
  /// The network's parts add up to what κ follows, and the circuit's loadings to its parts.
  @Test func sums() throws {
    let network = try randomNetwork(units: 60, rank: 1, inputs: 1, outputs: 1, seed: 17)
    let labels = (0..<60).map { $0 % 2 }
    let subject = Subject(network, alpha: 0.2, labels: labels)
    let study = Currents(
      trials: TrialRequest(task: "perceptual-decision", trialCount: 5), circuit: CircuitRequest())
    let result = try study.run(on: subject)
    #expect(result.rows.map(\.target) == ["kappa1", "kappa1", "z1", "z1"])
    for target in ["kappa1", "z1"] {
      let rows = result.rows.filter { $0.target == target }
      #expect(abs(rows.reduce(0) { $0 + $1.share } - 1) < 1e-12, "seed 17")
      #expect(rows.allSatisfy { $0.error.isFinite && $0.loadings["m1"] != nil && $0.loadings["mean"] != nil })
    }
    #expect(result.document.figures.count == 1)
  }

  /// Of a dense J the column "network" is the network of the file, by an Euler loop of its own here; its truncation does
  /// something else.
  @Test(arguments: [NetworkForm.current, .rate]) func denseNetworksAreSimulated(form: NetworkForm) throws {
    let units = 60
    var stream = RandomStream(seed: 23)
    func normals(_ columns: Int) -> Matrix {
      Matrix(rows: units, columns: columns) { _, _ in stream.normal() }
    }
    let (a, b) = (normals(1), normals(1))
    let j = Matrix(rows: units, columns: units) { i, k in
      2 * a[i, 0] * b[k, 0] / Double(units) + 1.1 * stream.normal() / Double(units).squareRoot()
    }
    let part = try TruncatedConnectivity(of: j, rank: 1)
    let (inputs, readouts) = (normals(1), normals(1))
    let network = try Network(
      m: part.m, n: part.n, inputs: inputs, readouts: readouts, form: form, denseConnectivity: j)
    var values: [Double] = []
    for index in 0..<120 { values.append(Double(index % 7) / 3 - 1 + Double(index / 30) / 4) }
    var trials = TrialRequest(task: "perceptual-decision")
    trials.task = nil
    trials.arrays = [Tensor(name: "u", shape: [4, 30, 1], values: values)]
    let result = try Currents(trials: trials, circuit: CircuitRequest()).run(on: Subject(network, alpha: 0.2))
    var squares = [0.0, 0.0]
    for trial in 0..<4 {
      var x = [Double](repeating: 0, count: units)
      for step in 0..<30 {
        let input = values[trial * 30 + step]
        let rates = form == .current ? x.map(phi) : x
        let received = j.times(rates)
        let target = (0..<units).map { received[$0] + inputs[$0, 0] * input }
        for i in 0..<units { x[i] += 0.2 * ((form == .current ? target[i] : phi(target[i])) - x[i]) }
        let flowing = (form == .current ? x : target).map(phi)
        for (index, vector) in [part.n, readouts].enumerated() {
          var sum = 0.0
          for i in 0..<units { sum += vector[i, 0] * flowing[i] / Double(units) }
          squares[index] += sum * sum
        }
      }
    }
    for (row, square) in zip(result.rows, squares) {
      #expect(abs(row.network / (square / 120).squareRoot() - 1) < 1e-10, "\(row.target)")
      #expect(abs(row.share - 1) < 1e-12)
    }
    #expect(result.rows.count == 2)
  }

  private func phi(_ x: Double) -> Double { TransferFunction.tanh.value(x) }
}
