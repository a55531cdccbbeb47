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
/// rule on ±6 standard deviations, all nodes through the vector kernel at once.
///
/// The trapezoid converges geometrically for smooth φ: tanh has poles at ±iπ/(2Δ), so that spacing h errs by about
/// exp(-π²/(hΔ) + π²/(8Δ²)). Spacings ½, ¼, ⅛ and 1/16, for Δ up to 1, 2, 4 and beyond, keep that near 1e-8 up to Δ = 8
/// and 5e-5 at Δ = 16. It is enough to find parameters; what is reported about a circuit is always computed with the
/// engine's own gains. An object works for one thread at a time.
final class AverageRule {
  /// Nodes and weights of one spacing.
  private struct Nodes {
    let count: Int
    let start: Int
    let largestVariance: Double
  }

  private static let sets = [
    Nodes(count: 24, start: 0, largestVariance: 1), Nodes(count: 48, start: 24, largestVariance: 4),
    Nodes(count: 96, start: 72, largestVariance: 16),
    Nodes(count: 192, start: 168, largestVariance: .infinity),
  ]
  private static let total = 360
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
    nodes = .allocate(capacity: Self.total)
    weights = .allocate(capacity: Self.total)
    x = .allocate(capacity: Self.total)
    rates = .allocate(capacity: Self.total)
    x.initialize(repeating: 0, count: Self.total)
    rates.initialize(repeating: 0, count: Self.total)
    for set in Self.sets {
      var sum = 0.0
      for i in 0..<set.count {
        // Half a spacing off zero, so that their number fills whole vectors.
        let z = 12 * (Double(i) + 0.5) / Double(set.count) - 6
        nodes[set.start + i] = z
        weights[set.start + i] = exp(-z * z / 2)
        sum += weights[set.start + i]
      }
      for i in 0..<set.count { weights[set.start + i] /= sum }
    }
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
    case .tanh: return hyperbolic(mean: mean, variance: variance)
    case .erf, .softplus, .logistic:
      let deviation = variance.squareRoot()
      let set = nodes(for: variance)
      var sums = (0.0, 0.0, 0.0, 0.0)
      for i in set.start..<(set.start + set.count) {
        let x = mean + deviation * nodes[i]
        sums.0 += weights[i] * transfer.value(x)
        sums.1 += weights[i] * transfer.derivative(x)
        sums.2 += weights[i] * transfer.secondDerivative(x)
        sums.3 += weights[i] * transfer.thirdDerivative(x)
      }
      return GaussianAverages(rate: sums.0, gain: sums.1, gain2: sums.2, gain3: sums.3)
    }
  }

  private func nodes(for variance: Double) -> Nodes {
    for set in Self.sets where variance <= set.largestVariance { return set }
    return Self.sets[Self.sets.count - 1]
  }

  /// tanh: all derivatives are polynomials in t = tanh x: 1 - t², -2t(1 - t²), -2(1 - t²)(1 - 3t²).
  private func hyperbolic(mean: Double, variance: Double) -> GaussianAverages {
    typealias Lanes = SIMD8<Double>
    let set = nodes(for: variance)
    let deviation = variance.squareRoot()
    let (nodes, weights) = (nodes + set.start, weights + set.start)
    for i in 0..<(set.count / 8) {
      let z = UnsafeRawPointer(nodes + 8 * i).loadUnaligned(as: Lanes.self)
      UnsafeMutableRawPointer(x + 8 * i).storeBytes(of: mean + deviation * z, as: Lanes.self)
    }
    kappa_transfer_apply_f64(path, kernel, x, rates, set.count)
    var (rate, gain, gain2, gain3) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
    for i in 0..<(set.count / 8) {
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
      return GaussianAverages(
        rate: max(mean, 0), gain: mean > 0 ? 1 : (mean < 0 ? 0 : 0.5), gain2: 0, gain3: 0)
    }
    let ratio = mean / deviation
    let density = exp(-ratio * ratio / 2) / (2 * Double.pi).squareRoot()
    let share = 0.5 * erfc(-ratio / 2.0.squareRoot())
    return GaussianAverages(
      rate: mean * share + deviation * density, gain: share, gain2: density / deviation,
      gain3: -ratio * density / (deviation * deviation))
  }
}
