// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Studies

/// Numbers that stand together in one option.
enum NumberList {
  /// A constant input `v1,v2,…`; `nil` without the option.
  static func input(_ text: String?) throws -> [Double]? {
    try text.map { text in
      try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
        guard let value = Double(part) else {
          throw StudyError(
            .usage, "input", "expected numbers with commas between them, found \(text)")
        }
        return value
      }
    }
  }

  /// A range `A:B`.
  static func range(_ text: String) throws -> (Double, Double) {
    let ends = text.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
    guard ends.count == 2, let low = ends[0], let high = ends[1] else {
      throw StudyError(.usage, "range", "expected two numbers A:B with A below B, found \(text)")
    }
    return (low, high)
  }
}
