// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Adam (Kingma & Ba 2015) with bias correction, over the trained vectors and gains.
struct Adam: Sendable, Hashable {
  /// Mean of the gradient, decaying with β₁ = 0.9.
  var first: TrainingVectors
  /// Mean of its square, decaying with β₂ = 0.999.
  var second: TrainingVectors
  /// β₁ and β₂ to the number of updates so far, by repeated products: no library's pow has a say in the bits.
  private var power1 = 1.0
  private var power2 = 1.0

  /// The optimiser as it stands after so many updates.
  init(first: TrainingVectors, second: TrainingVectors, updates: Int) {
    self.first = first
    self.second = second
    for _ in 0..<updates {
      power1 *= Adam.beta1
      power2 *= Adam.beta2
    }
  }

  private static let beta1 = 0.9
  private static let beta2 = 0.999

  /// One update of the trained vectors against the gradient.
  mutating func update(
    _ parameters: inout TrainingVectors, gradient: TrainingVectors, trained: Set<TrainedVector>, rate: Double
  ) {
    let beta1 = Adam.beta1
    let beta2 = Adam.beta2
    let epsilon = 1e-8
    power1 *= beta1
    power2 *= beta2
    let step = rate / (1 - power1)
    let correction = 1 / (1 - power2)
    TrainingVectors.forEach(trained) { part in
      let g = gradient[part]
      let count = g.count
      parameters[part].withUnsafeMutableBufferPointer { p in
        first[part].withUnsafeMutableBufferPointer { mean in
          second[part].withUnsafeMutableBufferPointer { square in
            g.withUnsafeBufferPointer { g in
              for i in 0..<count {
                mean[i] = beta1 * mean[i] + (1 - beta1) * g[i]
                square[i] = beta2 * square[i] + (1 - beta2) * g[i] * g[i]
                p[i] -= step * mean[i] / ((square[i] * correction).squareRoot() + epsilon)
              }
            }
          }
        }
      }
    }
  }
}
