// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// What the means of the loadings, and the covariances among the drives, are worth to the network itself: its exact manifold
/// is run without them. Only what changes the network as well as its circuit is said to belong to the explanation.
///
/// Without means: from every loading the mean of its population is taken. Without cross terms, too: the loadings X of m, I
/// and the like are turned and stretched within each population so that they correlate no more and keep their variances,
///
///     X' = X C^-½ diag(C)^½        n' = n + X' diag(C)⁻¹ (cov(X, n) - cov(X', n))
///
/// and n and w get back the covariances with them that they had; what is not Gaussian in the loadings stays.
struct OwnParts: Sendable, Hashable {
  /// RMS change of z by leaving out the means, relative to the network's z, the worst output's; `nil` where that cannot be
  /// found out.
  let means: Double?
  /// RMS change of z by leaving out the cross terms as well, from the network without means.
  let crossTerms: Double?

  /// Both.
  var values: (means: Double?, crossTerms: Double?) { (means, crossTerms) }

  init(_ run: SideBySide) {
    guard run.truncation == nil, run.network.outputCount > 0,
      let bare = Self.network(run, decorrelated: false), let whole = Self.outputs(bare, run)
    else {
      (means, crossTerms) = (nil, nil)
      return
    }
    means = Self.change(from: run.manifold, to: whole, run)
    crossTerms = Self.network(run, decorrelated: true).flatMap { Self.outputs($0, run) }
      .map { Self.change(from: whole, to: $0, run) }
  }

  private static func outputs(_ network: Network, _ run: SideBySide) -> Trajectory? {
    (try? ManifoldDynamics(network)).map { run.simulation.run($0, under: run.trials.stimulus) }
  }

  private static func change(from a: Trajectory, to b: Trajectory, _ run: SideBySide) -> Double {
    let count = run.network.outputCount
    return (0..<count).map { output in
      var (square, size) = (0.0, 0.0)
      for i in stride(from: output, to: a.outputs.count, by: count) {
        square += (a.outputs[i] - b.outputs[i]) * (a.outputs[i] - b.outputs[i])
        size += run.network.outputs[i] * run.network.outputs[i]
      }
      return square == 0 ? 0 : (square / size).squareRoot()
    }.max() ?? 0
  }

  /// The network with loadings of zero mean in every population, perhaps with drives that correlate no more.
  private static func network(_ run: SideBySide, decorrelated: Bool) -> Network? {
    let own = run.imported.network
    let layout = own.layout
    let labels = run.reduction.labels ?? [Int](repeating: 0, count: own.unitCount)
    var loadings = own.loadings
    for population in Set(labels).sorted() {
      let units = labels.indices.filter { labels[$0] == population }
      for column in 0..<layout.count {
        let mean = units.reduce(0) { $0 + loadings[$1, column] } / Double(units.count)
        for unit in units { loadings[unit, column] -= mean }
      }
      if decorrelated, !decorrelate(&loadings, units, layout) { return nil }
    }
    return try? Network(loadings: loadings, layout: layout, settings: own.settings)
  }

  /// - Returns: whether it could be done: not where drives depend on each other.
  private static func decorrelate(_ loadings: inout Matrix, _ units: [Int], _ layout: LoadingLayout) -> Bool {
    let drives = (layout.weightCount..<layout.count).filter { column in
      units.contains { loadings[$0, column] != 0 }
    }
    let count = Double(units.count)
    func covariance(_ a: Int, _ b: Int) -> Double {
      units.reduce(0) { $0 + loadings[$1, a] * loadings[$1, b] } / count
    }
    let matrix = Matrix(rows: drives.count, columns: drives.count) { covariance(drives[$0], drives[$1]) }
    let variances = drives.indices.map { matrix[$0, $0] }
    // In units of each drive's SD, so that small drives count as much.
    let correlations = Matrix(rows: drives.count, columns: drives.count) {
      matrix[$0, $1] / (variances[$0] * variances[$1]).squareRoot()
    }
    guard let (values, axes) = try? correlations.symmetricEigensystem(), values.allSatisfy({ $0 > 1e-6 })
    else { return drives.isEmpty }
    let before = (0..<layout.weightCount).map { weight in drives.map { covariance(weight, $0) } }
    for unit in units {
      let scaled = drives.indices.map { loadings[unit, drives[$0]] / variances[$0].squareRoot() }
      for j in drives.indices {
        let turned = values.indices.reduce(0) { sum, k in
          sum + axes[j, k] / values[k].squareRoot()
            * drives.indices.reduce(0) { $0 + axes[$1, k] * scaled[$1] }
        }
        loadings[unit, drives[j]] = turned * variances[j].squareRoot()
      }
    }
    for weight in 0..<layout.weightCount {
      let missing = drives.indices.map {
        (before[weight][$0] - covariance(weight, drives[$0])) / variances[$0]
      }
      for unit in units {
        for j in drives.indices { loadings[unit, weight] += missing[j] * loadings[unit, drives[j]] }
      }
    }
    return true
  }
}
