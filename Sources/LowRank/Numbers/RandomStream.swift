// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC

/// A reproducible stream of random numbers: xoshiro256++ (Blackman & Vigna 2019), a plain value of 32 bytes.
///
/// Streams of one seed are numbered, so that trial 17 draws the same numbers whichever thread computes it and
/// however many trials there are. Being a value, a stream can be stored in a checkpoint and taken up again.
public struct RandomStream: RandomNumberGenerator, Sendable, Hashable, Codable {
  private var s0, s1, s2, s3: UInt64
  private var spare: Double?

  /// Stream number `stream` of `seed`.
  public init(seed: UInt64, stream: UInt64 = 0) {
    // SplitMix64 spreads seed and stream number over the state, as the generator's authors recommend.
    var mixer = SplitMix64(state: seed)
    mixer = SplitMix64(state: mixer.next() ^ (stream &* 0xD1B5_4A32_D192_ED03 &+ 0x8CB9_2BA7_2F3D_8DD7))
    s0 = mixer.next()
    s1 = mixer.next()
    s2 = mixer.next()
    s3 = mixer.next()
    spare = nil
  }

  /// What random numbers are drawn for: one seed serves several purposes, and their numbers must not be the same.
  public enum Purpose: UInt64, Sendable {
    /// Each unit's own noise.
    case privateNoise = 0x6E6F_6973_6500_0001
    /// Networks redrawn from statistics.
    case redraws = 0x7265_6472_6177_0002
    /// The parts that a file's trials are dealt out in.
    case dealtTrials = 0x6465_616C_7400_0003
  }

  /// Stream number `stream` of `seed` for a purpose other than drawing a task's trials.
  public init(seed: UInt64, purpose: Purpose, stream: UInt64 = 0) {
    self.init(seed: seed ^ purpose.rawValue, stream: stream)
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    let sum = s0 &+ s3
    let result = ((sum << 23) | (sum >> 41)) &+ s0
    let t = s1 << 17
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= t
    s3 = (s3 << 45) | (s3 >> 19)
    return result
  }

  /// A uniform number in [0, 1), a multiple of 2⁻⁵³.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A whole number in 0..<count, without bias (Lemire 2019): the same on every version of the standard library.
  public mutating func index(below count: Int) -> Int {
    precondition(count > 0, "an index is below a positive count")
    let bound = UInt64(count)
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      // The 2⁶⁴ mod `bound` lowest values would come up once too often.
      let excess = (0 &- bound) % bound
      while product.low < excess { product = next().multipliedFullWidth(by: bound) }
    }
    return Int(product.high)
  }

  /// Different whole numbers below `bound`, at most `count` of them, in random order (Fisher and Yates).
  package mutating func sample(_ count: Int, below bound: Int) -> [Int] {
    var all = Array(0..<bound)
    let kept = min(count, bound)
    for i in 0..<kept { all.swapAt(i, i + index(below: bound - i)) }
    return Array(all.prefix(kept))
  }

  /// A standard normal number (Marsaglia's polar method).
  public mutating func normal() -> Double {
    if let value = spare {
      spare = nil
      return value
    }
    while true {
      let a = 2 * uniform() - 1
      let b = 2 * uniform() - 1
      let square = a * a + b * b
      if square > 0 && square < 1 {
        let factor = (-2 * log(square) / square).squareRoot()
        spare = b * factor
        return a * factor
      }
    }
  }
}

/// The seeding generator of xoshiro (Steele, Lea & Flood 2014).
private struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
