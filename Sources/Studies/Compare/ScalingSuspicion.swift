// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles

/// A factor 1/N that seems to stand in the wrong place, from the sizes of m and n and of z.
///
/// In J = m nᵀ/N the entries of m and n are of order 1, so that nᵀm/N is. Tensors that carry the factor themselves have
/// entries of order N^-½; read as the others they leave next to no J, and the others read as these one that is N times
/// too large.
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
    if isMean, product < 4 / units {
      reasons.append(
        "entries of m and n of size \(text(product.squareRoot(), digits: 2)), at most twice N^-½, look like those of a J = m nᵀ without 1/N"
      )
    } else if !isMean, product > units / 4 {
      reasons.append(
        "J = m nᵀ without 1/N is \(text(product, digits: 2)) times as large as one of entries of size 1")
    }
    if let size, size.target > 0, size.z > 0 {
      let ratio = size.z / size.target
      // A task that is done badly is no reason; one whose z is off by about N is.
      if isMean, ratio < 4 / units.squareRoot() {
        reasons.append("z is \(text(1 / ratio, digits: 2)) times smaller than its targets")
      } else if !isMean, ratio > units.squareRoot() / 4 {
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
