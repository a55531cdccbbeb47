import LowRank
import NetworkFiles
import Report
import Tasks

/// Everything that `distill` finds out.
struct DistillRun {
  let run: SideBySide
  let source: String
  let seed: UInt64
  let budget: ErrorBudget
  let band: SamplingBand?
  /// Why there is no band, when one was asked for.
  let bandNote: String?
  let verdict: Verdict
  let terms: CircuitTerms
  /// The inputs that stand for the task's epochs.
  let panels: [TaskPanel]
  /// Losses of the training, where the network's file holds them, as those of `kappa train` do.
  let trainingLosses: [Double]
  /// The task, if the trials are those of one.
  let definition: Tasks.Task?
  /// What the task's contexts do.
  let contexts: DistillationContexts

  init(
    _ imported: ImportedNetwork, path: String, circuit document: CircuitFile, trials: RunTrials, redraws: Int,
    seed: UInt64
  ) throws {
    run = try SideBySide(imported, path: path, circuit: document, trials: trials.trials)
    source = trials.source
    trainingLosses = Self.losses(in: path)
    self.seed = seed
    budget = ErrorBudget(
      network: run.network, manifold: run.manifold, circuit: run.circuit, of: document.circuit,
      trials: run.trials, simulation: run.simulation)
    (band, bandNote) = Self.samplingBand(run, redraws: redraws, seed: seed)
    verdict = Verdict(
      network: imported.network, populations: document.circuit.statistics.populations.count,
      manifold: run.manifoldComparison, circuit: run.circuitComparison, budget: budget, band: band,
      trials: run.trials.stimulus.trials)
    terms = CircuitTerms(
      of: document.circuit, unitCount: document.closure == .moments ? document.units : nil)
    definition = trials.definition
    contexts = DistillationContexts(run, task: trials.task, definition: trials.definition)
    panels = Self.panels(trials)
  }

  /// Inputs that stand for the epochs; for a task, those that it would present without noise.
  private static func panels(_ trials: RunTrials) -> [TaskPanel] {
    var (stimulus, epochs) = (trials.trials.stimulus, trials.task?.epochs)
    if let definition = trials.definition {
      var options = definition.options
      options.noise = 0
      if let silent = try? Tasks.Task(definition.kind, options: options) {
        let drawn = silent.labelledTrials(count: 300, seed: 1)
        (stimulus, epochs) = (drawn.trials.stimulus, drawn.epochs)
      }
    }
    return Array(
      TaskPanel.panels(
        stimulus, epochs: epochs?.map { $0.map { TaskPanel.Window(name: $0.name, steps: $0.steps) } },
        perEpoch: 4
      ).prefix(7))
  }

  private static func losses(in path: String) -> [Double] {
    guard path.hasSuffix(".npz"), let tensor = (try? TensorFile.read(path))?["losses"],
      tensor.shape.count == 1,
      tensor.text == nil, tensor.values.allSatisfy(\.isFinite)
    else { return [] }
    return tensor.values
  }

  private static func samplingBand(_ run: SideBySide, redraws: Int, seed: UInt64) -> (SamplingBand?, String?)
  {
    if redraws == 0 { return (nil, nil) }
    let isOwn =
      run.document.circuit.statistics.populations.count == 1 || run.imported.populationLabels != nil
    guard run.document.closure == .moments, isOwn else {
      return (
        nil,
        "no sampling band: it belongs to moments of the network's own populations, not to fits or clusters"
      )
    }
    let progress = Progress("redrawing networks", total: redraws)
    defer { progress.finish() }
    do {
      let band = try SamplingBand(
        of: run.document.circuit, units: run.imported.network.unitCount, network: run.network,
        reduced: run.circuit, trials: run.trials, simulation: run.simulation, redraws: redraws, seed: seed,
        progress: { progress.advance() })
      return (band, nil)
    } catch {
      return (nil, "no sampling band: \(error.description)")
    }
  }
}
