// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// The number of latents κ of a network in words; where vectors m or n depend on one another, or are zero, the number of
/// dimensions that J = m nᵀ/N leaves.
func latentDimensions(_ network: Network) -> String {
  guard network.denseConnectivity == nil, let effective = try? network.effectiveRank(),
    effective < network.rank
  else { return "\(counted(network.rank, "latent dimension")) κ" }
  return
    "\(counted(effective, "latent dimension")), the rank of their \(network.rank) pairs of vectors m and n"
}
