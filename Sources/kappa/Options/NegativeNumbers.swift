// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser

/// Lists of numbers in which negative ones are numbers, not options: `--mean -0.5 1`.
///
/// The argument parser takes every word with a leading hyphen for an option. For `gain`, whose lists may hold negative
/// numbers, such words are handed over with a minus sign (U+2212) instead, and read back here.
enum NegativeNumbers {
  private static let minus = "\u{2212}"

  /// The arguments with negative numbers marked.
  static func marked(_ arguments: [String]) -> [String] {
    guard arguments.first == "gain" else { return arguments }
    return arguments.map { argument in
      argument.hasPrefix("-") && Double(argument) != nil ? minus + argument.dropFirst() : argument
    }
  }

  /// The number an argument stands for.
  static func number(_ argument: String) -> Double? {
    argument.hasPrefix(minus) ? Double("-" + argument.dropFirst()) : Double(argument)
  }
}
