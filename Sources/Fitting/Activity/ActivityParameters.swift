// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// The numbers of a network that is fitted to activity; also a gradient, or a moment of Adam.
public struct ActivityParameters: Sendable, Hashable, Codable {
  /// What may be free in a fit.
  public enum Part: String, Sendable, Hashable, CaseIterable, Codable {
    /// The output vectors of the connectivity.
    case m
    /// The input-selection vectors of the connectivity.
    case n
    /// The input vectors.
    case inputs = "I"
    /// A bias inside φ.
    case bias
    /// The initial state.
    case start = "x0"
    /// A gain of each neuron, r̂ = g φ(a) + o.
    case gain
    /// An offset of each neuron.
    case offset
  }

  /// Of the numbers, each column-major: m (N, R), n (N, R), the loadings of the drives (N, S), gains and offsets (N).
  public internal(set) var m, n, loads, gains, offsets: [Double]

  /// Zeros of the same shapes.
  var zeros: ActivityParameters {
    func zero(_ values: [Double]) -> [Double] { [Double](repeating: 0, count: values.count) }
    return ActivityParameters(
      m: zero(m), n: zero(n), loads: zero(loads), gains: zero(gains), offsets: zero(offsets))
  }

  /// The same network with latents of other sizes, m_r f_r and n_r / f_r.
  func rescaled(by factors: [Double]) -> ActivityParameters {
    var result = self
    let units = gains.count
    for (r, factor) in factors.enumerated() where factor > 0 && factor.isFinite {
      for i in (r * units)..<((r + 1) * units) {
        result.m[i] *= factor
        result.n[i] /= factor
      }
    }
    return result
  }

  var isFinite: Bool {
    [m, n, loads, gains, offsets].allSatisfy { $0.allSatisfy(\.isFinite) }
  }

  /// All numbers in the order of `blocks`.
  var flat: [Double] { Self.blocks.flatMap { self[keyPath: $0] } }

  static let blocks: [WritableKeyPath<ActivityParameters, [Double]> & Sendable] = [
    \.m, \.n, \.loads, \.gains, \.offsets,
  ]
}

extension ActivityParameters {
  /// From all numbers in that order; `nil` where they are not as many as those of `shape`.
  init?(flat: ArraySlice<Double>, like shape: ActivityParameters) {
    guard flat.count == Self.blocks.reduce(0, { $0 + shape[keyPath: $1].count }) else { return nil }
    self = shape
    var place = flat.startIndex
    for block in Self.blocks {
      let count = shape[keyPath: block].count
      self[keyPath: block] = Array(flat[place..<(place + count)])
      place += count
    }
  }
}
