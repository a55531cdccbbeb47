import LowRank

/// The step of the κ-equations: R = 2, K = 2, O = 1, tanh; one population without means, and three with.
///
/// One trial alone, whose steps wait for one another, and a thousand trials of one simulation on one thread.
enum CircuitBenchmark {
  static func groups() -> [[BenchmarkCase]] {
    [1, 3].map { populations in [1, 1000].compactMap { simulation(populations: populations, trials: $0) } }
  }

  private static func simulation(populations: Int, trials: Int) -> BenchmarkCase? {
    guard let circuit = circuit(populations: populations) else { return nil }
    let steps = trials == 1 ? 2000 : 75
    var random = RandomStream(seed: 4)
    let stimulus = Stimulus(
      trials: trials, steps: steps, channels: 2,
      values: (0..<(trials * steps * 2)).map { _ in 0.3 * random.normal() })
    return BenchmarkCase(
      variant: "\(populations) population\(populations == 1 ? "" : "s with means")", size: trials,
      operations: trials * steps, note: "κ and z recorded, one thread"
    ) {
      _ = Simulation(alpha: 0.2, threads: 1).run(circuit, under: stimulus)
    }
  }

  /// The circuit of a random network: Gaussian vectors for one population; for more, means that differ by population.
  private static func circuit(populations: Int) -> EffectiveCircuit? {
    let units = 300
    var random = RandomStream(seed: 3)
    let labels = (0..<units).map { $0 % populations }
    func draw(_ columns: Int) -> Matrix {
      let means = (0..<(columns * populations)).map { _ in populations == 1 ? 0 : 0.5 * random.normal() }
      return Matrix(rows: units, columns: columns) { i, j in
        means[j * populations + labels[i]] + random.normal()
      }
    }
    let (m, n, inputs, readouts) = (draw(2), draw(2), draw(2), draw(1))
    guard let network = try? Network(m: m, n: n, inputs: inputs, readouts: readouts) else { return nil }
    return try? EffectiveCircuit(of: network, labels: populations == 1 ? nil : labels)
  }
}
