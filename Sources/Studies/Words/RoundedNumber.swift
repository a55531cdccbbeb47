// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC

/// A number rounded to the digits its error leaves: two digits of the error, and as many decimals of the value.
public struct RoundedNumber: Sendable, Hashable {
  /// The value.
  public let value: String
  /// Its error.
  public let error: String

  /// Rounds a value to what its error leaves of it; four decimals where there is none.
  public init(value: Double, error: Double) {
    let decimals: Int
    if error > 0 && error.isFinite {
      decimals = min(max(1 - Int(floor(log10(error))), 0), 8)
    } else {
      decimals = 4
    }
    self.value = fixed(value, decimals)
    self.error = fixed(error, decimals)
  }

  /// The error behind the digits that it makes uncertain: 1.23(45) is 1.23 ± 0.45.
  public var concise: String {
    guard error.contains(where: { $0 != "0" && $0 != "." }) else { return value }
    // An error of one or more keeps its point: 12.3(1.4).
    let digits = error.hasPrefix("0.") ? String(error.dropFirst(2).drop { $0 == "0" }) : error
    return "\(value)(\(digits))"
  }
}

/// A number with a fixed number of decimals; a typographic minus is the caller's affair.
package func fixed(_ value: Double, _ decimals: Int) -> String {
  if abs(value) >= 1e9 { return formatted("%.3e", value) }
  let text = formatted("%.\(decimals)f", value)
  // "-0.00" says nothing that "0.00" does not.
  return text.hasPrefix("-") && text.allSatisfy { "-0.".contains($0) } ? String(text.dropFirst()) : text
}
