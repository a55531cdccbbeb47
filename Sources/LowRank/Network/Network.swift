/// A low-rank recurrent network of N units in the canonical convention
///
///     τ dx/dt = -x + (1/N) m nᵀ φ(x + b) + I u(t)        z = (1/N) wᵀ φ(x + b)
///
/// with m, n of shape (N, R), I of shape (N, K), w of shape (N, O) and, rarely, a bias b of shape (N).
/// Mastrogiuseppe & Ostojic 2018, Dubreuil et al. 2022. Every other convention (scaled inputs, missing 1/N,
/// dense J) is brought to this one when a file is read, and nowhere else.
public struct Network: Sendable, Hashable {
  /// Output vectors of the recurrent connectivity, (N, R).
  public let m: Matrix
  /// Input-selection vectors of the recurrent connectivity, (N, R).
  public let n: Matrix
  /// Input vectors I, (N, K).
  public let inputs: Matrix
  /// Readout vectors w, (N, O).
  public let readouts: Matrix
  /// The bias inside φ, if the network has one.
  public let bias: Bias?
  /// The single-unit nonlinearity φ.
  public let transfer: TransferFunction

  /// A bias b inside φ: one more loading whose coefficient is constantly 1.
  public struct Bias: Sendable, Hashable {
    /// b, one value per unit.
    public let values: [Double]
    /// Whether the readout sees it too: z = wᵀφ(x + b)/N, or z = wᵀφ(x)/N as in some of the field's code.
    public let reachesReadout: Bool

    /// A bias of one value per unit.
    public init(values: [Double], reachesReadout: Bool = true) {
      self.values = values
      self.reachesReadout = reachesReadout
    }
  }

  /// N, the number of units.
  public var unitCount: Int { m.rows }
  /// R, the rank of the recurrent connectivity.
  public var rank: Int { m.columns }
  /// K, the number of input channels.
  public var inputCount: Int { inputs.columns }
  /// O, the number of readouts.
  public var outputCount: Int { readouts.columns }

  /// A network from its vectors.
  ///
  /// - Throws: `ShapeError` when N or R is zero, when the shapes do not fit together, or when a value is not finite.
  public init(
    m: Matrix, n: Matrix, inputs: Matrix, readouts: Matrix, bias: Bias? = nil,
    transfer: TransferFunction = .tanh
  ) throws(ShapeError) {
    guard m.rows > 0, m.columns > 0 else {
      throw ShapeError(
        quantity: "m", expected: "at least one unit and rank at least 1",
        found: "shape (\(m.rows), \(m.columns))")
    }
    guard n.rows == m.rows, n.columns == m.columns else {
      throw ShapeError(
        quantity: "n", expected: "shape (\(m.rows), \(m.columns)) like m",
        found: "shape (\(n.rows), \(n.columns))")
    }
    for (name, matrix) in [("I", inputs), ("w", readouts)] where matrix.rows != m.rows {
      throw ShapeError(
        quantity: name, expected: "\(m.rows) rows, one per unit",
        found: "shape (\(matrix.rows), \(matrix.columns))")
    }
    if let bias, bias.values.count != m.rows {
      throw ShapeError(
        quantity: "bias", expected: "\(m.rows) values, one per unit", found: "\(bias.values.count)")
    }
    for (name, values) in [
      ("m", m.elements), ("n", n.elements), ("I", inputs.elements), ("w", readouts.elements),
      ("bias", bias?.values ?? []),
    ] {
      if let index = values.firstIndex(where: { !$0.isFinite }) {
        throw ShapeError(
          quantity: name, expected: "finite numbers",
          found: "\(values[index]) at unit \(index % m.rows), column \(index / m.rows)")
      }
    }
    self.m = m
    self.n = n
    self.inputs = inputs
    self.readouts = readouts
    self.bias = bias
    self.transfer = transfer
  }
}
