// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// A random bulk beside one population of zero means, without input: everything by formula and bracketing.
///
/// E[nφ] = ⟨φ'⟩(Δ) σ κ with σ the covariances of n and m, so that κ is zero or along an eigenvector of σ, and then
///
///     stationary    ⟨φ'⟩(Δ) = 1/λ         κᵀC_mm κ = Δ² - g²⟨φ²⟩(Δ)
///     chaos         s + D₀(s) = Δ²        κᵀC_mm κ = s, D₀(s) the fluctuations beside a static variance s
///
/// λ real and positive. ⟨φ'⟩ falls with Δ for tanh, erf and logistic, and there is one Δ for each λ; that of ReLU and
/// softplus does not depend on Δ, and they are not treated here (Mastrogiuseppe & Ostojic 2018; theory in notes/bulk.md).
public struct CentredBulk: Sendable {
  private let bulk: BulkCircuit
  /// Real, positive eigenvalues of σ, largest first, each once, with a basis of their eigenvectors.
  private let modes: [(value: Double, vectors: Matrix)]
  private let metric: Matrix
  private let gain: Gain

  /// `nil` where a mean, an input or a bias acts, or where φ is not of that kind.
  init?(_ bulk: BulkCircuit) {
    let circuit = bulk.circuit
    let layout = circuit.layout
    guard circuit.statistics.populations.count == 1, let population = circuit.statistics.populations.first,
      [.tanh, .erf, .logistic].contains(bulk.transfer)
    else { return nil }
    let first = layout.weightCount
    let q = [Double](repeating: 0, count: bulk.rank) + bulk.input + layout.stationaryExtras
    let (mean, variance) = population.moments(along: q)
    guard mean == 0, variance == 0 else { return nil }
    for r in 0..<bulk.rank where population.mean[r] != 0 || population.mean[first + r] != 0 { return nil }
    self.bulk = bulk
    gain = Gain(bulk.transfer)
    metric = Matrix(rows: bulk.rank, columns: bulk.rank) { population.covariance[first + $0, first + $1] }
    let sigma = Matrix(rows: bulk.rank, columns: bulk.rank) { population.covariance[$0, first + $1] }
    var modes: [(Double, Matrix)] = []
    guard let values = try? sigma.eigenvalues() else { return nil }
    let size = norm(sigma.elements)
    for value in values where value.real > 0 && abs(value.imaginary) <= 1e-12 * size {
      if modes.contains(where: { abs($0.0 - value.real) < 1e-7 * size }) { continue }
      var shifted = sigma
      for r in 0..<bulk.rank { shifted[r, r] -= value.real }
      guard let parts = try? SingularValueDecomposition(of: shifted) else { return nil }
      let null = parts.singularValues.count { $0 <= 1e-7 * size }
      let dimension = max(null, 1)
      modes.append((value.real, parts.v.selecting(columns: (bulk.rank - dimension)..<bulk.rank)))
    }
    self.modes = modes.sorted { $0.0 > $1.0 }.map { (value: $0.0, vectors: $0.1) }
  }

  /// Stationary states and chaos.
  func states() throws(LinearAlgebraError) -> BulkStates {
    let zero = [Double](repeating: 0, count: bulk.rank)
    var states: [BulkState] = []
    for variance in try bulk.stationaryVariances(bulk.arguments(zero)) {
      states.append(try BulkState(bulk, kappa: zero, variance: variance))
    }
    var chaos: [BulkChaos] = []
    // Fluctuations alone: where there are none, the stationary variance takes their place.
    let (alone, isChaotic) = try fluctuations(beside: 0)
    if isChaotic {
      chaos.append(
        BulkChaos(
          kappa: zero, variance: alone.variance, stillVariance: alone.still,
          hasStableLatents: modes.allSatisfy { $0.value * slope(alone.variance) < 1 }))
    }
    for mode in modes where mode.value * slope(0) > 1 {
      let total = try variance(slope: 1 / mode.value)
      let own = total - bulk.strength * bulk.strength * square(total).square.value
      let radius = bulk.strength * bulk.strength * square(total).slopeSquare.value
      if own > 0 {
        for kappa in vectors(mode.vectors, variance: own) {
          states.append(
            try BulkState(
              bulk, kappa: kappa, variance: total - own, isContinuum: mode.vectors.columns > 1))
        }
      }
      guard radius > 1, alone.variance < total else { continue }
      let s = try structured(total: total, from: max(own, 0))
      let (beside, isStructured) = try fluctuations(beside: s)
      guard isStructured, s > 0 else { continue }
      let slopes = modes.map { $0.value / mode.value }
      for kappa in vectors(mode.vectors, variance: s) {
        chaos.append(
          BulkChaos(
            kappa: kappa, variance: total, stillVariance: s + beside.still,
            hasStableLatents: slopes.allSatisfy { $0 <= 1 }))
      }
    }
    return BulkStates(
      states: states.filter(\.isStable) + states.filter { !$0.isStable },
      chaos: chaos.filter { !$0.isHomogeneous } + chaos.filter(\.isHomogeneous),
      completeness: .proven(
        "one Gaussian of zero means: each eigenvalue of σ gives one Δ, which was bracketed"))
  }

