// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Sizes of a pass over the whole state.
struct WholeStateShape: Sendable {
  let units, rank, inputs, outputs: Int
  /// Whether there is a J beside or instead of m nᵀ/N.
  let isDense: Bool
  var steps: Int
  let alpha: Double
  let form: NetworkForm
  let transfer: TransferFunction

  /// N rounded up to whole panels of rows.
  var rows: Int { (units + 7) / 8 * 8 }
  /// R, K, O likewise.
  var rankRows: Int { (rank + 7) / 8 * 8 }
  var inputRows: Int { (inputs + 7) / 8 * 8 }
  var outputRows: Int { (outputs + 7) / 8 * 8 }

  /// Bytes that one thread's buffers and its gradient take where J is trained; less where it is not.
  func bytes(trainsConnectivity: Bool) -> Double {
    let states = Double(steps + 1) * Double(WholeStateEngine.group)
    let history = trainsConnectivity ? 2 * states * Double(rows + 16) : 0
    let matrices = isDense ? (trainsConnectivity ? 3 : 2) * Double(rows) * Double(rows) : 0
    return 8 * (2 * states * Double(rows) + history + matrices + Double(rows * (2 * rank + inputs + outputs)))
  }
}
