// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC

/// Numbers for people: four significant digits, an exponent only where it helps.
package func text(_ value: Double, digits: Int = 4) -> String {
  if value.isNaN { return "nan" }
  if value.isInfinite { return value < 0 ? "-inf" : "inf" }
  if value == 0 { return "0" }
  let magnitude = Int(floor(log10(abs(value))))
  if magnitude < -4 || magnitude >= 7 { return formatted("%.\(max(0, digits - 2))e", value) }
  return formatted("%.\(max(0, digits - 1 - magnitude))f", value)
}

/// A number computed beside others of size `scale`: zero where it is what rounding and tolerances leave of zero.
package func text(_ value: Double, beside scale: Double, digits: Int = 4) -> String {
  abs(value) <= 1e-6 * abs(scale) ? "0" : text(value, digits: digits)
}

/// A number that was chosen, not measured: as it was written, without zeros that claim a precision.
package func given(_ value: Double) -> String { formatted("%.6g", value) }

/// A share in per cent with as many digits as tell 1 from 0.999.
package func percent(_ share: Double) -> String {
  if share.isNaN { return "nan" }
  if share.isInfinite { return "inf" }
  let value = 100 * share
  if value == 0 { return "0\u{A0}%" }
  if abs(value) < 0.001 || abs(value) >= 1e7 { return formatted("%.0e\u{A0}%%", value) }
  return formatted(
    abs(value) < 1 ? "%.3f\u{A0}%%" : (abs(value) < 10 ? "%.2f\u{A0}%%" : "%.1f\u{A0}%%"), value)
}

/// "1 input", "3 inputs".
package func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

/// A share in percent, or a dash where there is nothing to show.
package func percent(_ share: Double?) -> String { share.map { percent($0) } ?? "–" }

/// C's snprintf for one Double.
package func formatted(_ format: String, _ value: Double) -> String {
  guard value.isFinite else { return "\(value)" }
  var buffer = [CChar](repeating: 0, count: 400)
  let written = withVaList([value]) { vsnprintf(&buffer, buffer.count, format, $0) }
  guard written >= 0 else { return "\(value)" }
  return String(decoding: buffer.prefix(Int(written)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
