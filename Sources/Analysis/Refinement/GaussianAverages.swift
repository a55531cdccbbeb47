import CKernels
import LowRank

/// ⟨φ⟩, ⟨φ'⟩, ⟨φ''⟩ and ⟨φ'''⟩ of one population at one point.
struct GaussianAverages {
  let rate, gain, gain2, gain3: Double
}

final class AverageRule {
  let transfer: TransferFunction
  let nodes: [Double], weights: [Double]
  let n = 97
  var x: [Double], t: [Double]
  init(_ transfer: TransferFunction) {
    self.transfer = transfer
    var z: [Double] = [], w: [Double] = []
    for i in 0..<n { let u = -6 + 12 * Double(i) / Double(n - 1); z.append(u); w.append(fastexp(-u * u / 2)) }
    let s = w.reduce(0, +)
    nodes = z; weights = w.map { $0 / s }
    x = z; t = z
  }
  func averages(mean: Double, variance: Double) -> GaussianAverages {
    let d = variance.squareRoot()
    for i in 0..<n { x[i] = mean + d * nodes[i] }
    kappa_transfer_apply_f64(kappa_path_best(), .tanh, x, &t, n)
    var a = 0.0, b = 0.0, c = 0.0, e = 0.0
    for i in 0..<n { let t = t[i], w = weights[i], g = 1 - t * t
      a += w * t; b += w * g; c -= 2 * w * t * g; e -= 2 * w * g * (3 * g - 2) }
    return GaussianAverages(rate: a, gain: b, gain2: c, gain3: e)
  }
}
import Glibc
func fastexp(_ x: Double) -> Double { exp(x) }
