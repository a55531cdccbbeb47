import Analysis
import LowRank
import TestSupport
import Testing

/// Tuning of single units where it can be written down.
@Suite struct TuningTests {
  private let seed: UInt64 = 95

  /// Two populations, each driven by an input of its own; rates are linear.
  private func linear() throws -> (network: Network, labels: [Int]) {
    var stream = RandomStream(seed: seed)
    let labels = (0..<40).map { $0 < 25 ? 0 : 1 }
    let inputs = Matrix(rows: 40, columns: 2) { labels[$0] == $1 ? 1 + stream.uniform() : 0 }
    func vector() -> Matrix { Matrix(rows: 40, columns: 1) { _, _ in stream.normal() } }
    let network = try Network(
      m: vector(), n: vector(), inputs: inputs, readouts: vector(), transfer: .linear)
    return (network, labels)
  }

  /// With φ(x) = x, κ = 0 and v = u, the slope of a rate per SD of u_k is I_ik times that SD, predicted or measured.
  @Test func ratesOfALinearNetworkHaveTheirLoadingsAsSlopes() throws {
    let (network, labels) = try linear()
    var stream = RandomStream(seed: seed, stream: 1)
    let inputs = (0..<30).map { _ in [stream.normal(), 3 * stream.normal()] }
    func column(_ k: Int) -> [Double] { inputs.map { $0[k] } }
    let tuning = try Tuning(
      at: "end", network: network, states: inputs.flatMap { [0] + $0 },
      circuitStates: inputs.flatMap { [0, $0[0], 0] },
      variables: [
        Tuning.Variable(name: "first", values: column(0)), Tuning.Variable(name: "second", values: column(1)),
      ], labels: labels)
    #expect(tuning.rows.map(\.name) == ["first", "second"])
    for (k, row) in tuning.rows.enumerated() {
      let values = column(k)
      let mean = values.reduce(0, +) / 30
      let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 30).squareRoot()
      for unit in 0..<40 {
        // A handful of sums over 30 trials: rounding.
        #expect(abs(row.measured[unit] - network.inputs[unit, k] * deviation) < 1e-12, "seed \(seed)")
        #expect(abs(row.predicted[unit] - row.measured[unit]) < 1e-12, "seed \(seed)")
      }
      #expect(abs(row.correlation - 1) < 1e-12, "seed \(seed)")
      let own = (0..<40).filter { labels[$0] == k }
      let expected =
        deviation
        * (own.reduce(0) { $0 + network.inputs[$1, k] * network.inputs[$1, k] } / Double(own.count))
        .squareRoot()
      #expect(abs(row.sizes[k] - expected) < 1e-12 && row.sizes[1 - k] < 1e-12, "seed \(seed)")
      #expect(row.carrier() == k)
    }
    // The circuit whose second input never comes through predicts the first variable only.
    #expect(abs(try #require(tuning.rows[0].circuitCorrelation) - 1) < 1e-12, "seed \(seed)")
    #expect(tuning.rows[1].circuitCorrelation == 0, "seed \(seed)")
  }

  /// Over Gaussian states Stein's lemma makes the prediction exact, also for rates that saturate; at the mean state alone
  /// it would be twice too large.
  @Test func ofGaussianStatesSaturatingRatesArePredictedToo() throws {
    let network = try Network(
      m: Matrix(rows: 3, columns: 1) { i, _ in [3, -3, 1][i] }, n: Matrix(rows: 3, columns: 1) { _, _ in 0 },
      inputs: Matrix(rows: 3, columns: 0) { _, _ in 0 }, readouts: Matrix(rows: 3, columns: 0) { _, _ in 0 })
    var stream = RandomStream(seed: seed, stream: 2)
    let kappa = (0..<20_000).map { _ in stream.normal() }
    let row = try #require(
      try Tuning(
        at: "end", network: network, states: kappa, variables: [Tuning.Variable(name: "κ", values: kappa)]
      ).rows.first)
    let gain = Gain(.tanh)
    for (unit, m) in [3.0, -3, 1].enumerated() {
      let expected = m * gain.rateAndGain(mean: 0, variance: m * m).gain
      // 20 000 draws: means to about 1 %, times 4.
      #expect(abs(row.measured[unit] / expected - 1) < 0.04, "seed \(seed)")
      #expect(abs(row.predicted[unit] / expected - 1) < 0.04, "seed \(seed)")
    }
    #expect(row.sizes.isEmpty && row.carrier() == nil)
  }

  @Test func variablesThatCannotBeToldApartAreLeftOut() throws {
    let (network, labels) = try linear()
    let first = (0..<30).map { Double($0) }
    let second = (0..<30).map { Double($0 % 4) }
    let tuning = try Tuning(
      at: "end", network: network, states: zip(first, second).flatMap { [0, $0, $1] },
      variables: [
        Tuning.Variable(name: "first", values: first),
        Tuning.Variable(name: "constant", values: [Double](repeating: 0.1, count: 30)),
        Tuning.Variable(name: "second", values: second),
        Tuning.Variable(name: "sum", values: zip(first, second).map { 2 * $0 - $1 + 7 }),
      ], labels: labels)
    #expect(tuning.rows.map(\.name) == ["first", "second"])
    #expect(tuning.constant == ["constant"] && tuning.dependent == ["sum"])
    let nothing = try Tuning(
      at: "end", network: network, states: [0, 1, 2, 0, 1, 2],
      variables: [Tuning.Variable(name: "constant", values: [1, 1])])
    #expect(nothing.rows.isEmpty && nothing.constant == ["constant"])
    #expect(throws: LinearAlgebraError.self) {
      try Tuning(
        at: "end", network: network, states: [0, 1, 2],
        variables: [Tuning.Variable(name: "a", values: [1, 2])])
    }
  }
}
