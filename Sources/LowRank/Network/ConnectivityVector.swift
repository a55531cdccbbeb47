/// One of the vectors that make up a low-rank network; it names the rows and columns of every covariance.
///
/// Numbers count from zero in code, from one in text: `ConnectivityVector.n(0)` prints as `n1`.
public enum ConnectivityVector: Hashable, Sendable {
  /// n⁽ʳ⁾, which selects from the activity.
  case n(Int)
  /// w⁽ᵒ⁾, which reads the activity out.
  case readout(Int)
  /// m⁽ʳ⁾, along which the recurrent input acts.
  case m(Int)
  /// I⁽ᵏ⁾, along which input channel k acts.
  case input(Int)
  /// b, the bias inside φ.
  case bias
}

extension ConnectivityVector: CustomStringConvertible {
  /// The name used in files and tables: `n1`, `w1`, `m1`, `I1`, `b`.
  public var description: String {
    switch self {
    case .n(let index): "n\(index + 1)"
    case .readout(let index): "w\(index + 1)"
    case .m(let index): "m\(index + 1)"
    case .input(let index): "I\(index + 1)"
    case .bias: "b"
    }
  }
}

/// Which vector stands at which place: n…, w…, m…, I… and the bias last, where there is one.
///
/// The first R + O vectors (n, w) weigh the rates φ in a sum over units. The rest (m, I, b) span the activation
/// x = q · (m, I, b), with coefficients q = (κ, v, 1).
public struct LoadingLayout: Sendable, Hashable {
  /// R.
  public let rank: Int
  /// K.
  public let inputCount: Int
  /// O.
  public let outputCount: Int
  /// Whether a bias is among the vectors.
  public let hasBias: Bool

  /// The layout of networks of rank R with K inputs, O readouts and perhaps a bias.
  public init(rank: Int, inputCount: Int, outputCount: Int, hasBias: Bool = false) {
    self.rank = rank
    self.inputCount = inputCount
    self.outputCount = outputCount
    self.hasBias = hasBias
  }

  /// R + O, the number of vectors that weigh rates: n, then w.
  public var weightCount: Int { rank + outputCount }
  /// The number of vectors that span the activation: m, I and the bias.
  public var driveCount: Int { rank + inputCount + (hasBias ? 1 : 0) }
  /// The number of all vectors.
  public var count: Int { weightCount + driveCount }

  /// The vectors in their order.
  public var vectors: [ConnectivityVector] {
    (0..<rank).map { .n($0) } + (0..<outputCount).map { .readout($0) } + (0..<rank).map { .m($0) }
      + (0..<inputCount).map { .input($0) } + (hasBias ? [.bias] : [])
  }

  /// The place of a vector, or `nil` when networks of this layout have no such vector.
  public func index(of vector: ConnectivityVector) -> Int? {
    switch vector {
    case .n(let r): (0..<rank).contains(r) ? r : nil
    case .readout(let o): (0..<outputCount).contains(o) ? rank + o : nil
    case .m(let r): (0..<rank).contains(r) ? weightCount + r : nil
    case .input(let k): (0..<inputCount).contains(k) ? weightCount + rank + k : nil
    case .bias: hasBias ? weightCount + rank + inputCount : nil
    }
  }
}

extension Network {
  /// The layout of this network's loadings.
  public var layout: LoadingLayout {
    LoadingLayout(rank: rank, inputCount: inputCount, outputCount: outputCount, hasBias: bias != nil)
  }

  /// All loadings side by side, (N, D), columns in the order of `layout.vectors`.
  public var loadings: Matrix {
    Matrix(
      rows: unitCount, columns: layout.count,
      elements: n.elements + readouts.elements + m.elements + inputs.elements + (bias?.values ?? []))
  }

  /// A network from loadings in the order of `layout.vectors`, as redraws and resamplings make them.
  ///
  /// - Throws: `ShapeError` like the designated initialiser.
  public init(
    loadings: Matrix, layout: LoadingLayout, biasReachesReadout: Bool = true, transfer: TransferFunction
  ) throws(ShapeError) {
    precondition(loadings.columns == layout.count, "loadings have one column per vector of the layout")
    func block(_ start: Int, _ count: Int) -> Matrix {
      let elements = loadings.elements[(start * loadings.rows)..<((start + count) * loadings.rows)]
      return Matrix(rows: loadings.rows, columns: count, elements: Array(elements))
    }
    let drive = layout.weightCount
    try self.init(
      m: block(drive, layout.rank), n: block(0, layout.rank),
      inputs: block(drive + layout.rank, layout.inputCount), readouts: block(layout.rank, layout.outputCount),
      bias: layout.hasBias
        ? Bias(
          values: block(drive + layout.rank + layout.inputCount, 1).elements,
          reachesReadout: biasReachesReadout)
        : nil,
      transfer: transfer)
  }
}
