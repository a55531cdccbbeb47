// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Puts other numbers where a text has numbers: a circuit stays a circuit, with extreme sizes, signs and counts.
public enum NumberMutator {
  private static let values = [
    "0", "-0.0", "1", "-1", "2", "3", "0.5", "1e-300", "5e-324", "1e308", "-1e308", "1e154", "1e-154", "1e16",
    "65536",
    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1e400", "0.1", "7", "64",
    "1000000000",
  ]

  /// The text with one to three of its numbers replaced; nil where it has none.
  public static func mutated(_ bytes: [UInt8], limit: Int, random: (Int) -> Int) -> [UInt8]? {
    var result = bytes
    for _ in 0...random(3) {
      let numbers = ranges(result)
      guard !numbers.isEmpty else { return nil }
      let range = numbers[random(numbers.count)]
      // Half the time a number of the text itself: equal entries are what makes matrices singular.
      let new =
        random(2) == 0
        ? Array(values[random(values.count)].utf8) : Array(result[numbers[random(numbers.count)]])
      result.replaceSubrange(range, with: new)
    }
    return result.count <= limit ? result : nil
  }

  private static func ranges(_ bytes: [UInt8]) -> [Range<Int>] {
    let digits = Set("0123456789+-.eE".utf8)
    var ranges: [Range<Int>] = []
    var start: Int?
    var inText = false
    for (index, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: "\""), index == 0 || bytes[index - 1] != UInt8(ascii: "\\") { inText.toggle() }
      if !inText, digits.contains(byte) {
        start = start ?? index
      } else if let begin = start {
        if bytes[begin..<index].contains(where: { (48...57).contains($0) }) { ranges.append(begin..<index) }
        start = nil
      }
    }
    return ranges
  }
}
