// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import LowRank

extension ConnectivityStatistics {
  /// The population that each of a network's units most likely belongs to, by what drives the unit: m, I and the biases, on
  /// which its gain depends.
  ///
  /// A fitted circuit moves its populations away from the clusters that it began from; these are the units that stand where
  /// they are now. log α_p + log N(y_i; ȳ_p, C_p) over the drives' loadings is largest. n and w stay out: fits widen
  /// them, and no gain depends on them.
  ///
  /// - Returns: 0..<P for every unit; `nil` where a population would be left with fewer than two units, which have no
  ///   moments, or the network has other loadings.
  public func likeliestPopulations(of network: Network) -> [Int]? {
    guard layout == network.layout, populations.count > 1 else { return nil }
    let (first, count) = (layout.weightCount, layout.driveCount)
    let loadings = network.loadings
    // A direction in which a population does not vary would exclude every unit.
    let scales = (0..<count).map { j -> Double in
      let square = (0..<network.unitCount).reduce(0) {
        $0 + loadings[$1, first + j] * loadings[$1, first + j]
      }
      return max(square / Double(network.unitCount), .leastNormalMagnitude).squareRoot()
    }
    var densities: [(Int) -> Double] = []
    for population in populations {
      let block = Matrix(rows: count, columns: count) { a, b in
        population.covariance[first + a, first + b] / (scales[a] * scales[b])
      }
      guard let (values, vectors) = try? block.symmetricEigensystem() else { return nil }
      let variances = values.map { max($0, Self.leastVariance) }
      let constant = log(max(population.fraction, 1e-300)) - variances.reduce(0) { $0 + log($1) } / 2
      let mean = (0..<count).map { population.mean[first + $0] }
      densities.append { unit in
        let offset = (0..<count).map { (loadings[unit, first + $0] - mean[$0]) / scales[$0] }
        return constant
          - (0..<count).reduce(0) { sum, k in
            let along = (0..<count).reduce(0) { $0 + vectors[$1, k] * offset[$1] }
            return sum + along * along / variances[k]
          } / 2
      }
    }
    let labels = (0..<network.unitCount).map { unit -> Int in
      let values = densities.map { $0(unit) }
      return values.indices.max { values[$0] < values[$1] } ?? 0
    }
    let isFilled = populations.indices.allSatisfy { p in labels.count { $0 == p } >= 2 }
    return isFilled ? labels : nil
  }

  /// The least variance of a population in any direction, in units of the loadings' mean squares.
  private static let leastVariance = 1e-6
}
