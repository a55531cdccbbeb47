// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles

/// A factor 1/N that seems to stand in the wrong place, from the sizes of m and n and of z.
///
/// In J = m nᵀ/N the entries of m and n are of order 1. With s = RMS(m) RMS(n), the four networks of Dubreuil et al. 2022
/// have s = 1.9, 2.9, 3.2 and 4.5 at N = 500 and 512. Tensors that carry the factor themselves have s of order 1/N, and the
/// others read as these one of order N: the limits N^-½ and N^½ lie half-way in decades, a factor of 10 and more from
/// either at N = 500. The output of a network that is read wrongly is away from its targets by a power of N as well (84 to
/// 1550 times for those four), with the same limits; it is looked at only where the network does not do its task. At
/// fewer than 30 units the two orders overlap, and nothing is said.
struct ScalingSuspicion {
  /// What speaks for it.
  let remark: Remark

  /// - Parameters:
  ///   - size: RMS of the network's z and of its targets, where there are targets and the network does not do its task.
  init?(_ imported: ImportedNetwork, z size: (z: Double, target: Double)? = nil) {
    let network = imported.network
    guard network.denseConnectivity == nil, network.rank > 0, network.unitCount >= 30 else { return nil }
    let units = Double(network.unitCount)
    func rms(_ matrix: Matrix) -> Double {
      (matrix.elements.reduce(0) { $0 + $1 * $1 } / Double(max(matrix.elements.count, 1))).squareRoot()
    }
    let product = rms(network.m) * rms(network.n)
    guard product > 0 else { return nil }
    let isMean = imported.summary.scaling == .mean
    let other = isMean ? "none" : "mean"
    var reasons: [String] = []
    let root = units.squareRoot()
    if isMean, product < 1 / root {
      reasons.append(
        "entries of m and n of size \(text(product.squareRoot(), digits: 2)), where N^-½ is \(text(1 / root, digits: 2)), look like "
          + "those of a J = m nᵀ without 1/N")
    } else if !isMean, product > root {
      reasons.append(
        "J = m nᵀ without 1/N is \(text(product, digits: 2)) times as large as one of entries of size 1")
    }
    if let size, size.target > 0, size.z > 0 {
      let ratio = size.z / size.target
      // A task that is done badly is no reason; one whose z is off by about N is.
      if isMean, ratio < 1 / root {
        reasons.append("z is \(text(1 / ratio, digits: 2)) times smaller than its targets")
      } else if !isMean, ratio > root {
        reasons.append("z is \(text(ratio, digits: 2)) times larger than its targets")
      }
    }
    guard !reasons.isEmpty else { return nil }
    remark = .warning(
      .scalingSuspected,
      "the factor 1/N seems to stand elsewhere than it was read: \(reasons.joined(separator: ", and ")); try --scaling \(other)",
      values: ["size": product.squareRoot(), "units": units])
  }
}

extension Remark.Code {
  /// A factor 1/N seems to stand in the wrong place.
  static let scalingSuspected: Self = "scaling-suspected"
}
