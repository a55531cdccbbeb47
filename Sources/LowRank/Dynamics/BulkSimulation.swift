// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Networks of N units with a random bulk, simulated as they are:
///
///     τ dx/dt = -x + (gχ + m nᵀ/N) φ(x + b) + I u + c,      χ_ij ~ N(0, 1/N) drawn entry by entry
///
/// in current form by Heun's method, sixteen trials at once from different initial states under the same χ. Stationary
/// states do not depend on form or step.
public struct BulkSimulation: Sendable {
  /// g.
  public var strength: Double
  /// N.
  public var units = 2000
  /// Step in units of τ.
  public var step = 0.2
  /// How long to wait before measuring, in units of τ.
  public var settling = 60.0
  /// How long to measure, in units of τ.
  public var duration = 10.0

  /// A simulation at g.
  public init(strength: Double) { self.strength = strength }

  /// What is seen of one network, over trials and time.
  public struct Observation: Sendable, Hashable {
    /// (1/N) nᵀφ, R values.
    public let kappa: [Double]
    /// Σα_p of the variance over a population's units of their arguments x + b, at one time.
    public let variance: Double
    /// The same of their covariance between trials: what all trials from one κ have in common.
    public let stillVariance: Double
    /// g² Σ_i φ'²/N.
    public let radius: Double
    /// RMS over units, trials and time of τ dx/dt.
    public let speed: Double
  }

  /// One network of given statistics, drawn with its own χ from `seed`, started at κ with arguments of the given bulk variance.
  ///
  /// - Throws: `LinearAlgebraError` when no units can have the statistics.
  public func observe(
    _ statistics: ConnectivityStatistics, transfer: TransferFunction, input: [Double], kappa: [Double],
    bulkVariance: Double, seed: UInt64
  ) throws(LinearAlgebraError) -> Observation {
    var stream = RandomStream(seed: seed, purpose: .redraws)
    let network = try statistics.redraw(units: units, transfer: transfer, stream: &stream)
    let (count, width) = (network.unitCount, PackedMatrix.width)
    let entry = strength / Double(count).squareRoot()
    let j: PackedMatrix
    do {
      // χ is held once, packed: the plain copy ends here.
      let plain = Matrix(rows: count, columns: count) { _, _ in entry * stream.normal() }
      j = PackedMatrix(plain)
    }
    let share = 1 / Double(count)
    let weights = PackedMatrix(Matrix(rows: network.rank, columns: count) { network.n[$1, $0] * share })
    let m = PackedMatrix(network.m)
    // Everything constant: I u + c, and b inside φ.
    var constant = network.current ?? [Double](repeating: 0, count: count)
    for (k, value) in input.enumerated() {
      for (i, loading) in network.inputs.column(k).enumerated() { constant[i] += loading * value }
    }
    let bias = network.bias?.values ?? [Double](repeating: 0, count: count)
    var x = [Double](repeating: 0, count: j.rows * width)
    let spread = bulkVariance.squareRoot()
    for i in 0..<count {
      var still = constant[i]
      for r in 0..<network.rank { still += network.m[i, r] * kappa[r] }
      for trial in 0..<width { x[i * width + trial] = still + spread * stream.normal() }
    }
    var rates = [Double](repeating: 0, count: j.rows * width)
    var latents = [Double](repeating: 0, count: weights.rows * width)
    var first = x
    var second = x
    var middle = x
    func derivative(_ x: [Double], into result: inout [Double]) {
      for i in 0..<count {
        for place in (i * width)..<((i + 1) * width) { rates[place] = transfer.value(x[place] + bias[i]) }
      }
      weights.multiply(rates, into: &latents)
      j.multiply(rates, into: &result)
      m.multiply(latents, adding: true, into: &result)
      for i in 0..<count {
        for place in (i * width)..<((i + 1) * width) { result[place] += constant[i] - x[place] }
      }
    }
    let populations = statistics.shares(of: count)
    var sums = Sums(rank: network.rank)
    let steps = Int(((settling + duration) / step).rounded())
    let quiet = Int((settling / step).rounded())
    for index in 0..<max(steps, 1) {
      derivative(x, into: &first)
      if index >= quiet || index == steps - 1 {
        sums.add(
          x, bias: bias, latents: latents, change: first, populations: populations, width: width,
          rank: network.rank, transfer: transfer)
      }
      for place in 0..<(count * width) { middle[place] = x[place] + step * first[place] }
      derivative(middle, into: &second)
      for place in 0..<(count * width) { x[place] += 0.5 * step * (first[place] + second[place]) }
    }
    return sums.observation(strength: strength)
  }

  /// Sums over times.
  private struct Sums {
    var count = 0.0
    var kappa: [Double]
    var (variance, still, slopes, speed) = (0.0, 0.0, 0.0, 0.0)

    init(rank: Int) { kappa = [Double](repeating: 0, count: rank) }

    mutating func add(
      _ x: [Double], bias: [Double], latents: [Double], change: [Double], populations: [Int], width: Int,
      rank: Int, transfer: TransferFunction
    ) {
      count += 1
      let trials = Double(width)
      for r in 0..<rank {
        for trial in 0..<width { kappa[r] += latents[r * width + trial] / trials }
      }
      let units = bias.count
      var first = 0
      for size in populations where size > 0 {
        var (mean, square, common) = (0.0, 0.0, 0.0)
        for i in first..<(first + size) {
          var (total, own) = (0.0, 0.0)
          for place in (i * width)..<((i + 1) * width) {
            let argument = x[place] + bias[i]
            total += argument
            own += argument * argument
            let slope = transfer.derivative(argument)
            slopes += slope * slope / (trials * Double(units))
            speed += change[place] * change[place] / (trials * Double(units))
          }
          mean += total / trials
          square += own / trials
          // Products of different trials.
          common += (total * total - own) / (trials * (trials - 1))
        }
        let share = Double(size) / Double(units)
        let average = mean / Double(size)
        variance += share * (square / Double(size) - average * average)
        still += share * (common / Double(size) - average * average)
        first += size
      }
    }

    func observation(strength: Double) -> Observation {
      Observation(
        kappa: kappa.map { $0 / count }, variance: variance / count, stillVariance: still / count,
        radius: strength * strength * slopes / count, speed: (speed / count).squareRoot())
    }
  }
}
