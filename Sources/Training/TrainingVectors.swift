// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// One number for every entry of what a network consists of: its parameters, a gradient, or a moment of Adam.
///
/// What a network does not have has no columns: m and n, or J where it has one, biases and an initial state.
public struct TrainingVectors: Sendable, Hashable {
  /// m, (N, R).
  public var m: Matrix
  /// n, (N, R).
  public var n: Matrix
  /// I, (N, K).
  public var inputs: Matrix
  /// w, (N, O).
  public var readouts: Matrix
  /// J, (N, N), or (N, 0).
  public var connectivity: Matrix
  /// b inside φ, (N, 1), or (N, 0).
  public var bias: Matrix
  /// c in the current, likewise.
  public var current: Matrix
  /// x(0), or r(0) in rate form, likewise.
  public var initialState: Matrix
  /// z₀, (1, O), or (1, 0).
  public var readoutBias: Matrix
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
      matrices: [.m: m, .n: n, .inputs: inputs, .readouts: readouts], inputGains: inputGains,
      readoutGains: readoutGains)
  }

  /// Numbers of a J, and of its vectors, all of N rows, and of their gains.
  public init(
    connectivity: Matrix, inputs: Matrix, readouts: Matrix, inputGains: [Double] = [],
    readoutGains: [Double] = []
  ) {
    self.init(
      matrices: [.connectivity: connectivity, .inputs: inputs, .readouts: readouts], inputGains: inputGains,
      readoutGains: readoutGains)
  }

  /// Numbers of what is named; I and w have to be, and of the rest what the network has.
  public init(
    matrices: [TrainedVector: Matrix], inputGains: [Double] = [], readoutGains: [Double] = []
  ) {
    guard let inputs = matrices[.inputs], let readouts = matrices[.readouts] else {
      preconditionFailure("a network has I and w")
    }
    let units = inputs.rows
    func part(_ vector: TrainedVector) -> Matrix {
      matrices[vector] ?? Matrix(rows: vector.rows(units: units), columns: 0)
    }
    self.inputs = inputs
    self.readouts = readouts
    (m, n, connectivity) = (part(.m), part(.n), part(.connectivity))
    (bias, current, initialState) = (part(.bias), part(.current), part(.initialState))
    readoutBias = part(.readoutBias)
    self.inputGains = inputGains
    self.readoutGains = readoutGains
    precondition(
      connectivity.columns == 0 || connectivity.columns == units, "J is square, one row and column per unit")
    precondition(
      TrainedVector.allCases.allSatisfy { self[$0].rows == $0.rows(units: units) }
        && m.columns == n.columns,
      "m and n have one shape, and all vectors one entry per unit")
    precondition(
      [bias, current, initialState].allSatisfy { $0.columns <= 1 }
        && [0, readouts.columns].contains(readoutBias.columns),
      "a bias and an initial state are one vector; z₀ has a number for each output")
    precondition(
      (inputGains.isEmpty || inputGains.count == inputs.columns)
        && (readoutGains.isEmpty || readoutGains.count == readouts.columns),
      "a gain for each column, or none")
  }

  /// What a network consists of; of a dense J this, and not its reduction m nᵀ/N.
  public init(_ network: Network) {
    var matrices: [TrainedVector: Matrix] = [.inputs: network.inputs, .readouts: network.readouts]
    if let dense = network.denseConnectivity {
      matrices[.connectivity] = dense
    } else {
      (matrices[.m], matrices[.n]) = (network.m, network.n)
    }
    func column(_ values: [Double]) -> Matrix { Matrix(rows: values.count, columns: 1, elements: values) }
    if let bias = network.bias { matrices[.bias] = column(bias.values) }
    if let current = network.current { matrices[.current] = column(current) }
    if let start = network.start { matrices[.initialState] = column(start.state) }
    if network.readoutBias.contains(where: { $0 != 0 }) {
      matrices[.readoutBias] = Matrix(
        rows: 1, columns: network.outputCount, elements: network.readoutBias)
    }
    self.init(matrices: matrices)
  }

  /// These numbers by what they are.
  private var matrices: [TrainedVector: Matrix] {
    Dictionary(uniqueKeysWithValues: TrainedVector.allCases.map { ($0, self[$0]) })
  }

  /// Zeros of the same shapes.
  public var zeros: TrainingVectors {
    TrainingVectors(
      matrices: matrices.mapValues { Matrix(rows: $0.rows, columns: $0.columns) },
      inputGains: inputGains.map { _ in 0 }, readoutGains: readoutGains.map { _ in 0 })
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
    var matrices = matrices
    (matrices[.inputs], matrices[.readouts]) = (
      scaled(inputs, inputGains), scaled(readouts, readoutGains)
    )
    return TrainingVectors(matrices: matrices)
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

  /// The matrices by what they are.
  public subscript(vector: TrainedVector) -> Matrix {
    get {
      switch vector {
      case .m: m
      case .n: n
      case .inputs: inputs
      case .readouts: readouts
      case .connectivity: connectivity
      case .bias: bias
      case .current: current
      case .initialState: initialState
      case .readoutBias: readoutBias
      }
    }
    _modify {
      switch vector {
      case .m: yield &m
      case .n: yield &n
      case .inputs: yield &inputs
      case .readouts: yield &readouts
      case .connectivity: yield &connectivity
      case .bias: yield &bias
      case .current: yield &current
      case .initialState: yield &initialState
      case .readoutBias: yield &readoutBias
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
  /// The bias b inside φ.
  case bias
  /// The bias c in the current; in rate form it would be b.
  case current
  /// The initial state x(0), or r(0) in rate form.
  case initialState = "x0"
  /// The readout's bias z₀.
  case readoutBias = "z0"

  /// What a network need not have.
  public static let extras: Set<TrainedVector> = [.bias, .current, .initialState, .readoutBias]

  /// Rows of its matrix in a network of N units.
  func rows(units: Int) -> Int { self == .readoutBias ? 1 : units }
}
