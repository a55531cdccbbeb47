import CKernels
import LowRank
import Testing

/// The kernels of a circuit's step, on every path, against the sums as they stand.
@Suite struct CircuitKernelTests {
  static let seed: UInt64 = 4242

  /// All shapes with and without whole blocks of eight, between arrays with gaps, which stay untouched.
  @Test(arguments: paths) func transposes(path: KernelPath) {
    for (rows, columns) in [(1, 1), (7, 9), (8, 8), (16, 64), (5, 40), (40, 5), (23, 17)] {
      let (sourceStride, targetStride) = (columns + 3, rows + 2)
      let source = (0..<(rows * sourceStride)).map { Double($0) + 0.5 }
      var target = [Double](repeating: -1, count: columns * targetStride)
      kappa_transpose(path, rows, columns, source, sourceStride, &target, targetStride)
      for j in 0..<columns {
        for i in 0..<targetStride {
          let expected = i < rows ? source[i * sourceStride + j] : -1
          #expect(target[j * targetStride + i] == expected, "\(rows) x \(columns) at \(i), \(j)")
        }
      }
    }
  }

  @Test(arguments: paths) func relaxes(path: KernelPath) {
    var random = RandomStream(seed: Self.seed)
    let target = (0..<24).map { _ in random.normal() }
    let start = (0..<24).map { _ in random.normal() }
    var x = start
    kappa_circuit_relax(path, 24, 0.2, target, &x)
    for i in x.indices {
      // One product and two sums, fused or not.
      #expect(abs(x[i] - (0.8 * start[i] + 0.2 * target[i])) < 1e-15 * 4, "seed \(Self.seed)")
    }
  }

  /// μ, Δ² and the weighted sums, for as many variables as have code of their own, and for more.
  @Test(arguments: paths) func argumentsAndSums(path: KernelPath) {
    let (trials, weights) = (16, 3)
    for drives in 1...7 {
      var random = RandomStream(seed: Self.seed, stream: UInt64(drives))
      func draw(_ count: Int) -> [Double] { (0..<count).map { _ in random.normal() } }
      let (mean, couplings, weightMeans) = (draw(drives), draw(weights * drives), draw(weights))
      let (q, rates, gains, before) = (
        draw(drives * trials), draw(trials), draw(trials), draw(weights * trials)
      )
      let covariance = draw(drives * drives)
      var quadratic: [Double] = []
      for i in 0..<drives {
        for j in i..<drives {
          quadratic.append(
            i == j ? covariance[i * drives + i] : covariance[i * drives + j] + covariance[j * drives + i])
        }
      }
      var (means, variances) = (draw(trials), draw(trials))
      var sums = before
      mean.withUnsafeBufferPointer { mean in
        quadratic.withUnsafeBufferPointer { quadratic in
          weightMeans.withUnsafeBufferPointer { weightMeans in
            couplings.withUnsafeBufferPointer { couplings in
              var population = kappa_population(
                drives: drives, weights: weights, mean: mean.baseAddress, quadratic: quadratic.baseAddress,
                weight_means: weightMeans.baseAddress, couplings: couplings.baseAddress)
              kappa_circuit_arguments(path, &population, trials, q, 0.25, &means, &variances)
              kappa_circuit_weigh(path, &population, trials, q, rates, gains, 1, 3, &sums)
            }
          }
        }
      }
      for trial in 0..<trials {
        let own = (0..<drives).map { q[$0 * trials + trial] }
        var (mu, variance) = (0.0, 0.25)
        for i in 0..<drives {
          mu += mean[i] * own[i]
          for j in 0..<drives { variance += own[i] * covariance[i * drives + j] * own[j] }
        }
        // Rounding of some fifty terms of order one.
        #expect(abs(means[trial] - mu) < 1e-13 && abs(variances[trial] - variance) < 1e-13)
        #expect(sums[trial] == before[trial], "sums before the first are left alone")
        for a in 1..<weights {
          let coupling = (0..<drives).reduce(0.0) { $0 + couplings[a * drives + $1] * own[$1] }
          let expected = before[a * trials + trial] + weightMeans[a] * rates[trial] + coupling * gains[trial]
          #expect(abs(sums[a * trials + trial] - expected) < 1e-13, "seed \(Self.seed), \(drives) drives")
        }
      }
    }
  }
}
