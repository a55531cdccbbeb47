// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// The hash by which a content security policy names a script or a style sheet (FIPS 180-4).
enum SHA256 {
  /// The first 32 bits of the fractional parts of the first primes' square roots and cube roots.
  private static let (start, constants): ([UInt32], [UInt32]) = {
    var primes: [UInt64] = []
    var candidate: UInt64 = 2
    while primes.count < 64 {
      if primes.allSatisfy({ candidate % $0 != 0 }) { primes.append(candidate) }
      candidate += 1
    }
    return (primes.prefix(8).map { fraction(of: $0, power: 2) }, primes.map { fraction(of: $0, power: 3) })
  }()

  /// ⌊2³² p^(1/power)⌋ mod 2³², by bisection in whole numbers.
  private static func fraction(of prime: UInt64, power: Int) -> UInt32 {
    var (low, high): (UInt64, UInt64) = (0, 1 << 37)
    while high - low > 1 {
      let middle = (low + high) / 2
      if isBelow(middle, prime, power) { low = middle } else { high = middle }
    }
    return UInt32(truncatingIfNeeded: low)
  }

  /// Whether xᵖ ≤ prime 2³²ᵖ.
  private static func isBelow(_ x: UInt64, _ prime: UInt64, _ power: Int) -> Bool {
    let value = (0..<power).reduce(Wide(1)) { product, _ in product.times(x) }
    return value <= (0..<power).reduce(Wide(prime)) { product, _ in product.times(1 << 32) }
  }

  /// A number of 192 bits, enough for a cube of 37 bits and for a prime times 2⁹⁶.
  private struct Wide: Comparable {
    var words: [UInt64]
    init(_ value: UInt64) { words = [0, 0, value] }
    func times(_ factor: UInt64) -> Wide {
      var (result, carry) = (self, UInt64(0))
      for i in stride(from: 2, through: 0, by: -1) {
        let (high, low) = words[i].multipliedFullWidth(by: factor)
        let (sum, overflow) = low.addingReportingOverflow(carry)
        result.words[i] = sum
        carry = high &+ (overflow ? 1 : 0)
      }
      return result
    }
    static func < (a: Wide, b: Wide) -> Bool { a.words.lexicographicallyPrecedes(b.words) }
  }

  /// The hash of some bytes: 32 bytes.
  static func hash(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var message = Array(bytes)
    let bits = UInt64(message.count) * 8
    message.append(0x80)
    while message.count % 64 != 56 { message.append(0) }
    message += (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * UInt64($0))) }
    var state = start
    var schedule = [UInt32](repeating: 0, count: 64)
    for block in stride(from: 0, to: message.count, by: 64) {
      for i in 0..<16 {
        schedule[i] = (0..<4).reduce(0) { $0 << 8 | UInt32(message[block + 4 * i + $1]) }
      }
      for i in 16..<64 {
        let (a, b) = (schedule[i - 15], schedule[i - 2])
        let first = turned(a, 7) ^ turned(a, 18) ^ (a >> 3)
        let second = turned(b, 17) ^ turned(b, 19) ^ (b >> 10)
        schedule[i] = schedule[i - 16] &+ first &+ schedule[i - 7] &+ second
      }
      var s = state
      for i in 0..<64 {
        let choice = (s[4] & s[5]) ^ (~s[4] & s[6])
        let one = turned(s[4], 6) ^ turned(s[4], 11) ^ turned(s[4], 25)
        let first = s[7] &+ one &+ choice &+ constants[i] &+ schedule[i]
        let majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2])
        let second = (turned(s[0], 2) ^ turned(s[0], 13) ^ turned(s[0], 22)) &+ majority
        s = [first &+ second, s[0], s[1], s[2], s[3] &+ first, s[4], s[5], s[6]]
      }
      for i in 0..<8 { state[i] &+= s[i] }
    }
    return state.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * UInt32($0))) } }
  }

  private static func turned(_ x: UInt32, _ by: UInt32) -> UInt32 { x >> by | x << (32 - by) }
}

/// Bytes as text of four characters for three.
func base64(_ bytes: [UInt8]) -> String {
  let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var text: [UInt8] = []
  text.reserveCapacity((bytes.count + 2) / 3 * 4)
  for i in stride(from: 0, to: bytes.count, by: 3) {
    let word = (0..<3).reduce(0) { $0 << 8 | (i + $1 < bytes.count ? Int(bytes[i + $1]) : 0) }
    for j in 0..<4 {
      text.append(i + j <= bytes.count ? letters[word >> (18 - 6 * j) & 63] : UInt8(ascii: "="))
    }
  }
  return String(decoding: text, as: UTF8.self)
}
