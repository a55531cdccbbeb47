import CKernels
import LowRank

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// ⟨φ⟩, ⟨φ'⟩, ⟨φ''⟩ and ⟨φ'''⟩ of one population at one point.
struct GaussianAverages {
  let rate, gain, gain2, gain3: Double
}

/// Gaussian averages for the inner loop of fits: closed forms for φ with a kink and for linear φ, otherwise the trapezoid
/// rule on 97 nodes, all of them through the vector kernel at once.
///
/// The trapezoid converges geometrically for smooth φ: with h = 1/8 the error is below 1e-8 up to Δ = 4 and 1e-3 at
/// Δ = 12 for tanh, whose poles sit at ±iπ/(2Δ). That is enough to find parameters; what is reported about a circuit is
/// always computed with the engine's own gains. An object works for one thread at a time.
final class AverageRule {
  private static let count = 104
  private let transfer: TransferFunction
  private let nodes: UnsafeMutablePointer<Double>
  private let weights: UnsafeMutablePointer<Double>
  private let x: UnsafeMutablePointer<Double>
  private let rates: UnsafeMutablePointer<Double>
  private let path = kappa_path_best()
  private let kernel: KernelTransfer

  init(_ transfer: TransferFunction) {
    self.transfer = transfer
    kernel = KernelTransfer(transfer)
    nodes = .allocate(capacity: Self.count)
    weights = .allocate(capacity: Self.count)
    x = .allocate(capacity: Self.count)
    rates = .allocate(capacity: Self.count)
    var total = 0.0
    for i in 0..<Self.count {
      // 97 nodes from -6 to 6; the rest, which fills the last vector, has no weight.
      let z = i < 97 ? Double(i - 48) / 8 : 0
      nodes[i] = z
      weights[i] = i < 97 ? exp(-z * z / 2) : 0
      total += weights[i]
      x[i] = 0
      rates[i] = 0
    }
    for i in 0..<Self.count { weights[i] /= total }
  }

  deinit {
    nodes.deallocate()
    weights.deallocate()
    x.deallocate()
    rates.deallocate()
  }

  /// The averages at mean μ and variance Δ².
  func averages(mean: Double, variance: Double) -> GaussianAverages {
    switch transfer {
    case .linear: return GaussianAverages(rate: mean, gain: 1, gain2: 0, gain3: 0)
    case .relu: return rectified(mean: mean, deviation: variance.squareRoot())
    case .tanh: return hyperbolic(mean: mean, deviation: variance.squareRoot())
    case .erf, .softplus, .logistic:
      let deviation = variance.squareRoot()
      var sums = (0.0, 0.0, 0.0, 0.0)
      for i in 0..<Self.count {
        let x = mean + deviation * nodes[i]
        sums.0 += weights[i] * transfer.value(x)
        sums.1 += weights[i] * transfer.derivative(x)
        sums.2 += weights[i] * transfer.secondDerivative(x)
        sums.3 += weights[i] * transfer.thirdDerivative(x)
      }
      return GaussianAverages(rate: sums.0, gain: sums.1, gain2: sums.2, gain3: sums.3)
    }
  }

  /// tanh: all derivatives are polynomials in t = tanh x: 1 - t², -2t(1 - t²), -2(1 - t²)(1 - 3t²).
  private func hyperbolic(mean: Double, deviation: Double) -> GaussianAverages {
    typealias Lanes = SIMD8<Double>
    for i in 0..<(Self.count / 8) {
      let z = UnsafeRawPointer(nodes + 8 * i).loadUnaligned(as: Lanes.self)
      UnsafeMutableRawPointer(x + 8 * i).storeBytes(of: mean + deviation * z, as: Lanes.self)
    }
    kappa_transfer_apply_f64(path, kernel, x, rates, Self.count)
    var (rate, gain, gain2, gain3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
    for i in 0..<(Self.count / 8) {
      let t = UnsafeRawPointer(rates + 8 * i).loadUnaligned(as: Lanes.self)
      let w = UnsafeRawPointer(weights + 8 * i).loadUnaligned(as: Lanes.self)
      let square = t * t
      let g = w * (1 - square)
      rate += w * t
      gain += g
      gain2 += g * t
      gain3 += g * square
    }
    let g = gain.sum()
    return GaussianAverages(
      rate: rate.sum(), gain: g, gain2: -2 * gain2.sum(), gain3: 6 * gain3.sum() - 2 * g)
  }

  /// max(x, 0): μΨ + Δψ, Ψ, ψ/Δ and -μψ/Δ³·…: derivatives of ψ with respect to μ. At Δ = 0 the mass at the kink is left out.
  private func rectified(mean: Double, deviation: Double) -> GaussianAverages {
    guard deviation > 0 else {
      return GaussianAverages(rate: max(mean, 0), gain: mean > 0 ? 1 : 0, gain2: 0, gain3: 0)
    }
    let ratio = mean / deviation
    let density = exp(-ratio * ratio / 2) / (2 * Double.pi).squareRoot()
    let share = 0.5 * erfc(-ratio / 2.0.squareRoot())
    return GaussianAverages(
      rate: mean * share + deviation * density, gain: share, gain2: density / deviation,
      gain3: -ratio * density / (deviation * deviation))
  }
}
