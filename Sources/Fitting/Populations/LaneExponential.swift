// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// e^x for x ≤ 0 in eight lanes, to a few units in the last place; below -708 the smallest normal numbers.
///
/// x = k log 2 + r with |r| ≤ ½ log 2 (Cody & Waite: log 2 in two parts), Taylor's series of e^r to degree 13, whose
/// remainder is below 2⁻⁵⁷, and 2^k put together from its bits. Multiplications and additions only: the C library's
/// exponential takes lanes one after the other.
@inline(__always)
package func exponential(_ argument: SIMD8<Double>) -> SIMD8<Double> {
  typealias Lanes = SIMD8<Double>
  let least = Lanes(repeating: -708)
  let x = argument.replacing(with: least, where: argument .< least)
  // Adding 1.5 · 2⁵² leaves a whole number in the low bits.
  let magic = Lanes(repeating: 0x1.8p52)
  let shifted = x * 0x1.71547652b82fep+0 + magic
  let k = shifted - magic
  let r = (x - k * 0x1.62e42fefa3800p-1) - k * 0x1.ef35793c76730p-45
  var series = Lanes(repeating: 1 / 6_227_020_800)
  series = series * r + 1 / 479_001_600
  series = series * r + 1 / 39_916_800
  series = series * r + 1 / 3_628_800
  series = series * r + 1 / 362_880
  series = series * r + 1 / 40_320
  series = series * r + 1 / 5_040
  series = series * r + 1 / 720
  series = series * r + 1 / 120
  series = series * r + 1 / 24
  series = series * r + 1 / 6
  series = series * r + 0.5
  series = series * r + 1
  series = series * r + 1
  let bits = unsafeBitCast(shifted, to: SIMD8<UInt64>.self)
  let power = (bits &+ SIMD8<UInt64>(repeating: 1023)) &<< SIMD8<UInt64>(repeating: 52)
  return series * unsafeBitCast(power, to: Lanes.self)
}
