/// The Gaussian averages of a transfer function, evaluated fast enough for the inner loop of a simulation.
public struct Gain: Sendable, Hashable {
  /// φ.
  public let transfer: TransferFunction

  /// The averages of `transfer`.
  public init(_ transfer: TransferFunction) { self.transfer = transfer }

  /// ⟨φ⟩ and ⟨φ'⟩ at mean μ and variance Δ². A negative variance counts as zero; NaN gives NaN.
  public func rateAndGain(mean: Double, variance: Double) -> (rate: Double, gain: Double) {
    let all = derivatives(mean: mean, variance: variance)
    return (all.rate, all.gain)
  }

  /// ⟨φ⟩ and ⟨φ'⟩ of many (μ, Δ²), element by element.
  ///
  /// - Precondition: the other arrays hold at least as many elements as `means`.
  public func rateAndGain(
    means: [Double], variances: [Double], rates: inout [Double], gains: inout [Double]
  ) {
    precondition(
      variances.count >= means.count && rates.count >= means.count && gains.count >= means.count,
      "Variances, rates and gains need one element for each mean.")
    for i in means.indices { (rates[i], gains[i]) = rateAndGain(mean: means[i], variance: variances[i]) }
  }

  /// ⟨φ⟩ at mean μ and deviation Δ.
  public func rate(mean: Double, deviation: Double) -> Double {
    rateAndGain(mean: mean, variance: deviation * deviation).rate
  }

  /// ⟨φ'⟩ at mean μ and deviation Δ.
  public func gain(mean: Double, deviation: Double) -> Double {
    rateAndGain(mean: mean, variance: deviation * deviation).gain
  }

  /// ⟨φ⟩, ⟨φ'⟩, ⟨φ''⟩, ⟨φ'''⟩ and ⟨φ²⟩ at mean μ and variance Δ².
  public func derivatives(
    mean: Double, variance: Double
  ) -> (rate: Double, gain: Double, gain2: Double, gain3: Double, square: Double) {
    guard mean.isFinite, variance.isFinite else { return (.nan, .nan, .nan, .nan, .nan) }
    let values = CertifiedAverages(transfer, mean: mean, deviation: max(variance, 0).squareRoot()).values
    return (
      values.rate.value, values.gain.value, values.gain2.value, values.gain3.value, values.square.value
    )
  }
}
