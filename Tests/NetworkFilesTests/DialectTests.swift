// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import TestSupport
import Testing

@testable import NetworkFiles

/// Every dialect against the vectors that its code would make of the same tensors.
struct DialectTests {
  // numpy's and the C library's sine may differ in the last bit, hence 1e-15; halves keep 11 bits, bfloat16 8.
  private static let exact = 1e-15

  @Test func plainNPZ() throws {
    let imported = try NetworkFile.load(fixture("plain.npz"))
    let network = imported.network
    #expect(imported.dialect == "plain")
    #expect(network.m.distance(to: ruled("m", 6, 2)) <= Self.exact)
    #expect(network.n.distance(to: ruled("nn", 6, 2)) <= Self.exact)
    #expect(network.inputs.distance(to: ruled("III", 6, 3)) <= Self.exact)
    #expect(network.readouts.distance(to: ruled("wo1", 6, 1)) <= Self.exact)
    #expect(imported.alpha == 0.1)
    #expect(network.transfer == .erf)
    #expect(imported.summary.tensors.map(\.role) == ["m", "n", "I", "w", "alpha", "transfer"])
    #expect(imported.warnings.isEmpty)
  }

  @Test func deflatedMixedTypesAndOrders() throws {
    let imported = try NetworkFile.load(fixture("mixed.npz"))
    let network = imported.network
    #expect(network.m.distance(to: ruled("m", 6, 2)) <= Self.exact)
    #expect(network.n.distance(to: ruled("nn", 6, 2)) <= 1e-7)
    #expect(network.inputs.distance(to: ruled("III", 6, 3)) <= 1e-7)
    #expect(network.readouts.distance(to: ruled("wo1", 6, 1)) <= Self.exact)
    #expect(imported.alpha == 0.2)
    #expect(imported.assumptions.contains { $0.contains("dt 20.0 / tau 100.0") })
    #expect(network.transfer == .relu)
  }

  @Test func oneDimensionalArraysMeanRankOne() throws {
    let network = try NetworkFile.load(fixture("rank1.npz")).network
    #expect((network.rank, network.inputCount, network.outputCount) == (1, 1, 1))
    #expect(Array(network.m.column(0)) == Array(ruled("m", 6, 2).column(0)))
  }

