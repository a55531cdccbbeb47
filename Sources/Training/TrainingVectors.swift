// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// One number for every entry of m, n, I and w, or of J, I and w where J is trained whole: the network's parameters, a
/// gradient, or a moment of Adam.
public struct TrainingVectors: Sendable, Hashable {
  /// m, (N, R).
  public var m: Matrix
  /// n, (N, R).
  public var n: Matrix
  /// I, (N, K).
  public var inputs: Matrix
  /// w, (N, O).
  public var readouts: Matrix
  /// J, (N, N), where it is trained whole and m and n have no columns; otherwise (N, 0).
  public var connectivity: Matrix
  /// One number that each column of I is multiplied by, (K); empty where there are none, which is one each.
  public var inputGains: [Double]
  /// One number that each column of w is multiplied by, (O), likewise.
  public var readoutGains: [Double]

  /// Numbers of the given vectors, all of N rows, and of their gains.
  public init(
    m: Matrix, n: Matrix, inputs: Matrix, readouts: Matrix, inputGains: [Double] = [],
    readoutGains: [Double] = []
  ) {
    self.init(
      m: m, n: n, inputs: inputs, readouts: readouts, connectivity: Matrix(rows: m.rows, columns: 0),
      inputGains: inputGains, readoutGains: readoutGains)
  }

  /// Numbers of a J that is trained whole, and of its vectors, all of N rows, and of their gains.
  public init(
    connectivity: Matrix, inputs: Matrix, readouts: Matrix, inputGains: [Double] = [],
    readoutGains: [Double] = []
  ) {
    let none = Matrix(rows: connectivity.rows, columns: 0)
    self.init(
      m: none, n: none, inputs: inputs, readouts: readouts, connectivity: connectivity,
      inputGains: inputGains, readoutGains: readoutGains)
  }

  private init(
    m: Matrix, n: Matrix, inputs: Matrix, readouts: Matrix, connectivity: Matrix, inputGains: [Double],
    readoutGains: [Double]
  ) {
    precondition(
      connectivity.rows == m.rows && (connectivity.columns == 0 || connectivity.columns == m.rows),
      "J is square, one row and column per unit")
    precondition(
      n.rows == m.rows && n.columns == m.columns && inputs.rows == m.rows && readouts.rows == m.rows,
      "m and n have one shape, and all vectors one entry per unit")
    precondition(
      (inputGains.isEmpty || inputGains.count == inputs.columns)
        && (readoutGains.isEmpty || readoutGains.count == readouts.columns),
      "a gain for each column, or none")
    self.connectivity = connectivity
    self.m = m
    self.n = n
    self.inputs = inputs
    self.readouts = readouts
    self.inputGains = inputGains
    self.readoutGains = readoutGains
  }

  /// A network's vectors.
  public init(_ network: Network) {
    self.init(m: network.m, n: network.n, inputs: network.inputs, readouts: network.readouts)
  }

  /// Zeros of the same shapes.
  public var zeros: TrainingVectors {
    func zero(_ a: Matrix) -> Matrix { Matrix(rows: a.rows, columns: a.columns) }
    return TrainingVectors(
      m: zero(m), n: zero(n), inputs: zero(inputs), readouts: zero(readouts),
      connectivity: zero(connectivity), inputGains: inputGains.map { _ in 0 },
      readoutGains: readoutGains.map { _ in 0 })
  }

  /// The vectors of the network that these parameters are: gains multiplied in.
  public var withGainsApplied: TrainingVectors {
    func scaled(_ matrix: Matrix, _ gains: [Double]) -> Matrix {
      var result = matrix
      for (column, gain) in gains.enumerated() {
        for i in 0..<matrix.rows { result.elements[column * matrix.rows + i] *= gain }
      }
      return result
    }
    return TrainingVectors(
      m: m, n: n, inputs: scaled(inputs, inputGains), readouts: scaled(readouts, readoutGains),
      connectivity: connectivity, inputGains: [], readoutGains: [])
  }

  /// The gradient of these parameters from that of `withGainsApplied`: with I_k = s_k Ī_k,
  ///
  ///     ∂L/∂s_k = Ī_kᵀ ∂L/∂I_k        ∂L/∂Ī_k = s_k ∂L/∂I_k
  func pullingBack(_ gradient: TrainingVectors) -> TrainingVectors {
    var result = gradient
    func pull(_ matrix: Matrix, _ gains: [Double], _ own: inout Matrix) -> [Double] {
      gains.enumerated().map { column, gain in
        var sum = 0.0
        for i in (column * matrix.rows)..<((column + 1) * matrix.rows) {
          sum += matrix.elements[i] * own.elements[i]
          own.elements[i] *= gain
        }
        return sum
      }
    }
    result.inputGains = pull(inputs, inputGains, &result.inputs)
    result.readoutGains = pull(readouts, readoutGains, &result.readouts)
    return result
  }

  /// Calls `body` with every array of numbers that is trained: the vectors named, and all gains.
  static func forEach(_ trained: Set<TrainedVector>, _ body: (Part) -> Void) {
    for vector in TrainedVector.allCases where trained.contains(vector) { body(.vector(vector)) }
    body(.inputGains)
    body(.readoutGains)
  }

  /// One array of numbers of these.
  enum Part { case vector(TrainedVector), inputGains, readoutGains }

  /// The numbers of a part, in their order.
  subscript(part: Part) -> [Double] {
    get {
      switch part {
      case .vector(let vector): self[vector].elements
      case .inputGains: inputGains
      case .readoutGains: readoutGains
      }
    }
    _modify {
      switch part {
      case .vector(let vector): yield &self[vector].elements
      case .inputGains: yield &inputGains
      case .readoutGains: yield &readoutGains
      }
    }
  }

  /// The Euclidean norm over all entries and gains.
  public var norm: Double {
    var sum = 0.0
    TrainingVectors.forEach(Set(TrainedVector.allCases)) { for x in self[$0] { sum += x * x } }
    return sum.squareRoot()
  }

  mutating func scale(by factor: Double) {
    for vector in TrainedVector.allCases {
      for i in self[vector].elements.indices { self[vector].elements[i] *= factor }
    }
    for i in inputGains.indices { inputGains[i] *= factor }
    for i in readoutGains.indices { readoutGains[i] *= factor }
  }

  /// Zero where nothing is trained.
  mutating func keepOnly(_ trained: Set<TrainedVector>) {
    for vector in TrainedVector.allCases where !trained.contains(vector) {
      for i in self[vector].elements.indices { self[vector].elements[i] = 0 }
    }
  }

  /// The matrices in their fixed order m, n, I, w, J.
  public subscript(vector: TrainedVector) -> Matrix {
    get {
      switch vector {
      case .m: m
      case .n: n
      case .inputs: inputs
      case .readouts: readouts
      case .connectivity: connectivity
      }
    }
    _modify {
      switch vector {
      case .m: yield &m
      case .n: yield &n
      case .inputs: yield &inputs
      case .readouts: yield &readouts
      case .connectivity: yield &connectivity
      }
    }
  }
}

/// What can be trained.
public enum TrainedVector: String, Sendable, Hashable, CaseIterable, Codable {
  /// The output vectors m of the connectivity.
  case m
  /// The input-selection vectors n of the connectivity.
  case n
  /// The input vectors I.
  case inputs = "I"
  /// The readouts w.
  case readouts = "w"
  /// The connectivity J of a network of full rank.
  case connectivity = "J"
}
