// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

extension Network {
  /// The layout of this network's loadings.
  public var layout: LoadingLayout {
    LoadingLayout(
      rank: rank, inputCount: inputCount, outputCount: outputCount, hasCurrent: current != nil,
      hasInitialState: start?.residual != nil, hasBias: bias != nil)
  }

  /// The vectors that weigh rates, (N, R + O): n, then w.
  public var weightVectors: Matrix { n.appending(columnsOf: readouts) }

  /// The vectors that span a unit's argument, (N, D): m, I, c, x0, b, as far as there are such.
  public var driveVectors: Matrix {
    Matrix(
      rows: unitCount, columns: layout.driveCount,
      elements: m.elements + inputs.elements + (current ?? []) + (start?.residual ?? [])
        + (bias?.values ?? []))
  }

  /// All loadings side by side, (N, D), columns in the order of `layout.vectors`.
  public var loadings: Matrix { weightVectors.appending(columnsOf: driveVectors) }

  /// A network from loadings in the order of `layout.vectors`, as redraws and resamplings make them.
  ///
  /// - Throws: `ShapeError` like the designated initialiser.
  public init(
    loadings: Matrix, layout: LoadingLayout, biasReachesReadout: Bool = true, transfer: TransferFunction
  ) throws(ShapeError) {
    try self.init(
      loadings: loadings, layout: layout,
      settings: DynamicsSettings(transfer: transfer, biasReachesReadout: biasReachesReadout))
  }

  /// A network of rank R from loadings in the order of `layout.vectors`, and everything else from settings.
  ///
  /// The start of the settings is that of the latents: in current form x(0) = m κ(0) + I v(0) + x0; in rate form r(0) is
  /// the shortest state that has κ(0) = nᵀr(0)/N and ζ(0) = wᵀr(0)/N.
  ///
  /// - Throws: `ShapeError` like the designated initialiser, and when the start does not fit.
  public init(loadings: Matrix, layout: LoadingLayout, settings: DynamicsSettings) throws(ShapeError) {
    precondition(loadings.columns == layout.count, "loadings have one column per vector of the layout")
    func block(_ start: Int, _ count: Int) -> Matrix {
      let elements = loadings.elements[(start * loadings.rows)..<((start + count) * loadings.rows)]
      return Matrix(rows: loadings.rows, columns: count, elements: Array(elements))
    }
    func column(_ vector: ConnectivityVector) -> [Double]? {
      layout.index(of: vector).map { Array(loadings.column($0)) }
    }
    let drive = layout.weightCount
    try self.init(
      m: block(drive, layout.rank), n: block(0, layout.rank),
      inputs: block(drive + layout.rank, layout.inputCount), readouts: block(layout.rank, layout.outputCount),
      bias: column(.bias).map { Bias(values: $0, reachesReadout: settings.biasReachesReadout) },
      current: column(.current), readoutBias: settings.readoutBias, form: settings.form,
      transfer: settings.transfer)
    start = try start(from: settings.start, residual: column(.initialState))
  }

  /// The same network with other vectors of the same shapes: gauges, modes, inactivations. J, biases and φ stay unless
  /// they are given, and so does the initial state, of which κ(0), v(0) and x⊥(0) are found anew.
  ///
  /// - Throws: `ShapeError` like the designated initialiser.
  public func replacing(
    m: Matrix? = nil, n: Matrix? = nil, inputs: Matrix? = nil, readouts: Matrix? = nil,
    denseConnectivity: Matrix? = nil
  ) throws(ShapeError) -> Network {
    var result = try Network(
      m: m ?? self.m, n: n ?? self.n, inputs: inputs ?? self.inputs, readouts: readouts ?? self.readouts,
      bias: bias, current: current, readoutBias: readoutBias, form: form,
      denseConnectivity: denseConnectivity ?? self.denseConnectivity, transfer: transfer
    ).starting(at: start?.state)
    // I of the dense J is its own; only m, n and I of what stands in for it were replaced.
    result.fullInputs = fullInputs
    return result
  }

  /// The initial state that has given latents; `nil` when they are zero and there is no residual.
  private func start(from reduced: ReducedStart?, residual: [Double]?) throws(ShapeError) -> Start? {
    let zero = ReducedStart(
      kappa: [Double](repeating: 0, count: rank), filtered: [Double](repeating: 0, count: inputCount),
      readouts: [Double](repeating: 0, count: outputCount))
    let reduced = reduced ?? zero
    guard reduced.kappa.count == rank, reduced.filtered.count == inputCount,
      reduced.readouts.count == outputCount
    else {
      throw ShapeError(
        quantity: "start", expected: "\(rank) values of κ, \(inputCount) of v, \(outputCount) of ζ",
        found: "\(reduced.kappa.count), \(reduced.filtered.count), \(reduced.readouts.count)")
    }
    if reduced == zero && residual == nil { return nil }
    var state: [Double]
    switch form {
    case .current:
      state = m.times(reduced.kappa)
      for (i, value) in inputs.times(reduced.filtered).enumerated() { state[i] += value }
      if let residual { for i in state.indices { state[i] += residual[i] } }
    case .rate:
      // r = pinv([n w]ᵀ) N (κ, ζ).
      do {
        let inverse = try SingularValueDecomposition(of: weightVectors.transposed).pseudoInverse()
        state = inverse.times((reduced.kappa + reduced.readouts).map { $0 * Double(unitCount) })
      } catch {
        throw ShapeError(quantity: "r(0)", expected: "a state with this κ and ζ", found: error.description)
      }
    }
    return Start(state: state, reduced: reduced, residual: form == .current ? residual : nil)
  }
}
