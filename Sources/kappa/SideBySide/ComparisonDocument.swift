import LowRank
import NetworkFiles

/// The JSON of `kappa compare`.
struct ComparisonDocument: Encodable {
  struct Header: Encodable {
    let path: String
    let units: Int
    let rank: Int
    let inputs: Int
    let outputs: Int
    let transfer: String
    let alpha: Double
    let gauge: String
    let dialect: String
    let assumptions: [String]
  }

  /// Figures of one readout.
  struct Output: Encodable {
    let rmse: Double
    let max: Double
    let relative: Double
    let agreement: Double?
    let accuracy: Double?
    let loss: Double?
  }

  /// Figures of one latent.
  struct Latent: Encodable {
    let rmse: Double
    let max: Double
    let relative: Double
  }

  /// One dynamics against the full network.
  struct Errors: Encodable {
    let outputs: [Output]
    let kappa: [Latent]

    init(_ comparison: Comparison) {
      outputs = comparison.outputs.map {
        Output(
          rmse: $0.deviation.rmse, max: $0.deviation.max, relative: $0.deviation.relative,
          agreement: $0.agreement, accuracy: $0.performance?.accuracy, loss: $0.performance?.loss)
      }
      kappa = comparison.kappa.map { Latent(rmse: $0.rmse, max: $0.max, relative: $0.relative) }
    }
  }

  /// The full network's own performance.
  struct Own: Encodable {
    let accuracy: Double?
    let loss: Double?
  }

  let network: Header
  let trials: Int
  let steps: Int
  let trialSource: String
  let closure: String
  let populations: Int
  let performance: [Own]?
  let manifold: Errors
  let circuit: Errors
  /// The network in single precision, where `--precision single` asked for it.
  let single: Errors?

  init(_ run: SideBySide, source: String) {
    network = Header(run.imported, path: run.path)
    trials = run.trials.stimulus.trials
    steps = run.trials.stimulus.steps
    trialSource = source
    closure = run.document.closure.rawValue
    populations = run.document.circuit.statistics.populations.count
    let own = run.networkPerformance
    performance =
      own.contains { $0 != nil } ? own.map { Own(accuracy: $0?.accuracy, loss: $0?.loss) } : nil
    manifold = Errors(run.manifoldComparison)
    circuit = Errors(run.circuitComparison)
    single = run.singleComparison.map(Errors.init)
  }
}

extension ComparisonDocument.Header {
  init(_ imported: ImportedNetwork, path: String) {
    self.path = path
    units = imported.network.unitCount
    rank = imported.network.rank
    inputs = imported.network.inputCount
    outputs = imported.network.outputCount
    transfer = imported.network.transfer.rawValue
    alpha = imported.alpha
    gauge = imported.summary.gauge.rawValue
    dialect = imported.dialect
    assumptions = imported.assumptions
  }
}
