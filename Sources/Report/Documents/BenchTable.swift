// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Benchmarking

extension Document.Table {
  /// The measurements of one group: name, size, time, a bar on a logarithmic scale, error, note.
  public init(_ group: [Measurement], _ section: BenchmarkSection) {
    let times = group.map { $0.nanoseconds * section.timeScale }
    let fastest = times.min() ?? 1
    let bars = Self.leftAligned(times.map { BenchText.bar($0 / fastest) })
    let notes = Self.leftAligned(group.map(\.note))
    self.init(
      header: ["", section.sizeInWords, section.timeScale < 1 ? "s" : "ns", "", "error", ""],
      rows: group.indices.map { index in
        [
          .text(group[index].variant), .count(group[index].size), .text(BenchText.significant(times[index])),
          .text(bars[index]), .text(group[index].relativeError.map(BenchText.exponent) ?? ""),
          .text(notes[index]),
        ]
      })
  }

  /// Words of equal width, so that a column that is aligned to the right leaves them at the left.
  private static func leftAligned(_ words: [String]) -> [String] {
    let width = words.map(displayWidth).max() ?? 0
    return words.map { $0 + String(repeating: " ", count: width - displayWidth($0)) }
  }
}

/// Figures of benchmarks for people.
private enum BenchText {
  /// Three digits that count.
  static func significant(_ value: Double) -> String {
    if value >= 99.5 { return "\(Int(value.rounded()))" }
    let decimals = value >= 9.95 ? 1 : value >= 0.995 ? 2 : 3
    var power = 1.0
    for _ in 0..<decimals { power *= 10 }
    let digits = "\(Int((value * power).rounded()))"
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }

  /// One digit and the power of ten: what an error's size needs.
  static func exponent(_ value: Double) -> String {
    guard value > 0, value.isFinite else { return value == 0 ? "0" : "\(value)" }
    var (mantissa, exponent) = (value, 0)
    while mantissa < 0.95 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    while mantissa >= 9.5 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    return exponent >= -1 ? significant(value) : "\(Int(mantissa.rounded()))e\(exponent)"
  }

  /// One block for every doubling over the fastest.
  static func bar(_ ratio: Double) -> String {
    var (blocks, rest) = (1, ratio)
    while rest >= 2 { (blocks, rest) = (blocks + 1, rest / 2) }
    return String(repeating: "▪", count: blocks)
  }
}

extension BenchmarkSection {
  /// What the figures are.
  public var unitInWords: String {
    switch self {
    case .gain: "nanoseconds per value of ⟨tanh'⟩, worst relative error"
    case .network: "nanoseconds per unit and step, rank 2, two inputs, one output"
    case .circuit: "nanoseconds per step, rank 2, one output, one thread"
    case .training: "seconds per 1000 updates, rank 1"
    case .command: "seconds of processor time, each command a process of its own"
    }
  }

  /// What nanoseconds are multiplied by: training is shown per 1000 updates.
  var timeScale: Double {
    switch self {
    case .gain, .network, .circuit: 1
    case .training: 1e-6
    case .command: 1e-9
    }
  }

  /// What `size` counts.
  var sizeInWords: String {
    switch self {
    case .gain: "values"
    case .network, .training, .command: "N"
    case .circuit: "trials"
    }
  }
}
