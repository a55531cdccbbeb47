import LowRank

/// One number for every entry of m, n, I and w: the network's parameters, a gradient, or a moment of Adam.
public struct TrainingVectors: Sendable, Hashable {
  /// m, (N, R).
  public var m: Matrix
  /// n, (N, R).
  public var n: Matrix
  /// I, (N, K).
  public var inputs: Matrix
  /// w, (N, O).
  public var readouts: Matrix

  /// Numbers of the given vectors, all of N rows.
  public init(m: Matrix, n: Matrix, inputs: Matrix, readouts: Matrix) {
    precondition(
      n.rows == m.rows && n.columns == m.columns && inputs.rows == m.rows && readouts.rows == m.rows,
      "m and n have one shape, and all vectors one entry per unit")
    self.m = m
    self.n = n
    self.inputs = inputs
    self.readouts = readouts
  }

  /// A network's vectors.
  public init(_ network: Network) {
    self.init(m: network.m, n: network.n, inputs: network.inputs, readouts: network.readouts)
  }

  /// Zeros of the same shapes.
  public var zeros: TrainingVectors {
    func zero(_ a: Matrix) -> Matrix { Matrix(rows: a.rows, columns: a.columns) }
    return TrainingVectors(m: zero(m), n: zero(n), inputs: zero(inputs), readouts: zero(readouts))
  }

  /// The four matrices in their fixed order m, n, I, w.
  public subscript(vector: TrainedVector) -> Matrix {
    get {
      switch vector {
      case .m: m
      case .n: n
      case .inputs: inputs
      case .readouts: readouts
      }
    }
    _modify {
      switch vector {
      case .m: yield &m
      case .n: yield &n
      case .inputs: yield &inputs
      case .readouts: yield &readouts
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
}
