import LowRank
import NetworkFiles
import Report
import Studies
import Tasks

/// Everything that `distill` finds out.
struct DistillRun {
  let run: SideBySide
  let source: String
  let seed: UInt64
  /// Whether the circuit is a file's, and not made of the network here.
  let isFromFile: Bool
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
  /// Conditions and epochs of the trials, if they are a task's.
  let task: TaskTrials?
  /// Trials that circuits may be fitted to, and those by which choices between them are made.
  let training: Stimulus?
  let validation: Stimulus?
  /// What the task's contexts do.
  let contexts: DistillationContexts
  /// What single units are tuned to.
  let tuning: DistillationTuning
  /// How certain the circuit's numbers are.
  let intervals: DistillationIntervals?
  /// Why there are none, when they were asked for.
  let intervalNote: String?

  init(
    _ subject: Subject, _ reduction: Reduction, trials: TrialSet, redraws: Int, replicates: Int, seed: UInt64
  ) throws {
    run = try SideBySide(subject, reduction: reduction, trials: trials, observer: ConsoleObserver())
    let (imported, document, labels) = (run.imported, reduction.document, reduction.labels)
    source = trials.source
    trainingLosses = Self.losses(in: subject.name)
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
    (task, training, validation) = (trials.task, trials.training, trials.validation)
    isFromFile = reduction.origin == .file
    contexts = DistillationContexts(
      of: document.circuit, run, labels: labels, task: trials.task, definition: trials.definition)
    tuning = DistillationTuning(
      run, contexts, labels: labels, isFitted: document.closure != .moments, task: trials.task,
      definition: trials.definition)
    (intervals, intervalNote) = Self.intervals(run, replicates: replicates, seed: seed)
    panels = Self.panels(trials)
  }

  /// Inputs that stand for the epochs; for a task, those that it would present without noise.
  private static func panels(_ trials: TrialSet) -> [TaskPanel] {
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

  private static func intervals(
    _ run: SideBySide, replicates: Int, seed: UInt64
  ) -> (DistillationIntervals?, String?) {
    if replicates == 0 { return (nil, nil) }
    let isFile = run.reduction.origin == .file
    guard run.document.closure == .moments, !isFile else {
      return (
        nil,
        isFile
          ? "no intervals: a file's circuit is no sample of this network's units"
          : "no intervals: they are given for moments only, because a fit tells what this network does, and networks of "
            + "units drawn again from it often do something else"
      )
    }
    do {
      return (
        try DistillationIntervals(run, labels: run.reduction.labels, replicates: replicates, seed: seed), nil
      )
    } catch {
      return (nil, "no intervals: \(error)")
    }
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
    if run.network.outputCount == 0 {
      return (nil, "no sampling band: it is one of z, and nothing is read out")
    }
    let isOwn =
      run.document.circuit.statistics.populations.count == 1 || run.imported.populationLabels != nil
    guard run.document.closure == .moments, isOwn else {
      return (
        nil,
        "no sampling band: it belongs to moments of the network's own populations, not to fits or clusters"
      )
    }
    let progress = CountProgress("redrawing networks", total: redraws)
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
