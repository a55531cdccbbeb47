import ArgumentParser
import LowRank
import NetworkFiles

/// `kappa compare`: full network, exact manifold and circuit on the same trials.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Run network, exact manifold and circuit side by side and say how far they agree.",
    discussion: """
      Errors are those of manifold and circuit against the full network, over all trials and steps. relative: RMS \
      difference over RMS of the network's value. Decisions agree: share of trials whose mean output over the \
      response window has the network's sign.
      """)

  @Argument(help: "The network: .npz, .pt or .pth.")
  var network: String

  @OptionGroup(title: "Trials") var running: TrialOptions
  @OptionGroup(title: "Circuit") var reduction: CircuitOptions
  @OptionGroup(title: "Reading the network") var reading: NetworkOptions

  @Option(help: "single: also run the network in single precision and say how far that is from double.")
  var precision = Precision.double

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp("Write inputs, outputs and latents of all three.", valueName: "out.npz"))
  var output: String?

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func validate() throws { try running.require() }

  func run() throws {
    try OutputPath.check(output, against: [network, running.trials, reduction.circuit])
    let imported = try reading.load(network)
    let trials = try running.load(
      inputs: imported.network.inputCount, outputs: imported.network.outputCount, network: network,
      alpha: imported.alpha, forFitting: reduction.isFitted)
    let document = try reduction.load(for: imported, path: network, trials: trials, seed: running.seed)
    let run = try SideBySide(
      imported, path: network, circuit: document, trials: trials, single: precision == .single)
    if let output { try NPZFile.write(run.arrays, to: output) }
    if json { return try printJSON(ComparisonDocument(run, source: trials.source)) }
    printNetworkHeader(imported, path: network)
    Console.print(
      "  \(trials.trials.stimulus.trials) trials of \(trials.trials.stimulus.steps) steps: \(trials.source)")
    printComparison(run)
    if let output { Console.print("\nWrote \(output)") }
  }
}
