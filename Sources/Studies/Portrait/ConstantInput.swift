// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// The constant input of a question about rest.
enum ConstantInput {
  /// One number per channel, zero where nothing is asked for.
  ///
  /// - Throws: a `StudyError` for another number of values, or values beyond 1e6.
  static func checked(_ input: [Double]?, channels: Int, of subject: String) throws(StudyError) -> [Double] {
    guard let input else { return [Double](repeating: 0, count: channels) }
    guard input.count == channels, input.allSatisfy({ abs($0) <= 1e6 }) else {
      throw StudyError(
        .usage, "input",
        "expected \(counted(channels, "number")) up to 1e6 in size, one per input of \(subject), found "
          + input.map(given).joined(separator: ","))
    }
    return input
  }
}
