// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles

/// Where the low-rank part and the strength of the random part of a subject come from.
struct BulkOrigin {
  /// How a full J was taken apart.
  enum Kind: Sendable, Hashable {
    /// The file has J = gC + m nᵀ/N in its parts.
    case parts
    /// The file has J before training beside J: m nᵀ/N is a truncation of the change.
    case initialMatrix
    /// m and n are singular vectors of J, whose other singular values have the shape of a random matrix's, or have not.
    case singularValues(hasBulk: Bool)
  }

  /// `nil` where J is not full, or the subject a circuit.
  let kind: Kind?
  /// The low-rank part.
  let circuit: EffectiveCircuit
  /// g of the file's own J, where it has a random part.
  let gain: Double?
  /// The file's own network, where J is full.
  let network: Network?

  init(_ subject: Subject) throws(StudyError) {
    guard case .network(let imported) = subject.matter, let j = imported.network.denseConnectivity else {
      (kind, gain, network) = (nil, nil, nil)
      circuit = try subject.circuit().circuit
      return
    }
    network = imported.network
    if let random = imported.randomPart {
      kind = .parts
      gain = Self.strength(random)
      circuit = try subject.circuit().circuit
      return
    }
    if let initial = imported.initialConnectivity, initial.elements.contains(where: { $0 != 0 }) {
      kind = .initialMatrix
      gain = Self.strength(initial)
      circuit = try StudyError.converting(about: subject.name) {
        let own = imported.network
        let change = Matrix(rows: j.rows, columns: j.rows) { j[$0, $1] - initial[$0, $1] }
        let low = try TruncatedConnectivity(of: change) { values in
          let spectrum = ConnectivitySpectrum(singularValues: values)
          let largest = values.first ?? 0
          let standing =
            spectrum.hasBulk ? spectrum.outlierCount : values.prefix { $0 > 1e-6 * largest && $0 > 0 }.count
          return min(max(standing, 1), max(1, values.count / 8))
        }
        return EffectiveCircuit(
          try ConnectivityStatistics(
            of: Network(
              m: low.m, n: low.n, inputs: own.inputs, readouts: own.readouts, bias: own.bias,
              current: own.current, readoutBias: own.readoutBias, form: own.form, transfer: own.transfer)),
          settings: DynamicsSettings(transfer: own.transfer))
      }
      return
    }
    let spectrum = try StudyError.converting(about: subject.name) {
      ConnectivitySpectrum(singularValues: try SingularValueDecomposition(of: j).singularValues)
    }
    kind = .singularValues(hasBulk: spectrum.hasBulk)
    gain = spectrum.hasBulk ? spectrum.gain : nil
    circuit = try subject.circuit().circuit
  }

  /// g of a matrix whose entries have variance g²/N.
  private static func strength(_ matrix: Matrix) -> Double {
    (matrix.elements.reduce(0) { $0 + $1 * $1 } / Double(matrix.rows)).squareRoot()
  }

  /// What the states are of, and why they are not those of the file's own matrix.
  func remark(_ name: String) -> Remark? {
    let text: String
    switch kind {
    case nil, .singularValues(hasBulk: false): return nil
    case .parts:
      text =
        "m and n are the file's, and g = \(Studies.text(gain ?? 0)) is the size of its random part: the states below are those of "
        + "m nᵀ/N with any χ that is independent of m and n, of which the file's is one, if it is"
    case .initialMatrix:
      text =
        "m and n are of the change of J in training, of rank \(circuit.rank), and g = \(Studies.text(gain ?? 0)) is the size of J "
        + "before it: the states below are those of m nᵀ/N with any χ that is independent of m and n, which the change of a "
        + "trained J need not be"
    case .singularValues:
      text =
        "m and n are singular vectors of J = gχ + m nᵀ/N, which lean on χ: their overlaps, and so the states below, are "
        + "those of m nᵀ/N with a new χ beside it, not of this J"
    }
    return .warning("bulk", "\(name): \(text)", values: ["radius": gain ?? 0])
  }
}
