// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

extension EffectiveCircuit: ReducedDynamics {
  /// The vectors it is made of, and their order.
  public var layout: LoadingLayout { statistics.layout }

  /// The circuit of the same statistics without those of the readouts.
  public var latentsAlone: EffectiveCircuit { keeping(outputs: []) }

  /// The circuit with some of its outputs, in this order.
  ///
  /// - Parameter outputs: numbers in 0..<O.
  public func keeping(outputs: [Int]) -> EffectiveCircuit {
    precondition(outputs.allSatisfy { (0..<outputCount).contains($0) }, "outputs that there are")
    if outputs == Array(0..<outputCount) { return self }
    var settings = settings
    settings.readoutBias = settings.readoutBias.isEmpty ? [] : outputs.map { settings.readoutBias($0) }
    settings.start = settings.start.map { start in
      ReducedStart(
        kappa: start.kappa, filtered: start.filtered,
        readouts: start.readouts.count == outputCount ? outputs.map { start.readouts[$0] } : [])
    }
    return EffectiveCircuit(statistics.keeping(readouts: outputs), settings: settings)
  }

  /// Flow, readouts and their analytic derivatives.
  ///
  /// With ∂_μ⟨f⟩ = ⟨f'⟩ and ∂_Δ⟨f⟩ = Δ⟨f''⟩ (one integration by parts), and h = C q on the drives,
  ///
  ///     ∂E[a φ]/∂q_j = Σ_p α_p { ā ȳ_j ⟨φ'⟩ + ā h_j ⟨φ''⟩ + σ_aj ⟨φ'⟩ + (Cq)_a ȳ_j ⟨φ''⟩ + (Cq)_a h_j ⟨φ'''⟩ }.
  ///
  /// Nothing is divided by Δ: the formula holds at Δ = 0 as it stands. ReLU's ⟨φ''⟩ is infinite at μ = Δ = 0; where h and
  /// Cq vanish, as at the origin, it acts on nothing and counts as zero.
  public func linearisation(kappa: [Double], input: [Double], noiseVariance: Double) -> Linearisation {
    precondition(kappa.count == rank && input.count == inputCount, "κ has R values and v has K")
    // Everything that decays has decayed: c's drive is 1, that of x0 is 0.
    return linearisation(drive: kappa + input + layout.stationaryExtras, noiseVariance: noiseVariance)
  }

  /// The same at any coefficients q of the drives, D values in the layout's order; derivatives are by κ and v.
  public func linearisation(drive: [Double], noiseVariance: Double = 0) -> Linearisation {
    precondition(drive.count == layout.driveCount, "one coefficient for each drive")
    let variance = form == .rate ? 0 : noiseVariance
    var drive = drive
    var flow = AverageWithSlopes(weights: 0..<rank, slopes: rank + inputCount)
    flow.add(statistics, drive: drive, noiseVariance: variance, gain: gain)
    for r in 0..<rank {
      flow.values[r] -= drive[r]
      flow.slopes[r, r] -= 1
    }
    if layout.hasBias && !biasReachesReadout { drive[layout.driveCount - 1] = 0 }
    var output = AverageWithSlopes(weights: rank..<(rank + outputCount), slopes: rank + inputCount)
    output.add(statistics, drive: drive, noiseVariance: variance, gain: gain)
    for o in 0..<outputCount { output.values[o] += settings.readoutBias(o) }
    return Linearisation(
      flow: flow.values, jacobian: flow.slopes, outputs: output.values, outputJacobian: output.slopes)
  }
}

/// E[a φ] for some weights a, and its derivatives by the free coefficients q = (κ, v).
private struct AverageWithSlopes {
  let weights: Range<Int>
  var values: [Double]
  var slopes: Matrix

  init(weights: Range<Int>, slopes count: Int) {
    self.weights = weights
    values = [Double](repeating: 0, count: weights.count)
    slopes = Matrix(rows: weights.count, columns: count)
  }

  /// Adds the average over all populations; `q` holds a coefficient for every drive, the bias's at the end.
  mutating func add(
    _ statistics: ConnectivityStatistics, drive q: [Double], noiseVariance: Double, gain: Gain
  ) {
    guard !weights.isEmpty else { return }
    let first = statistics.layout.weightCount
    let drives = statistics.layout.driveCount
    var h = [Double](repeating: 0, count: drives)
    for population in statistics.populations {
      let covariance = population.covariance
      let (mu, variance) = population.moments(along: q, products: &h)
      let average = gain.slopes(mean: mu, variance: variance + noiseVariance)
      for (row, a) in weights.enumerated() {
        let mean = population.mean[a]
        let coupling = population.coupling(of: a, along: q)
        values[row] += population.fraction * (mean * average.rate + coupling * average.gain)
        for j in 0..<slopes.columns {
          let alongMean =
            population.mean[first + j] * (mean * average.gain + product(coupling, average.gain2))
          let alongDeviation =
            product(h[j] * mean, average.gain2) + product(h[j] * coupling, average.gain3)
          slopes[row, j] +=
            population.fraction
            * (alongMean + alongDeviation + covariance[a, first + j] * average.gain)
        }
      }
    }
  }
}

/// factor · average, zero where the factor is, even if the average is infinite.
private func product(_ factor: Double, _ average: Double) -> Double { factor == 0 ? 0 : factor * average }
