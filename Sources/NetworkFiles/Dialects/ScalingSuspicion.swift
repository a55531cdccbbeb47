// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Whether 1/N stands where it was taken to stand, judged by the sizes of a network's vectors and of its output.
public enum ScalingSuspicion {
  /// What speaks against a network's scaling; `nil` when nothing does.
  ///
  /// Of m and n in the convention J = m nᵀ/N entries are of order 1. Entries of order N^-½ where `mean` was assumed mean
  /// that the file has J = m nᵀ, and of order 1 where `none` was assumed, that it has J = m nᵀ/N. An output far from its
  /// targets, by more than a factor 10 and N^½, says the same of w. Nothing is said of fewer than 30 units.
  ///
  /// - Parameters:
  ///   - network: the network as it was read.
  ///   - scaling: where 1/N was taken to stand in the file.
  ///   - output: root mean square of z over the response window, where it is known.
  ///   - target: root mean square of the targets there.
  /// - Returns: one line for a person, with what to try.
  public static func judge(
    _ network: Network, scaling: Scaling, output: Double? = nil, target: Double? = nil
  ) -> String? {
    let units = Double(network.unitCount)
    guard network.unitCount >= 30 else { return nil }
    let root = units.squareRoot()
    if network.denseConnectivity == nil {
      // In the file's own units.
      let factor = scaling == .none ? 1 / root : 1
      let size = (spread(network.m) * spread(network.n)).squareRoot() * factor
      switch scaling {
      case .mean where size > 0 && size * root < 3 && size * root > 1.0 / 3:
        return
          "m and n have entries of size \(rounded(size)), about N^-½ = \(rounded(1 / root)): the file may have no 1/N "
          + "(J = m nᵀ); try --scaling none"
      case .none where size > 1.0 / 3 && size < 3 * root:
        return
          "m and n have entries of size \(rounded(size)), far above N^-½ = \(rounded(1 / root)): the code may divide by N "
          + "(J = m nᵀ/N); try --scaling mean"
      default: break
      }
    }
    if let output, let target, output > 0, target > 0 {
      let ratio = output / target
      let limit = max(10, root)
      if ratio * limit < 1 {
        return "z is \(rounded(1 / ratio)) times smaller than its targets: the readout may have no 1/N; try "
          + (scaling == .none ? "--scale w=…" : "--scaling none")
      }
      if ratio > limit {
        return "z is \(rounded(ratio)) times larger than its targets: the readout may be divided by N; try "
          + (scaling == .none ? "--scaling mean" : "--scale w=…")
      }
    }
    return nil
  }

  /// Root mean square of the entries.
  private static func spread(_ matrix: Matrix) -> Double {
    guard !matrix.elements.isEmpty else { return 0 }
    let squares = matrix.elements.reduce(0) { $0 + $1 * $1 }
    return (squares / Double(matrix.elements.count)).squareRoot()
  }

  private static func rounded(_ value: Double) -> String {
    let digits = value >= 100 ? 1.0 : value >= 1 ? 10 : 1000
    let number = (value * digits).rounded() / digits
    return number == number.rounded() && abs(number) < 1e9 ? "\(Int(number))" : "\(number)"
  }
}
