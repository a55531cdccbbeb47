// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

extension ImportedNetwork {
  /// A network that came from no file: nothing was assumed about it, and there is nothing to warn of.
  ///
  /// - Parameter populationLabels: the population of every unit, numbers 0..<P, where there are populations.
  public init(_ network: Network, alpha: Double, populationLabels: [Int]? = nil) {
    let sizes = populationLabels.map { labels in
      (0...(labels.max() ?? 0)).map { population in labels.count { $0 == population } }
    }
    self.init(
      network: network, alpha: alpha, populationLabels: populationLabels, initialState: network.start?.state,
      initialConnectivity: nil, trainingLosses: [], remarks: [],
      summary: NetworkSummary(
        network, alpha: alpha, dialect: "memory", scaling: .mean, gauge: .raw, container: "memory",
        populations: sizes))
  }
}
