// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles
import Report
import Studies
import TestSupport
import Testing

/// A file's own J beside a random bulk: read, taken apart, and simulated as it is.
@Suite struct OwnActivityTests {
  private static let units = 300

  /// J = gχ + m nᵀ/N of one draw, as the file's parts.
  private struct Draw {
    let m, n, chi: Matrix
    let gain: Double

    init(overlap: Double, gain: Double, seed: UInt64 = 5) {
      var stream = RandomStream(seed: seed)
      let units = OwnActivityTests.units
      let m = Matrix(rows: units, columns: 1) { _, _ in stream.normal() }
      self.m = m
      n = Matrix(rows: units, columns: 1) { row, _ in overlap * m[row, 0] + 0.3 * stream.normal() }
      let entry = 1 / Double(units).squareRoot()
      chi = Matrix(rows: units, columns: units) { _, _ in entry * stream.normal() }
      self.gain = gain
    }

    var j: Matrix {
      Matrix(rows: units, columns: units) { i, j in gain * chi[i, j] + m[i, 0] * n[j, 0] / Double(units) }
    }

    func subject(_ tensors: [Tensor]) throws -> Subject {
      let rest = [
        Tensor(name: "I", Matrix(rows: units, columns: 1) { row, _ in row % 3 == 0 ? 1 : 0 }),
        Tensor(name: "w", m), Tensor(name: "alpha", scalar: 0.2), Tensor(name: "transfer", text: "tanh"),
      ]
      return try Subject(TensorFile(inMemory: tensors + rest), name: "net.npz")
    }

    var parts: [Tensor] {
      [
        Tensor(name: "m", m), Tensor(name: "n", n), Tensor(name: "C", chi), Tensor(name: "g", scalar: gain),
      ]
    }

    private var units: Int { OwnActivityTests.units }
  }

  /// C and g beside m and n are part of the network, every entry in its place, and κ is that of the file's m and n.
  @Test func partsOfAFile() throws {
    let draw = Draw(overlap: 2, gain: 0.7)
    let imported = try draw.subject(draw.parts).imported()
    let j = try #require(imported.network.denseConnectivity)
    #expect(relativeDifference(j.elements, draw.j.elements) < 1e-14)
    #expect(imported.network.m == draw.m && imported.network.n == draw.n)
    let codes = imported.remarks.map(\.code.rawValue)
    #expect(codes.contains("bulk") && codes.contains("truncated") && !codes.contains("unused"))
    let radius = try #require(imported.remarks.first { $0.code.rawValue == "bulk" }?.values["radius"])
    #expect(abs(radius - 0.7) < 0.02)
    #expect(imported.assumptions.contains { $0.contains("J = g C + m nᵀ/N") })
    // Without the random part it is the low-rank network that it was.
    let low = try draw.subject(Array(draw.parts.prefix(2))).imported()
    #expect(low.network.denseConnectivity == nil)
  }

  /// A matrix beside m and n of another size, or by another name, is no random part.
  @Test func othersAreNot() throws {
    let draw = Draw(overlap: 2, gain: 0.7)
    for other in [
      Tensor(name: "mask", draw.chi), Tensor(name: "C", Matrix(rows: 3, columns: 3) { _, _ in 1 }),
      Tensor(name: "C", Matrix(rows: Self.units, columns: Self.units)),
    ] {
      let imported = try draw.subject(Array(draw.parts.prefix(2)) + [other]).imported()
      #expect(imported.network.denseConnectivity == nil)
    }
  }

  /// Two stable states, in theory and in the file's own network; its outlier is an eigenvalue of J = gC + m nᵀ/N.
  @Test func restsInTwoStates() throws {
    let draw = Draw(overlap: 2, gain: 0.7)
    let result = try Bulk().run(on: draw.subject(draw.parts))
    #expect(abs(result.gain - 0.7) < 0.02 && result.phase == "structured-stationary")
    let own = try #require(result.own)
    #expect(own.ends.count == 2 && own.ends.allSatisfy { $0.kind == .rest } && own.starts == 8)
    let stable = result.states.filter(\.stable).map { $0.kappa[0] }.sorted()
    let seen = own.ends.map { $0.kappa[0] }.sorted()
    try #require(stable.count == 2)
    for (theory, network) in zip(stable, seen) { #expect(abs(theory - network) < 0.15 * abs(theory)) }
    // det(1 - nᵀ(λ - gC)⁻¹m/N) = 0 at the outlier.
    let outlier = try #require(own.outliers?.first?.first)
    #expect(own.outliers?.count == 1 && abs(outlier - 2) < 0.3)
    let shifted = Matrix(rows: Self.units, columns: Self.units) {
      ($0 == $1 ? outlier : 0) - draw.gain * draw.chi[$0, $1]
    }
    let inverse = try #require(try LUDecomposition(of: shifted)?.inverse)
    let product = zip(draw.n.elements, inverse.times(draw.m.elements)).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(product / Double(Self.units) - 1) < 1e-9)
    let verdict = try #require(result.document?.verdict)
    #expect(verdict.contains { $0.hasPrefix("With new draws of χ at g = ") })
    #expect(verdict.contains { $0.hasPrefix("The file's own J, simulated from 8 states") })
    let again = try StudyJSON.read(BulkResult.self, from: StudyJSON.text(result))
    #expect(again.own == own)
  }

