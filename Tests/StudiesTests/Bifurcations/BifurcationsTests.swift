// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank
import Studies
import TestSupport
import Testing

/// Diagrams over a parameter, asked in process.
@Suite struct BifurcationsTests {
  @Test func aCycleIsBornWhereTheCircuitBeginsToTurn() throws {
    let found = try Bifurcations(parameter: "gain", from: 0.4, to: 0.9).run(on: turningCircuit())
    // The eigenvalues g(1.5 ± 0.8i) - 1 cross the imaginary axis at g = 1/1.5.
    #expect(abs(try #require(found.cycles.first?.birth) - 1 / 1.5) < 1e-8)
    #expect(found.bifurcations.map(\.kind) == ["hopf"])
    let text = try StudyJSON.text(found)
    #expect(try StudyJSON.text(StudyJSON.read(BifurcationResult.self, from: text)) == text)
  }

  /// A trained network whose range holds a Hopf point of low frequency; this ran for minutes without a word.
  @Test func aRangeAcrossAHopfPoint() throws {
    let found = try Bifurcations(parameter: "sigma:n1,m1", from: 0.88, to: 0.89)
      .run(on: Subject(file: networksFolder + "/parametric-working-memory.npz"))
    #expect(found.bifurcations.map(\.kind) == ["hopf"])
    let branch = try #require(found.cycles.first)
    #expect(branch.start == "Hopf point" && branch.end == "end of the range")
  }

  /// Branches are a circuit's. Of a network that is no Gaussian one that is said, and where it has other fixed points.
  @Test func theCircuitIsNotTheNetwork() throws {
    let units = 200
    // Half of the units only answer above a threshold: bistable between two inputs, while its moments are bistable at 0.
    let thresholds = (0..<units).map { $0 < units / 2 ? 3.0 : 0 }
    let ones = Matrix(rows: units, columns: 1) { _, _ in 1 }
    let network = try Network(
      m: Matrix(rows: units, columns: 1) { unit, _ in unit < units / 2 ? 4 : 0.1 },
      n: Matrix(rows: units, columns: 1) { unit, _ in unit < units / 2 ? 3 : 0 },
      inputs: ones, readouts: ones,
      bias: Network.Bias(values: thresholds.map { -$0 }), transfer: .tanh)
    let found = try Bifurcations(parameter: "I1", from: -6, to: 6).run(on: Subject(network, alpha: 0.2))
    let beside = try #require(found.network)
    #expect(beside.count == 5)
    for item in beside {
      let own = try FixedPointSearch().fixedPoints(of: ManifoldDynamics(network), input: [item.parameter])
      #expect(item.network.points == own.points.count, "I1 = \(item.parameter)")
    }
    let remark = try #require(found.remarks.first { $0.code == .circuitInstead })
    #expect(remark.text.contains("the circuit of 1 Gaussian population"))
    let differs = beside.contains { $0.network != $0.circuit }
    #expect((remark.weight == .warning) == differs)
    // A circuit file is what it is.
    #expect(try Bifurcations(parameter: "gain", from: 0.4, to: 0.9).run(on: turningCircuit()).network == nil)
  }

  @Test func bootstrapOfADiagram() throws {
    let study = Bifurcations(parameter: "I1", from: -0.2, to: 0.2, bootstrap: 20)
    let subject = try randomSubject(seed: 303)
    let found = try study.run(on: subject)
    let bootstrap = try #require(found.bootstrap)
    #expect(bootstrap.slices.count == 41)
    for slice in bootstrap.slices {
      #expect(abs(slice.topologies.map(\.fraction).reduce(0, +) - 1) < 1e-12)
    }
    let again = try study.run(on: subject)
    #expect(again.bootstrap == bootstrap && again.branches == found.branches, "one seed, one result")
  }

  /// A circuit needs the network it was made from, and no other.
  @Test func bootstrapOfACircuit() throws {
    let file = networksFolder + "/perceptual-decision.npz"
    let circuit = Subject(circuit: try Subject(file: file).circuit(), name: "circuit.json")
    var study = Bifurcations(parameter: "I1", from: -0.2, to: 0.2, bootstrap: 20)
    var error = #expect(throws: StudyError.self) { try study.run(on: circuit) }
    #expect(error?.kind == .usage && error?.text.contains("`network`") == true)
    study.network = networksFolder + "/context-dependent-decision.npz"
    error = #expect(throws: StudyError.self) { try study.run(on: circuit) }
    #expect(error?.kind == .badData && error?.text.contains("other moments") == true)
    study.network = file
    #expect(try study.run(on: circuit).bootstrap?.replicates == 20)
    study.parameter = "gain"
    error = #expect(throws: StudyError.self) { try study.run(on: turningCircuit(.refined)) }
    #expect(error?.text.contains("Bootstrap the network itself") == true)
  }

  /// A range beyond what a covariance matrix allows is cut, and refused where nothing is left of it.
  @Test func rangeOfAVariance() throws {
    // σ_nn grows with what n = 1.5 m1 ∓ .8 m2 must hold, for any σ_mm above zero.
    let cut = try Bifurcations(parameter: "sigma:m1,m1", from: -1, to: 2).run(on: turningCircuit())
    #expect(cut.remarks.map(\.code) == [.cutRange])
    let start = try #require(cut.details).range.lowerBound
    #expect(start > 0 && start < 1e-6, "\(start)")
    let error = #expect(throws: StudyError.self) {
      try Bifurcations(parameter: "sigma:m1,m1", from: -1, to: -0.5).run(on: turningCircuit())
    }
    #expect(error?.quantity == "range" && error?.text.contains("positive semi-definite") == true)
  }

  @Test(arguments: [
    (Bifurcations(parameter: "sigma:n1,m1@2", from: 0, to: 1), "parameter", "with a population P"),
    (
      Bifurcations(parameter: "sigma:q1,m1", from: 0, to: 1), "parameter", "with a and b among n1, n2, m1, m2"
    ),
    (Bifurcations(parameter: "I1", from: 0, to: 1), "parameter", "gain"),
    (Bifurcations(parameter: "gain", from: 1, to: 0), "range", "A below B"),
    (Bifurcations(parameter: "gain", from: .nan, to: 0), "range", "A below B"),
    (Bifurcations(parameter: "gain", from: -1e6, to: 1e6), "range", "expected ends between"),
    (Bifurcations(parameter: "gain", from: 0.5, to: 0.5000000001), "range", "expected ends between"),
    (Bifurcations(parameter: "gain", from: -1e308, to: 1e308), "range", "expected ends between"),
    (Bifurcations(parameter: "gain", from: 0, to: 1, input: [1]), "input", "0 numbers"),
    (Bifurcations(parameter: "gain", from: 0, to: 1, bootstrap: 3), "bootstrap", "20 to 100000"),
  ]) func nonsenseIsRefused(_ study: Bifurcations, _ quantity: String, _ words: String) {
    let error = #expect(throws: StudyError.self) { try study.run(on: turningCircuit()) }
    #expect(error?.kind == .usage && error?.quantity == quantity, "\(String(describing: error))")
    #expect(error?.text.contains(words) == true, "\(String(describing: error))")
  }
}
