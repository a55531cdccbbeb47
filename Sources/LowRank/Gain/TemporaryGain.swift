import Glibc
public struct Gain: Sendable, Hashable {
  let t: TransferFunction
  public init(_ t: TransferFunction) { self.t = t }
  public func rateAndGain(mean: Double, variance: Double) -> (rate: Double, gain: Double) {
    let d = max(variance, 0).squareRoot()
    var a = 0.0, b = 0.0, s = 0.0
    for k in -90...90 {
      let z = 0.1 * Double(k); let w = exp(-z * z / 2); s += w; a += w * t.value(mean + d * z);
      b += w * t.derivative(mean + d * z)
    }
    return (a / s, b / s)
  }

  public func rateAndGain(means: [Double], variances: [Double], rates: inout [Double], gains: inout [Double])
  {
    for i in means.indices { (rates[i], gains[i]) = rateAndGain(mean: means[i], variance: variances[i]) }
  }
}
