// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// The rival everybody knows: principal components of the network's activity, and the network's dynamics projected on them.
///
///     current form  x ≈ U a   τ da/dt = -a + Uᵀ( m nᵀφ(U a + b)/N + I u + c )   z = wᵀφ(U a + b)/N + z₀
///     rate form     r ≈ U a   τ da/dt = -a + Uᵀ φ( m nᵀU a/N + I u + b )        z = wᵀU a/N + z₀
///
/// U are the leading d right singular vectors of visited states without a mean taken off (x = 0 is the resting state).
/// Since x stays in the span of [m I] (and of c and x0), as many dimensions are the exact manifold in other coordinates;
/// fewer are an approximation. Every step still needs N rates and tells nothing about populations. Of a dense J it is
/// the m nᵀ/N that is projected.
public struct PrincipalComponentDynamics: Dynamics {
  private let network: Network
  /// U, (N, d).
  public let components: Matrix
  /// Share of the states' mean square that each component carries, in descending order.
  public let shares: [Double]
  private let drive: Matrix
  private let feedback: Matrix
  private let constant: [Double]
  private let projection: Matrix
  private let start: [Double]

  /// Components of the states visited under a stimulus.
  ///
  /// - Parameter dimensions: d, 1…R + K; in rate form 1…N.
  /// - Throws: `LinearAlgebraError` when states are not finite, or the decomposition fails.
  public init(_ network: Network, stimulus: Stimulus, alpha: Double, dimensions: Int)
    throws(LinearAlgebraError)
  {
    let network = network.reduced
    let simulation = Simulation(alpha: alpha, keepsStates: true)
    let found: PrincipalComponents
    switch network.form {
    case .current:
      let span = network.driveVectors.selecting(
        columns: 0..<(network.layout.rank + network.layout.filteredCount))
      precondition((1...span.columns).contains(dimensions), "between one component and all of the span's")
      let run = simulation.run(try ManifoldDynamics(network), under: stimulus)
      found = try PrincipalComponents(of: run.states ?? [], in: span, centred: false, keeping: dimensions)
    case .rate:
      precondition((1...network.unitCount).contains(dimensions), "between one component and N")
      let most = max(1, (1 << 26) / max(1, stimulus.steps * network.unitCount))
      let part = Trials(stimulus: stimulus).prefix(most).stimulus
      let run = simulation.run(try NetworkDynamics(network), under: part)
      let identity = Matrix(rows: network.unitCount, columns: network.unitCount) { $0 == $1 ? 1 : 0 }
      found = try PrincipalComponents(of: run.states ?? [], in: identity, centred: false, keeping: dimensions)
    }
    shares = Array(found.shares.prefix(dimensions))
    components = found.directions
    self.network = network
    let transposed = components.transposed
    feedback = transposed.times(network.m)
    drive = transposed.times(network.inputs)
    constant = transposed.times(network.current ?? [Double](repeating: 0, count: network.unitCount))
    start = transposed.times(network.start?.state ?? [Double](repeating: 0, count: network.unitCount))
    switch network.form {
    case .current:
      let span = network.m.appending(columnsOf: network.inputs)
      projection = try SingularValueDecomposition(of: span).pseudoInverse().times(components)
    case .rate:
      let share = 1 / Double(network.unitCount)
      projection = Matrix(rows: network.rank, columns: network.unitCount) { network.n[$1, $0] * share }
        .times(components)
    }
  }

  /// d.
  public var dimension: Int { components.columns }
  /// R.
  public var rank: Int { network.rank }
  /// K.
  public var inputCount: Int { network.inputCount }
  /// O.
  public var outputCount: Int { network.outputCount }

  /// a = Uᵀx(0).
  public func initialState() -> [Double] { start }

  /// -a + Uᵀ(m nᵀφ/N + I u + c), in rate form -a + Uᵀφ.
  public func derivative(
    of state: Span<Double>, input: Span<Double>, noiseVariance: Double,
    into derivative: inout MutableSpan<Double>
  ) {
    for d in 0..<dimension { derivative[d] = -state[d] }
    switch network.form {
    case .current:
      let sums = weightedRates(at: state, network.n, biased: true)
      for d in 0..<dimension {
        var value = constant[d]
        for r in 0..<rank { value += feedback[d, r] * sums[r] }
        for k in 0..<inputCount { value += drive[d, k] * input[k] }
        derivative[d] += value
      }
    case .rate:
      var kappa = [Double](repeating: 0, count: rank)
      var span = kappa.mutableSpan
      latents(of: state, into: &span)
      for unit in 0..<network.unitCount {
        var x = network.bias?.values[unit] ?? 0
        for r in 0..<rank { x += network.m[unit, r] * kappa[r] }
        for k in 0..<inputCount { x += network.inputs[unit, k] * input[k] }
        let rate = network.transfer.value(x)
        for d in 0..<dimension { derivative[d] += components[unit, d] * rate }
      }
    }
  }

  /// κ of U a: by the joint projection on [m I], in rate form nᵀU a/N.
  public func latents(of state: Span<Double>, into latents: inout MutableSpan<Double>) {
    for r in 0..<rank {
      latents[r] = 0
      for d in 0..<dimension { latents[r] += projection[r, d] * state[d] }
    }
  }

  /// z = wᵀφ(U a + b)/N + z₀, in rate form wᵀU a/N + z₀.
  public func outputs(of state: Span<Double>, noiseVariance: Double, into outputs: inout MutableSpan<Double>)
  {
    let sums = weightedRates(at: state, network.readouts, biased: network.bias?.reachesReadout ?? true)
    for o in 0..<outputCount { outputs[o] = sums[o] + network.readoutBias[o] }
  }

  private func weightedRates(at state: Span<Double>, _ weights: Matrix, biased: Bool) -> [Double] {
    let units = network.unitCount
    let isRate = network.form == .rate
    var rates =
      biased && !isRate
      ? network.bias?.values ?? [Double](repeating: 0, count: units)
      : [Double](repeating: 0, count: units)
    rates.withUnsafeMutableBufferPointer { rates in
      components.elements.withUnsafeBufferPointer { vectors in
        for d in 0..<dimension {
          let (value, vector) = (state[d], d * units)
          for unit in 0..<units { rates[unit] += vectors[vector + unit] * value }
        }
      }
    }
    if !isRate { network.transfer.apply(to: &rates) }
    let share = 1 / Double(units)
    return (0..<weights.columns).map { a in
      rates.withUnsafeBufferPointer { rates in
        weights.elements.withUnsafeBufferPointer { weights in
          var sum = 0.0
          for unit in 0..<units { sum += weights[a * units + unit] * rates[unit] }
          return sum * share
        }
      }
    }
  }
}

extension Matrix {
  /// The matrix product.
  fileprivate func times(_ other: Matrix) -> Matrix {
    precondition(columns == other.rows, "inner dimensions agree")
    return Matrix(rows: rows, columns: other.columns) { i, j in
      (0..<columns).reduce(0) { $0 + self[i, $1] * other[$1, j] }
    }
  }
}
