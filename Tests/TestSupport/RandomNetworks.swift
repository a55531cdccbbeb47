// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// A network with random loadings that share a Gaussian mixture of one population, means included.
public func randomNetwork(
  units: Int, rank: Int, inputs: Int, outputs: Int, transfer: TransferFunction = .tanh, bias: Bool = false,
  biasReachesReadout: Bool = true, means: Bool = true, seed: UInt64
) throws -> Network {
  var stream = RandomStream(seed: seed)
  let layout = LoadingLayout(rank: rank, inputCount: inputs, outputCount: outputs, hasBias: bias)
  // Random mixing makes every pair of vectors overlap; the size keeps tanh away from saturation.
  let mixing = Matrix(rows: layout.count, columns: layout.count) { _, _ in
    stream.normal() / Double(layout.count).squareRoot()
  }
  let mean = (0..<layout.count).map { _ in means ? 0.3 * stream.normal() : 0 }
  var loadings = Matrix(rows: units, columns: layout.count)
  for i in 0..<units {
    let normals = (0..<layout.count).map { _ in stream.normal() }
    for a in 0..<layout.count {
      loadings[i, a] = mean[a]
      for k in 0..<layout.count { loadings[i, a] += mixing[a, k] * normals[k] }
    }
  }
  return try Network(
    loadings: loadings, layout: layout, biasReachesReadout: biasReachesReadout, transfer: transfer)
}

/// White-noise inputs.
public func randomStimulus(trials: Int, steps: Int, channels: Int, seed: UInt64) -> Stimulus {
  var stream = RandomStream(seed: seed)
  return Stimulus(
    trials: trials, steps: steps, channels: channels,
    values: (0..<(trials * steps * channels)).map { _ in stream.normal() })
}

/// Largest absolute difference of two arrays of equal length, relative to the second's largest absolute value.
public func relativeDifference(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count, (a + b).allSatisfy(\.isFinite) else { return .infinity }
  let scale = b.reduce(0) { max($0, abs($1)) }
  let difference = zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
  return difference == 0 ? 0 : difference / scale
}

/// A tanh circuit of one population with zero means, its vectors in the layout's order given as sums of independent
/// standard normals: one row of coefficients each.
public func circuit(_ layout: LoadingLayout, factors rows: [[Double]]) -> EffectiveCircuit {
  let covariance = Matrix(rows: rows.count, columns: rows.count) { i, j in
    zip(rows[i], rows[j]).reduce(0) { $0 + $1.0 * $1.1 }
  }
  return EffectiveCircuit(
    ConnectivityStatistics(
      layout: layout, unitCount: 1000,
      populations: [
        Population(
          layout: layout, fraction: 1, mean: [Double](repeating: 0, count: rows.count), covariance: covariance
        )
      ]), transfer: .tanh)
}
