import LowRank

/// A Gaussian-mixture circuit for a network, its populations chosen or fitted so that it predicts the network's dynamics.
///
/// Three closures of the same form, R + K equations in (κ, v):
/// - `moments`: clusters of units and their own moments;
/// - `regressed`: the clusters' moments of (m, I), with the means and cross-covariances of n and w solved once, in
///   closed form, for the least trajectory error to first order;
/// - `refined`: all of them fitted to the trajectories, from several starts; the best by training cost is taken.
///
/// Refined populations are effective ones, not clusters of real units, and they are not unique: `diagnosis` says how far
/// they went. Method and measurements: notes/distillation.md.
public struct Distillation: Sendable {
  /// How strongly a refined circuit is tied to the clusters it starts from.
  public enum Anchor: Sendable, Hashable {
    /// By η > 0; 0 leaves it free.
    case strength(Double)
    /// By the strongest of `Distillation.anchors` whose validation error stays within `tolerance` times the free fit's.
    case strongest(tolerance: Double)
  }

  /// The strengths tried by `.strongest`, from strong to weak.
  public static let anchors = [1e-2, 1e-3, 1e-4]

  /// What is fitted, and how.
  public struct Options: Sendable, Hashable {
    /// P.
    public var populations: Int
    /// The closure.
    public var closure: Closure
    /// The anchor of a refined circuit.
    public var anchor: Anchor
    /// Seed of starts and samples.
    public var seed: UInt64
    /// Starts side by side; `nil` for as many as the machine has cores. Results do not depend on it.
    public var threads: Int?
    /// How many starts, the best by training cost, are polished on the true trajectory error.
    public var polished: Int

    /// Options; one population's moments unless more is asked for.
    public init(
      populations: Int = 1, closure: Closure = .moments, anchor: Anchor = .strongest(tolerance: 1.5),
      seed: UInt64 = 0, threads: Int? = nil, polished: Int = 4
    ) {
      self.populations = populations
      self.closure = closure
      self.anchor = anchor
      self.seed = seed
      self.threads = threads
      self.polished = polished
    }
  }

  /// One start and what became of it.
  public struct StartRecord: Sendable, Hashable {
    /// The grouping it began from.
    public let name: String
    /// Training cost at the end: mean over trials and steps of Σ(δκ/SD)² + Σ(δz/SD)², jittered cloud and pull included.
    public let cost: Double
    /// Levenberg–Marquardt steps.
    public let steps: Int
    /// Whether it was polished on the true trajectory error.
    public let polished: Bool
    /// Populations it had; fewer than asked for when a clustering left some empty.
    public let populations: Int
  }

  /// An anchor that was tried.
  public struct AnchorRecord: Sendable, Hashable {
    /// η; 0 for the free fit.
    public let strength: Double
    /// Relative error of the outputs on the validation trials.
    public let validationError: Double
  }

  /// The circuit, complete: anybody can simulate it or draw networks from it.
  public let circuit: EffectiveCircuit
  /// How it was found.
  public let closure: Closure
  /// η of the circuit; `nil` unless it is refined.
  public let anchor: Double?
  /// The population of every unit in the clusters that the circuit came from.
  public let labels: [Int]
  /// All starts, in the order they were listed; of a chosen anchor, its own.
  public let starts: [StartRecord]
  /// The anchors tried, when one was to be chosen.
  public let anchors: [AnchorRecord]
  /// Relative error of the outputs on the training trials, against the exact manifold.
  public let trainingError: Double
  /// The same on the validation trials, which no parameter was fitted to.
  public let validationError: Double
  /// How far the populations are from clusters of units.
  public let diagnosis: Diagnosis

