// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

extension ConnectivityVector {
  /// `n`, or `n2` where there are several.
  package func shortName(in layout: LoadingLayout) -> String {
    let count =
      switch self {
      case .n, .m: layout.rank
      case .readout: layout.outputCount
      case .input: layout.inputCount
      case .current, .initialState, .bias: 1
      }
    return count == 1 ? String(description.prefix { !$0.isNumber }) : description
  }
}

/// `κ`, or `κ2` where there are several.
package func latentName(_ r: Int, of rank: Int) -> String { rank == 1 ? "κ" : "κ\(r + 1)" }
