// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Reads trials: `u` (B, T, K) and, if there, `target` and `mask` (B, T, O), and everything else of `RecordedTrials`.
public enum TrialsFile {
  /// The trials in a .npz file.
  ///
  /// - Parameters:
  ///   - channels: K of the network that is to get them; checked when given.
  ///   - outputs: O of that network; checked when given and the file has a target or mask.
  /// - Throws: `FileError` when an array is missing, has the wrong shape, or is not finite, or when a mask is negative.
  public static func read(_ path: String, channels: Int? = nil, outputs: Int? = nil) throws(FileError)
    -> Trials
  {
    let bytes = try readFile(path)
    return try reading(path) { try trials(TensorFile(bytes), channels: channels, outputs: outputs) }
  }

  static func trials(_ file: TensorFile, channels: Int? = nil, outputs: Int? = nil) throws -> Trials {
    try recorded(file, channels: channels, outputs: outputs).trials
  }
}
