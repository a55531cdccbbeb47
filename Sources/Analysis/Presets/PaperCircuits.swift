// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Circuits of one zero-mean Gaussian population that do two tasks by design (Dubreuil et al. 2022, Fig. 2; the same
/// numbers are given to students of the course project).
///
/// m and I have variance 1 and are independent; n and w are the combinations of them that have the given covariances,
/// n⁽ʳ⁾ = Σ_j σ_{n_r j} y_j, so that units with these loadings exist and can be drawn.
public enum PaperCircuit {
  /// Perceptual decision: rank 1, one input.
  ///
  /// - Parameters:
  ///   - recurrence: σ_mn; above 1 there are two stable choices, at 1 the circuit integrates.
  ///   - input: σ_nI.
  ///   - readout: σ_mw.
  public static func decision(recurrence: Double = 1.4, input: Double = 2.6, readout: Double = 2.1)
    -> ConnectivityStatistics
  {
    statistics(rank: 1, couplings: [[recurrence, input], [readout, 0]])
  }

  /// Parametric working memory: rank 2, one input. κ1 keeps what came in (σ_{n1m1} = 1), κ2 forgets it.
  ///
  /// - Parameters:
  ///   - second: σ_{n2m2}; 0.5 makes κ2 decay at half the rate of a single unit, 1 would make it a second memory.
  public static func workingMemory(second: Double = 0.5) -> ConnectivityStatistics {
    statistics(rank: 2, couplings: [[1, 0, 0.5], [0, second, 1.9], [2.8, -2.2, 0]])
  }

  /// - Parameter couplings: for every weight (n…, w) its covariances with the drives (m…, I).
  private static func statistics(rank: Int, couplings: [[Double]]) -> ConnectivityStatistics {
    let layout = LoadingLayout(rank: rank, inputCount: 1, outputCount: 1, hasBias: false)
    let weights = layout.weightCount
    let covariance = Matrix(rows: layout.count, columns: layout.count) { i, j in
      switch (i < weights, j < weights) {
      case (true, true): zip(couplings[i], couplings[j]).reduce(0) { $0 + $1.0 * $1.1 }
      case (true, false): couplings[i][j - weights]
      case (false, true): couplings[j][i - weights]
      case (false, false): i == j ? 1 : 0
      }
    }
    return ConnectivityStatistics(
      layout: layout, unitCount: 0,
      populations: [
        Population(
          layout: layout, fraction: 1, mean: [Double](repeating: 0, count: layout.count),
          covariance: covariance)
      ])
  }
}

extension ConnectivityStatistics {
  /// The same with every covariance and mean of the weights (n, w) multiplied by a factor: what a wrong constant in
  /// front of the Gaussian averages amounts to, for Δ does not know of n and w.
  public func scalingAverages(by factor: Double) -> ConnectivityStatistics {
    changingPopulations { mean, covariance, layout in
      for a in 0..<layout.weightCount {
        mean[a] *= factor
        for b in 0..<layout.count {
          covariance[a, b] *= factor
          covariance[b, a] *= factor
        }
      }
    }
  }

  /// The same with some covariances replaced, in every population.
  public func replacing(_ covariances: [(ConnectivityVector, ConnectivityVector, Double)])
    -> ConnectivityStatistics
  {
    changingPopulations { _, covariance, layout in
      for (a, b, value) in covariances {
        guard let i = layout.index(of: a), let j = layout.index(of: b) else { continue }
        covariance[i, j] = value
        covariance[j, i] = value
      }
    }
  }

  /// What is left when only these covariances of weights with drives are kept, and no means; covariances among the
  /// weights and among the drives stay.
  public func keepingOnly(_ couplings: [(ConnectivityVector, ConnectivityVector)]) -> ConnectivityStatistics {
    changingPopulations { mean, covariance, layout in
      for i in mean.indices { mean[i] = 0 }
      for a in 0..<layout.weightCount {
        for b in layout.weightCount..<layout.count {
          let (first, second) = (layout.vectors[a], layout.vectors[b])
          if couplings.contains(where: { $0 == (first, second) || $0 == (second, first) }) { continue }
          covariance[a, b] = 0
          covariance[b, a] = 0
        }
      }
    }
  }

  private func changingPopulations(_ change: (inout [Double], inout Matrix, LoadingLayout) -> Void)
    -> ConnectivityStatistics
  {
    ConnectivityStatistics(
      layout: layout, unitCount: unitCount,
      populations: populations.map {
        var (mean, covariance) = ($0.mean, $0.covariance)
        change(&mean, &covariance, layout)
        return Population(layout: layout, fraction: $0.fraction, mean: mean, covariance: covariance)
      })
  }
}