  /// Distils a network.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - training: trials the parameters are fitted to; 30 do for most tasks, 100 for context-dependent ones.
  ///   - validation: other trials, for choices (the anchor). Report errors on a third set.
  ///   - alpha: α = dt/τ.
  ///   - options: what is fitted, and how.
  ///   - progress: called with the share done, from any thread.
  /// - Throws: `DistillationError` when the trials do not fit the network or no start led anywhere, `LinearAlgebraError`
  ///   when an exact trajectory cannot be set up.
  public init(
    of network: Network, training: Stimulus, validation: Stimulus, alpha: Double, options: Options,
    progress: (@Sendable (Double) -> Void)? = nil
  ) throws {
    try Self.check(network, training, validation, options)
    let reference = try ValidationReference(network, training: training, validation: validation, alpha: alpha)
    let bench = RefinementBench(
      network: network, data: try TrainingData(network, stimulus: training, alpha: alpha, seed: options.seed),
      options: options)
    var anchors: [AnchorRecord] = []
    let chosen: RefinementBench.Result
    switch (options.closure, options.anchor) {
    case (.moments, _): chosen = try bench.moments(validatedBy: reference)
    case (.regressed, _): chosen = try bench.regressed()
    case (.refined, .strength(let strength)): chosen = try bench.refined(anchor: strength, progress: progress)
    case (.refined, .strongest(let tolerance)):
      let share = 1 / Double(1 + Self.anchors.count)
      var best = try bench.refined(anchor: 0) { progress?($0 * share) }
      let free = reference.validationError(of: try best.circuit(bench))
      anchors.append(AnchorRecord(strength: 0, validationError: free))
      for (index, strength) in Self.anchors.enumerated() {
        let candidate = try bench.refined(anchor: strength) { progress?((Double(index + 1) + $0) * share) }
        let error = reference.validationError(of: try candidate.circuit(bench))
        anchors.append(AnchorRecord(strength: strength, validationError: error))
        if error <= tolerance * free {
          best = candidate
          break
        }
      }
      chosen = best
    }
    circuit = try chosen.circuit(bench)
    closure = options.closure
    anchor = options.closure == .refined ? chosen.anchor : nil
    labels = chosen.fit.labels
    starts = chosen.records
    self.anchors = anchors
    trainingError = reference.trainingError(of: circuit)
    validationError = reference.validationError(of: circuit)
    diagnosis = Diagnosis(chosen.fit, of: circuit.statistics, data: bench.data)
    progress?(1)
  }

  private static func check(
    _ network: Network, _ training: Stimulus, _ validation: Stimulus, _ options: Options
  ) throws(DistillationError) {
    for (name, stimulus) in [("training trials", training), ("validation trials", validation)] {
      guard stimulus.trials > 0, stimulus.steps > 0 else {
        throw DistillationError(
          quantity: name, expected: "at least one trial of one step",
          found: "\(stimulus.trials) trials of \(stimulus.steps) steps")
      }
      guard stimulus.channels == network.inputCount else {
        throw DistillationError(
          quantity: name, expected: "\(network.inputCount) input channels, as the network has",
          found: "\(stimulus.channels)")
      }
      guard stimulus.values.allSatisfy(\.isFinite) else {
        throw DistillationError(quantity: name, expected: "finite inputs", found: "one that is not")
      }
    }
    guard (1...max(1, network.unitCount)).contains(options.populations) else {
      throw DistillationError(
        quantity: "populations", expected: "1…\(network.unitCount), at most one per unit",
        found: "\(options.populations)")
    }
    if case .strength(let strength) = options.anchor, !(strength >= 0 && strength.isFinite) {
      throw DistillationError(quantity: "anchor", expected: "a number of at least 0", found: "\(strength)")
    }
  }
}

/// Exact trajectories that a circuit's errors are measured against.
struct ValidationReference: Sendable {
  private let training: (stimulus: Stimulus, trajectory: Trajectory)
  private let validation: (stimulus: Stimulus, trajectory: Trajectory)
  private let simulation: Simulation

  init(_ network: Network, training: Stimulus, validation: Stimulus, alpha: Double) throws(LinearAlgebraError)
  {
    simulation = Simulation(alpha: alpha)
    let manifold = try ManifoldDynamics(network)
    self.training = (training, simulation.run(manifold, under: training))
    self.validation = (validation, simulation.run(manifold, under: validation))
  }

  func trainingError(of circuit: EffectiveCircuit) -> Double { error(of: circuit, training) }
  func validationError(of circuit: EffectiveCircuit) -> Double { error(of: circuit, validation) }

  /// Relative error of all outputs together (each in units of its own RMS); of κ when there is no output.
  private func error(of circuit: EffectiveCircuit, _ side: (stimulus: Stimulus, trajectory: Trajectory))
    -> Double
  {
    let run = simulation.run(circuit, under: side.stimulus)
    let comparison = Comparison(of: run, against: side.trajectory, trials: Trials(stimulus: side.stimulus))
    let parts = comparison.outputs.isEmpty ? comparison.kappa : comparison.outputs.map(\.deviation)
    let square = parts.reduce(0) { $0 + $1.relative * $1.relative } / Double(max(parts.count, 1))
    return square.squareRoot()
  }
}
