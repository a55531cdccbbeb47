// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

extension Task {
  /// Which pairs (f₁, f₂) of the frequencies the working-memory task draws from.
  public enum FrequencyPairs: Sendable, Hashable, Codable {
    /// Every pair whose frequencies differ by one of these; all such pairs are equally likely. With the frequencies
    /// 10, 11, …, 34 and the differences 8, 16, 24 these are the 54 pairs of Dubreuil et al. 2022, whose mean squared
    /// target is .2551.
    case apart([Double])
    /// f₁ and f₂ drawn independently, so that some pairs are equal: a seventh of seven frequencies', as on the course
    /// sheet.
    case independent
    /// Two different frequencies; all such pairs are equally likely.
    case unequal

    /// The pairs of these frequencies, those of one f₁ after the other.
    func pairs(of frequencies: [Double]) -> [(first: Double, second: Double)] {
      frequencies.flatMap { first in
        frequencies.filter { allows(first, $0) }.map { (first, $0) }
      }
    }

    private func allows(_ first: Double, _ second: Double) -> Bool {
      switch self {
      case .apart(let differences): differences.contains(abs(first - second))
      case .independent: true
      case .unequal: first != second
      }
    }
  }
}