  @Test(arguments: [
    ("valente.pt", 1e-6), ("valente_legacy.pt", 1e-6), ("protocol4.pt", 1e-6), ("nested.pt", 1e-6),
    ("parameters.pt", 1e-6), ("half.pt", 2e-3), ("bfloat16.pt", 2e-2), ("bias.pt", exact),
  ])
  func valente(name: String, tolerance: Double) throws {
    let imported = try NetworkFile.load(fixture(name))
    let network = imported.network
    #expect(imported.dialect == (name == "bias.pt" ? "valente-bias" : "valente"))
    #expect(network.m.distance(to: ruled("m", 6, 2)) <= tolerance)
    #expect(network.n.distance(to: ruled("nn", 6, 2)) <= tolerance)
    let wi = ruled("wi", 3, 6)
    let inputs = Matrix(rows: 6, columns: 3) { wi[$1, $0] * Double(1 + $1) }
    let readouts = Matrix(rows: 6, columns: 1) { 4 * ruled("wo1", 6, 1)[$0, $1] }
    #expect(network.inputs.distance(to: inputs) <= 3 * tolerance)
    #expect(network.readouts.distance(to: readouts) <= 4 * tolerance)
    #expect(imported.initialState == nil)
    if name == "bias.pt" {
      #expect(network.bias?.reachesReadout == false)
      #expect(
        Matrix(columns: [network.bias?.values ?? []], rows: 6).distance(to: ruled("bias", 6, 1)) <= tolerance)
    } else {
      #expect(network.bias == nil)
    }
  }

  @Test func tensorsShareAStorageWithOffsetsAndStrides() throws {
    let network = try NetworkFile.load(fixture("shared.pt")).network
    let block = ruled("block", count: 40)
    #expect(network.m.distance(to: Matrix(rows: 6, columns: 2) { block[2 * $0 + $1] }) <= Self.exact)
    #expect(network.n.distance(to: Matrix(rows: 6, columns: 2) { block[12 + 6 * $1 + $0] }) <= Self.exact)
    #expect(network.inputs.distance(to: Matrix(rows: 6, columns: 1) { _, _ in block[24] }) <= Self.exact)
    #expect(
      network.readouts.distance(to: Matrix(rows: 6, columns: 1) { i, _ in block[25 + 2 * i] }) <= Self.exact)
  }

  @Test func unscaledNetworksAreTheSameNetworks() throws {
    let options = ImportOptions(scaling: Scaling.none)
    let imported = try NetworkFile.load(fixture("plain.npz"), options)
    #expect(imported.dialect == "plain-unscaled")
    let (m, n) = (ruled("m", 6, 2), ruled("nn", 6, 2))
    // J = m nᵀ in the file, m' n'ᵀ/N here; z = wᵀφ there, w'ᵀφ/N here.
    let connectivity = imported.network.m.timesTranspose(of: imported.network.n).scaled(by: 1.0 / 6)
    #expect(connectivity.distance(to: m.timesTranspose(of: n)) <= 1e-14)
    #expect(imported.network.readouts.distance(to: ruled("wo1", 6, 1).scaled(by: 6)) <= 1e-14)
    #expect(imported.network.inputs.distance(to: ruled("III", 6, 3)) <= Self.exact)
  }

  @Test func mixture() throws {
    let imported = try NetworkFile.load(fixture("mixture.pt"))
    #expect(imported.dialect == "mixture")
    #expect(imported.populationLabels == [0, 0, 0, 1, 1, 1])
    #expect(imported.summary.populations == [3, 3])
    let basis = ruled("basis", 4, 6)
    func vector(_ weights: String, _ means: String?, _ a: Int, _ i: Int, of count: Int) -> Double {
      let p = i / 3
      let weights = ruled(weights, count: count * 8)
      let mean = means.map { ruled($0, count: count * 2)[a * 2 + p] } ?? 0
      return (0..<4).reduce(mean) { $0 + weights[(a * 2 + p) * 4 + $1] * basis[$1, i] }
    }
    // No 1/N in that code: m and n get √N, w gets N.
    let root = 6.0.squareRoot()
    let network = imported.network
    #expect(
      network.m.distance(
        to: Matrix(rows: 6, columns: 2) { root * vector("m_weights", "m_biases123456", $1, $0, of: 2) })
        <= 1e-14)
    #expect(
      network.n.distance(
        to: Matrix(rows: 6, columns: 2) { root * vector("n_weights1", "n_biases1234567", $1, $0, of: 2) })
        <= 1e-14)
    #expect(
      network.inputs.distance(
        to: Matrix(rows: 6, columns: 3) { vector("wi_weights", "wi_biases1234", $1, $0, of: 3) }) <= 1e-14)
    #expect(
      network.readouts.distance(
        to: Matrix(rows: 6, columns: 1) { 6 * vector("wo_weights12", nil, $1, $0, of: 1) }) <= 1e-14)
  }

  @Test func fullRank() throws {
    let imported = try NetworkFile.load(fixture("dense.pt"))
    #expect(imported.dialect == "full-rank")
    let network = imported.network
    #expect(network.rank == 2)
    let expected = ruled("m", 16, 2).timesTranspose(of: ruled("nn", 16, 2)).scaled(by: 1.0 / 16)
    #expect(network.m.timesTranspose(of: network.n).scaled(by: 1.0 / 16).distance(to: expected) <= 1e-14)
    #expect(network.readouts.distance(to: ruled("wo1", 16, 1)) <= 1e-14)
    let values = try #require(imported.summary.singularValues)
    #expect(values.kept.count == 2)
    #expect(values.lost.count == 14)
    #expect(values.lostShare < 1e-25)
  }

  @Test func fullRankTruncated() throws {
    let imported = try NetworkFile.load(fixture("dense.pt"), ImportOptions(rank: 1))
    let values = try #require(imported.summary.singularValues)
    let second = values.lost[0]
    // Eckart–Young: the squared norm of what is missing is the sum of the squares of the lost singular values.
    let expected = ruled("m", 16, 2).timesTranspose(of: ruled("nn", 16, 2)).scaled(by: 1.0 / 16)
    let kept = imported.network.m.timesTranspose(of: imported.network.n).scaled(by: 1.0 / 16)
    let missing = zip(kept.elements, expected.elements).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    #expect(abs(missing.squareRoot() - second) <= 1e-13 * second)
    #expect(imported.warnings.contains { $0.contains("leaves out") })
  }

  @Test func theGaugeChangesNoConnectivity() throws {
    let raw = try NetworkFile.load(fixture("plain.npz")).network
    let gauged = try NetworkFile.load(fixture("plain.npz"), ImportOptions(gauge: .svd)).network
    #expect(gauged.m.timesTranspose(of: gauged.n).distance(to: raw.m.timesTranspose(of: raw.n)) <= 1e-14)
    #expect(gauged.m.distance(to: raw.m) > 1e-3)
  }

  @Test func optionsWinOverTheFile() throws {
    let imported = try NetworkFile.load(fixture("plain.npz"), ImportOptions(transfer: .linear, alpha: 0.5))
    #expect(imported.alpha == 0.5)
    #expect(imported.transfer == .linear)
  }

  @Test func namedVectors() throws {
    let names = try VectorNames(
      "m=state_dict.rnn.n,n=state_dict.rnn.m,I=state_dict.rnn.wi,w=state_dict.rnn.wo")
    let imported = try NetworkFile.load(fixture("nested.pt"), ImportOptions(vectors: names))
    #expect(imported.dialect == "named")
    #expect(imported.network.m.distance(to: ruled("nn", 6, 2)) <= 1e-6)
    #expect(throws: VectorNamesError.self) { try VectorNames("m=a") }
    #expect(throws: VectorNamesError.self) { try VectorNames("m=a,n=b,q=c") }
    #expect(throws: VectorNamesError.self) { try VectorNames("m=a,n=b,m=c") }
  }

  @Test func unknownNamesAreListed() throws {
    let file = TensorFile(
      container: "test", tensors: [Tensor(name: "left", shape: [4, 1], values: [1, 2, 3, 4])])
    let error = #expect(throws: FormatError.self) { try NetworkFile.importNetwork(file, ImportOptions()) }
    #expect(error?.found == "'left' (4, 1)")
    #expect(error?.advice?.contains("--vectors m=KEY") == true)
  }

  /// The same network whichever way round its arrays stand.
  @Test(arguments: [false, true], [false, true])
  func orientations(transposeM: Bool, transposeN: Bool) throws {
    func tensor(_ name: String, _ matrix: Matrix, _ transposed: Bool) -> Tensor {
      // Column-major storage of a matrix is row-major storage of its transpose.
      let stored = transposed ? matrix : matrix.transposed
      return Tensor(
        name: name, shape: transposed ? [matrix.columns, matrix.rows] : [matrix.rows, matrix.columns],
        values: stored.elements)
    }
    let file = TensorFile(
      container: "test",
      tensors: [
        tensor("m", ruled("m", 6, 2), transposeM), tensor("n", ruled("nn", 6, 2), transposeN),
        tensor("I", ruled("III", 6, 3), transposeM), tensor("w", ruled("wo1", 6, 1), transposeN),
      ])
    let network = try NetworkFile.importNetwork(file, ImportOptions()).network
    #expect(network.m.distance(to: ruled("m", 6, 2)) == 0)
    #expect(network.n.distance(to: ruled("nn", 6, 2)) == 0)
    #expect(network.inputs.distance(to: ruled("III", 6, 3)) == 0)
    #expect(network.readouts.distance(to: ruled("wo1", 6, 1)) == 0)
  }

  @Test(arguments: ["objects.npz", "complex.npz", "structured.npz"])
  func refusedByName(name: String) throws {
    let error = #expect(throws: FileError.self) { try NetworkFile.load(fixture(name)) }
    let word = ["objects.npz": "Python objects", "complex.npz": "complex", "structured.npz": "structured"][
      name]
    #expect(error?.kind == .badData)
    #expect(error?.description.contains(try #require(word)) == true)
    #expect(error?.description.hasPrefix(fixture(name) + ": expected") == true)
  }
}
