// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension TransferFunction {
  /// φ⁻¹; a rate at or beyond the ends of φ's range gives the argument of one just inside, of relu's flat part 0.
  ///
  /// - Parameter margin: how far inside φ's range that one is: small for exact rates, larger for noisy ones.
  public func inverse(_ rate: Double, margin: Double = 1e-3) -> Double {
    if rate.isNaN { return rate }
    switch self {
    case .tanh:
      let r = min(max(rate, -1 + margin), 1 - margin)
      return 0.5 * log((1 + r) / (1 - r))
    case .logistic:
      let r = min(max(rate, margin), 1 - margin)
      return log(r / (1 - r))
    case .linear: return rate
    case .relu: return max(rate, 0)
    case .softplus:
      let r = max(rate, margin)
      // log(e^r - 1) = r + log(1 - e^-r)
      return r + log(1 - exp(-r))
    case .erf:
      let r = min(max(rate, -1 + margin), 1 - margin)
      // Newton from the logistic's shape; erf' = 2/√π e^{-x²}.
      var x = 0.5 * log((1 + r) / (1 - r)) * 0.886
      for _ in 0..<40 {
        let slope = derivative(x)
        if slope < 1e-300 { break }
        let step = (value(x) - r) / slope
        x -= min(max(step, -0.5), 0.5)
        if abs(step) < 1e-14 { break }
      }
      return x
    }
  }
}
