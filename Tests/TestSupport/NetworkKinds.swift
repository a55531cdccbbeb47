// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// What a network may have besides m, n, I and w.
public struct NetworkKind: Sendable {
  /// Current form or rate form.
  public var form: NetworkForm
  /// R, K and O.
  public var rank, inputs, outputs: Int
  /// Where a bias inside φ acts, if there is one: on the readout too, or not.
  public var bias: Bool?
  /// Whether there is a c, a z₀, an initial state, a J of its own.
  public var current, readoutBias, initialState, dense: Bool
  /// φ.
  public var transfer: TransferFunction

  /// A kind; plain unless said otherwise.
  public init(
    form: NetworkForm, rank: Int = 2, inputs: Int = 2, outputs: Int = 2, bias: Bool? = nil,
    current: Bool = false, readoutBias: Bool = false, initialState: Bool = false, dense: Bool = false,
    transfer: TransferFunction = .tanh
  ) {
    self.form = form
    self.rank = rank
    self.inputs = inputs
    self.outputs = outputs
    self.bias = bias
    self.current = current
    self.readoutBias = readoutBias
    self.initialState = initialState
    self.dense = dense
    self.transfer = transfer
  }

  /// All that there is.
  public static func everything(_ form: NetworkForm, dense: Bool = false) -> NetworkKind {
    NetworkKind(
      form: form, bias: false, current: true, readoutBias: true, initialState: true, dense: dense)
  }

  /// Every combination of form, biases and initial state, each with other numbers of R, K and O up to 3.
  public static let all: [NetworkKind] = {
    var kinds: [NetworkKind] = []
    for form in NetworkForm.allCases {
      for bias in [nil, true, false] as [Bool?] {
        for flags in 0..<8 {
          let place = kinds.count
          kinds.append(
            NetworkKind(
              form: form, rank: 1 + place % 3, inputs: (place / 3) % 4, outputs: 1 + (place / 2) % 3,
              bias: bias,
              current: flags & 1 != 0, readoutBias: flags & 2 != 0, initialState: flags & 4 != 0,
              transfer: [.tanh, .erf, .relu, .softplus, .logistic][place % 5]))
        }
      }
    }
    return kinds
  }()

  /// The kind in a few words.
  public var name: String {
    "\(form) R=\(rank) K=\(inputs) O=\(outputs) \(transfer)"
      + (bias.map { $0 ? " b" : " b(not read)" } ?? "") + (current ? " c" : "") + (readoutBias ? " z0" : "")
      + (initialState ? " x0" : "") + (dense ? " dense" : "")
  }
}

/// A random network of a kind: Gaussian loadings with means and overlaps, and a J of its own if dense.
public func randomNetwork(_ kind: NetworkKind, units: Int, seed: UInt64) throws -> Network {
  let plain = try randomNetwork(
    units: units, rank: kind.rank, inputs: kind.inputs, outputs: kind.outputs, transfer: kind.transfer,
    bias: kind.bias != nil, biasReachesReadout: kind.bias ?? true, seed: seed)
  var stream = RandomStream(seed: seed, stream: 99)
  func normals(_ count: Int, _ scale: Double) -> [Double] { (0..<count).map { _ in scale * stream.normal() } }
  let size = 0.8 / Double(units).squareRoot()
  return try Network(
    m: plain.m, n: plain.n, inputs: plain.inputs, readouts: plain.readouts, bias: plain.bias,
    current: kind.current ? normals(units, 0.5) : nil,
    readoutBias: kind.readoutBias ? normals(kind.outputs, 1) : [], form: kind.form,
    denseConnectivity: kind.dense
      ? Matrix(rows: units, columns: units, elements: normals(units * units, size)) : nil,
    transfer: kind.transfer
  ).starting(at: kind.initialState ? normals(units, 0.7) : nil)
}
