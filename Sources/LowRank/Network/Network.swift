// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// A recurrent network of N units. With J = m nᵀ/N, or a dense J of which m nᵀ/N is a reduction,
///
///     current form  τ dx/dt = -x + J φ(x + b) + I u(t) + c     z = wᵀφ(x + b)/N + z₀ (or wᵀφ(x)/N + z₀)
///     rate form     τ dr/dt = -r + φ(J r + I u(t) + b)         z = wᵀr/N + z₀
///
/// with m, n of shape (N, R), I of shape (N, K), w of shape (N, O), a bias b inside φ, a bias c in the current, a readout
/// bias z₀ and an initial state. In rate form a bias in the current stands inside φ too: it is added to b.
/// Mastrogiuseppe & Ostojic 2018, Dubreuil et al. 2022. Every other convention (scaled inputs, missing 1/N) is brought to
/// this one when a file is read, and nowhere else.
///
/// κ is defined by m, n and its own equation, τ dκ/dt = -κ + nᵀφ/N (rate form: κ = nᵀr/N), whatever J is. Everything that
/// is built on m and n (manifold, statistics, circuits) is about m nᵀ/N; `NetworkDynamics` simulates J itself.
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
  /// c, the bias in the current, N values, if the network has one; never in rate form, where it is part of `bias`.
  public let current: [Double]?
  /// z₀, O values.
  public let readoutBias: [Double]
  /// Current form or rate form.
  public let form: NetworkForm
  /// J, (N, N), of a network whose connectivity is dense: J_ij is the weight from unit j to unit i, without 1/N. m nᵀ/N is
  /// then a reduction of it, and another network.
  public let denseConnectivity: Matrix?
  /// I of the network with the dense J, (N, K), where m, n and `inputs` are those of a network fitted to its activity; `nil`
  /// where both have the same.
  public package(set) var fullInputs: Matrix?
  /// The single-unit nonlinearity φ.
  public let transfer: TransferFunction
  /// The initial state, if it is not zero.
  public internal(set) var start: Start?

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
  /// R, the rank of m nᵀ.
  public var rank: Int { m.columns }
  /// K, the number of input channels.
  public var inputCount: Int { inputs.columns }
  /// O, the number of readouts.
  public var outputCount: Int { readouts.columns }

  /// A network from its vectors.
  ///
  /// - Parameters:
  ///   - m: (N, R).
  ///   - n: (N, R).
  ///   - inputs: I, (N, K).
  ///   - readouts: w, (N, O).
  ///   - bias: b, inside φ.
  ///   - current: c, N values, in the current; in rate form it is added to b.
  ///   - readoutBias: z₀, O values, or none for zero.
  ///   - form: current form or rate form.
  ///   - denseConnectivity: J, (N, N), where m nᵀ/N is a reduction of it; no 1/N.
  ///   - transfer: φ.
  /// - Throws: `ShapeError` when N or R is zero, when the shapes do not fit together, or when a value is not finite.
  public init(
    m: Matrix, n: Matrix, inputs: Matrix, readouts: Matrix, bias: Bias? = nil, current: [Double]? = nil,
    readoutBias: [Double] = [], form: NetworkForm = .current, denseConnectivity: Matrix? = nil,
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
    if let j = denseConnectivity, j.rows != m.rows || j.columns != m.rows {
      throw ShapeError(
        quantity: "J", expected: "shape (\(m.rows), \(m.rows)), one row and column per unit",
        found: "shape (\(j.rows), \(j.columns))")
    }
    for (name, values) in [("bias", bias?.values), ("current", current)] {
      if let values, values.count != m.rows {
        throw ShapeError(
          quantity: name, expected: "\(m.rows) values, one per unit", found: "\(values.count)")
      }
    }
    guard readoutBias.isEmpty || readoutBias.count == readouts.columns else {
      throw ShapeError(
        quantity: "readout bias", expected: "\(readouts.columns) values, one per output",
        found: "\(readoutBias.count)")
    }
    for (name, values) in [
      ("m", m.elements), ("n", n.elements), ("I", inputs.elements), ("w", readouts.elements),
      ("bias", bias?.values ?? []), ("current", current ?? []), ("J", denseConnectivity?.elements ?? []),
    ] {
      if let index = values.firstIndex(where: { !$0.isFinite }) {
        throw ShapeError(
          quantity: name, expected: "finite numbers",
          found: "\(values[index]) at unit \(index % m.rows), column \(index / m.rows)")
      }
    }
    if let output = readoutBias.firstIndex(where: { !$0.isFinite }) {
      throw ShapeError(
        quantity: "readout bias", expected: "finite numbers",
        found: "\(readoutBias[output]) at output \(output)")
    }
    self.m = m
    self.n = n
    self.inputs = inputs
    self.readouts = readouts
    switch form {
    case .current:
      self.bias = bias
      self.current = current
    case .rate:
      self.bias = Self.biasInside(bias?.values, current)
      self.current = nil
    }
    self.readoutBias =
      readoutBias.isEmpty ? [Double](repeating: 0, count: readouts.columns) : readoutBias
    self.form = form
    self.denseConnectivity = denseConnectivity
    self.transfer = transfer
    fullInputs = nil
    start = nil
  }

  /// The bias inside φ of a network in rate form, b + c: rates are what is read out, so the readout always sees it.
  private static func biasInside(_ bias: [Double]?, _ current: [Double]?) -> Bias? {
    switch (bias, current) {
    case (let bias?, let current?): Bias(values: zip(bias, current).map { $0 + $1 })
    case (let values?, nil), (nil, let values?): Bias(values: values)
    case (nil, nil): nil
    }
  }

  /// The network of rank R whose connectivity is m nᵀ/N itself: another one than `self` where J is dense.
  ///
  /// It starts where `self` does.
  public var reduced: Network {
    guard denseConnectivity != nil else { return self }
    return Network(self, dense: nil, inputs: inputs)
  }

  /// The network with another one of lower rank standing in for it, which was fitted to its activity: m, n and I are those of
  /// the fit and κ is measured by them, while `NetworkDynamics` simulates this network's J and I as before.
  ///
  /// - Throws: `ShapeError` when the fit has other units or inputs.
  public func represented(by fit: Network) throws(ShapeError) -> Network {
    guard fit.unitCount == unitCount, fit.inputCount == inputCount else {
      throw ShapeError(
        quantity: "fit", expected: "\(unitCount) units and \(inputCount) inputs",
        found: "\(fit.unitCount) and \(fit.inputCount)")
    }
    let j =
      denseConnectivity
      ?? Matrix(rows: unitCount, columns: unitCount) { i, j in
        (0..<rank).reduce(0) { $0 + m[i, $1] * n[j, $1] } / Double(unitCount)
      }
    var result = try Network(
      m: fit.m, n: fit.n, inputs: fit.inputs, readouts: readouts, bias: bias, current: current,
      readoutBias: readoutBias, form: form, denseConnectivity: j, transfer: transfer
    ).starting(at: start?.state)
    result.fullInputs = fullInputs ?? inputs
    return result
  }

  /// The network that is simulated in full, with its own I.
  var acting: Network {
    fullInputs.map { Network(self, dense: denseConnectivity, inputs: $0) } ?? self
  }

  /// The network without readouts: what is judged by κ alone.
  ///
  /// - Throws: `ShapeError`, never in fact: everything has been checked.
  public func withoutReadouts() throws(ShapeError) -> Network { try keeping(outputs: []) }

  /// The network with some of its readouts, in this order.
  ///
  /// - Parameter outputs: numbers in 0..<O.
  /// - Throws: `ShapeError`, never in fact: everything has been checked.
  public func keeping(outputs: [Int]) throws(ShapeError) -> Network {
    precondition(outputs.allSatisfy { (0..<outputCount).contains($0) }, "outputs that there are")
    var result = try Network(
      m: m, n: n, inputs: inputs,
      readouts: Matrix(rows: unitCount, columns: outputs.count) { readouts[$0, outputs[$1]] }, bias: bias,
      current: current, readoutBias: outputs.map { readoutBias[$0] }, form: form,
      denseConnectivity: denseConnectivity, transfer: transfer
    ).starting(at: start?.state)
    result.fullInputs = fullInputs
    return result
  }

  /// The same network with another J, or none, and another I; both have been checked.
  private init(_ network: Network, dense: Matrix?, inputs: Matrix) {
    m = network.m
    n = network.n
    self.inputs = inputs
    readouts = network.readouts
    bias = network.bias
    current = network.current
    readoutBias = network.readoutBias
    form = network.form
    denseConnectivity = dense
    fullInputs = nil
    transfer = network.transfer
    start = network.start
  }

  /// What of the network is no loading; shared by its manifold and by every circuit of it.
  public var settings: DynamicsSettings {
    DynamicsSettings(
      transfer: transfer, form: form, biasReachesReadout: bias?.reachesReadout ?? true,
      readoutBias: readoutBias.contains { $0 != 0 } ? readoutBias : [], start: start?.reduced)
  }
}