  /// Beyond g = 1 without structure: irregular activity whose neighbours part; below, silence.
  @Test(arguments: [(0.3, 3.0, OwnActivity.Kind.irregular), (0.3, 0.6, .silent)]) func ends(
    overlap: Double, gain: Double, kind: OwnActivity.Kind
  ) throws {
    let draw = Draw(overlap: overlap, gain: gain)
    let own = try #require(try Bulk().run(on: draw.subject(draw.parts)).own)
    #expect(own.ends.map(\.kind) == [kind] && own.ends[0].states == 8)
    if kind == .irregular {
      #expect((own.ends[0].exponent ?? 0) > 0.02 && own.ends[0].fluctuation > 0.3)
    }
  }

  /// J before training beside J: the low-rank part is that of the change, and g the initial matrix's.
  @Test func initialMatrix() throws {
    let draw = Draw(overlap: 2, gain: 0.7)
    let initial = Matrix(rows: Self.units, columns: Self.units) { draw.gain * draw.chi[$0, $1] }
    let result = try Bulk().run(on: draw.subject([Tensor(name: "J", draw.j), Tensor(name: "W0", initial)]))
    #expect(abs(result.gain - 0.7) < 0.02 && result.states.contains { $0.stable })
    let sigma = try #require(result.details?.circuit.statistics.overlap(.n(0), .m(0)))
    let expected = zip(draw.m.elements, draw.n.elements).reduce(0) { $0 + $1.0 * $1.1 } / Double(Self.units)
    #expect(abs(sigma - expected) < 1e-9)
    #expect(result.remarks.contains { $0.code == "bulk" && $0.text.contains("change of J in training") })
    #expect(result.own?.ends.allSatisfy { $0.kind == .rest } == true)
    // Singular vectors of J alone lean on χ, which is said.
    let plain = try Bulk().run(on: draw.subject([Tensor(name: "J", draw.j)]))
    #expect(plain.remarks.contains { $0.code == "bulk" && $0.text.contains("lean on χ") })
  }

  /// Steps of many states are those of the network's own simulation, in both forms.
  @Test(arguments: NetworkForm.allCases) func stepsAreTheNetworksOwn(form: NetworkForm) throws {
    let network = try randomNetwork(.everything(form, dense: true), units: 30, seed: 4)
    let input = (0..<network.inputCount).map { 0.3 + 0.2 * Double($0) }
    var many = try #require(ManyStates(network, alpha: 0.2, input: input))
    let start = network.start?.state ?? [Double](repeating: 0, count: 30)
    many[3] = start
    let steps = 25
    let run = Simulation(alpha: 0.2, keepsStates: true).run(
      try NetworkDynamics(network),
      under: Stimulus(
        trials: 1, steps: steps, channels: network.inputCount,
        values: (0..<steps).flatMap { _ in input }))
    for _ in 0..<steps { many.step() }
    let states = try #require(run.states)
    #expect(relativeDifference(many[3], Array(states.suffix(30))) < 1e-12)
  }

  /// LAPACK's eigenvalues of large matrices are those of a matrix that is known.
  @Test func eigenvaluesOfLargeMatrices() throws {
    let units = 300
    // A rotation's blocks below an upper triangle.
    var stream = RandomStream(seed: 2)
    let matrix = Matrix(rows: units, columns: units) { i, j in
      if i == j { return Double(i / 2) / 100 }
      if i / 2 == j / 2 { return i < j ? -0.5 : 0.5 }
      return i < j ? 0.01 * stream.normal() : 0
    }
    let values = try matrix.eigenvalues()
    let expected = (0..<(units / 2)).map { Double($0) / 100 }.reversed()
    for (k, real) in expected.enumerated() {
      #expect(abs(values[2 * k].real - real) < 1e-7 && abs(abs(values[2 * k].imaginary) - 0.5) < 1e-7)
    }
  }
}