  /// s with s + D₀(s) = Δ². At the stationary s the fluctuations are smaller than the stationary V; at s = Δ² something is
  /// left over: a bracket.
  private func structured(total: Double, from low: Double) throws(LinearAlgebraError) -> Double {
    try bracketedRoot(between: low, and: total, tolerance: 0) { s in
      (try? fluctuations(beside: s).0.variance).map { $0 + s - total } ?? .nan
    }
  }

  private func fluctuations(beside own: Double) throws(LinearAlgebraError) -> (
    TwoTimeTheory.Fluctuations, isChaotic: Bool
  ) {
    let arguments = [BulkCircuit.Drive(share: 1, mean: 0, variance: own)]
    let stationary = try bulk.stationaryVariances(arguments).last ?? 0
    if let found = try TwoTimeTheory(bulk, arguments: arguments).fluctuations(below: stationary) {
      return (found, true)
    }
    return (TwoTimeTheory.Fluctuations(variance: stationary, still: stationary), false)
  }

  private func slope(_ variance: Double) -> Double { gain.rateAndGain(mean: 0, variance: variance).gain }
  private func square(_ variance: Double) -> SquareAverages {
    SquareAverages(bulk.transfer, mean: 0, variance: variance)
  }

  /// Δ² with ⟨φ'⟩(Δ) = slope.
  private func variance(slope wanted: Double) throws(LinearAlgebraError) -> Double {
    var high = 1.0
    while slope(high) > wanted && high < 1e300 { high *= 4 }
    return try bracketedRoot(between: 0, and: high, tolerance: 0) { slope($0) - wanted }
  }

  /// ±κ along an eigenvector with κᵀC_mm κ = variance; one of them where there is a sphere of them.
  private func vectors(_ basis: Matrix, variance: Double) -> [[Double]] {
    let direction = Array(basis.column(0))
    let size = zip(direction, metric.times(direction)).reduce(0) { $0 + $1.0 * $1.1 }
    guard size > 0 else { return [] }
    let factor = (variance / size).squareRoot()
    let kappa = direction.map { $0 * factor }
    return basis.columns > 1 ? [kappa] : [kappa, kappa.map { -$0 }]
  }
}

extension CentredBulk {
  /// Where the phases of one population of zero means end, at a given g: rank 1, variance 1 of m, σ_mn the axis.
  ///
  /// - `structure`: σ_mn from which on there is a structured state, stationary or chaotic: 1/⟨φ'⟩ of what fluctuates without.
  /// - `stationary`: σ_mn from which on it is stationary: g²⟨φ'²⟩(Δ) = 1, σ_mn = 1/⟨φ'⟩(Δ); the same where there is no chaos.
  /// - `delta0`: Δ₀ of homogeneous chaos, `nil` where there is none.
  public struct Borders: Sendable, Hashable {
    /// g.
    public let strength: Double
    /// σ_mn where structure begins.
    public let structure: Double
    /// σ_mn where it becomes stationary.
    public let stationary: Double
    /// Δ₀ of homogeneous chaos.
    public let delta0: Double?
  }

  /// The borders at g.
  ///
  /// - Throws: `LinearAlgebraError` for another φ than tanh, erf or logistic.
  public static func borders(strength: Double, transfer: TransferFunction) throws(LinearAlgebraError)
    -> Borders
  {
    let layout = LoadingLayout(rank: 1, inputCount: 0, outputCount: 0)
    let unit = ConnectivityStatistics(
      layout: layout, unitCount: 0,
      populations: [
        Population(
          layout: layout, fraction: 1, mean: [0, 0],
          covariance: Matrix(rows: 2, columns: 2) { $0 == $1 ? 1 : 0 })
      ])
    let bulk = BulkCircuit(EffectiveCircuit(unit, transfer: transfer), strength: strength, input: [])
    guard let centred = CentredBulk(bulk) else {
      throw LinearAlgebraError(
        operation: "phase diagram",
        reason: "it is known for tanh, erf and logistic, not for \(transfer.rawValue)")
    }
    let (alone, isChaotic) = try centred.fluctuations(beside: 0)
    let structure = 1 / centred.slope(alone.variance)
    guard isChaotic else {
      return Borders(strength: strength, structure: structure, stationary: structure, delta0: nil)
    }
    let g2 = strength * strength
    var high = max(alone.variance, 1e-300)
    while g2 * centred.square(high).slopeSquare.value > 1 { high *= 4 }
    let edge = try bracketedRoot(between: 0, and: high, tolerance: 0) {
      g2 * centred.square($0).slopeSquare.value - 1
    }
    return Borders(
      strength: strength, structure: structure, stationary: 1 / centred.slope(edge), delta0: alone.variance)
  }
}
