// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

extension Network {
  /// What the network is that m and n belong to where J is dense, e.g. `network cut to rank 2`; `nil` where J is m nᵀ/N.
  public var standIn: String? {
    guard denseConnectivity != nil else { return nil }
    return fullInputs == nil
      ? "network cut to rank \(rank)" : "network of rank \(rank) fitted to its activity"
  }
}

extension Subject {
  /// The name, and of a dense J what of it is meant: what stands in files that are made of m and n.
  public var circuitName: String {
    guard case .network(let imported) = matter, let standIn = imported.network.standIn else { return name }
    return "\(name), the \(standIn)"
  }
}
