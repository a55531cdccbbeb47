import ArgumentParser
import LowRank
import NetworkFiles
import Report
import Studies

/// `kappa distill`: the main job, from weights to κ-equations with an honest comparison.
struct Distill: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "distill",
    abstract: "From a trained network to its κ-equations, checked against the full network.",
    discussion: """
      Prints the verdict, the equations with their numbers, how far the circuit is from the network, and what each \
      assumption costs. One Gaussian population is taken unless more is asked for; --populations auto looks for the \
      simplest circuit that follows the network, fitted ones included. Where the report's circuit does not follow the \
      network, the report names the simplest one it has found that does, and tells from that what the contexts do. \
      With -o DIR, writes circuit.json, comparison.npz, equations.tex, report.html and \
      figures/ (drawn by gnuplot where it is installed).

      Example: kappa distill trained.pt --task perceptual-decision -o report
      """)

  @Argument(help: "The network: .npz, .pt or .pth.")
  var network: String

  @OptionGroup(title: "Trials") var running: TrialOptions
  @OptionGroup(title: "Circuit") var reduction: CircuitOptions
  @OptionGroup(title: "Reading the network") var reading: NetworkOptions

  @Option(help: "How many networks to redraw for the sampling band; 0 for none.")
  var redraws = 40

  @Option(
    help: "How many bootstraps and redraws for the intervals of covariances, κ and z; 0 for none.")
  var replicates = 100

  @Option(
    help: ArgumentHelp(
      "Report: up to how many populations the closures are compared; 0 for no comparison.", valueName: "p"))
  var closures = 4

  @Option(
    name: [.customShort("o"), .long], help: ArgumentHelp("Folder for the results.", valueName: "dir"))
  var output: String?

  @Option(
    name: .customLong("figures"), parsing: .upToNextOption,
    help: ArgumentHelp("Figures as pdf or png, too, beside the svg of the page.", valueName: "format"))
  var figureFormats: [FigureFolder.Format] = []

  @Flag(help: "Print report.html as report.pdf, too, with a headless Chromium or Chrome.")
  var pdf = false

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func validate() throws {
    try running.require()
    if pdf && output == nil { throw ValidationError("--pdf prints the report: give its folder with -o.") }
    if !figureFormats.isEmpty && output == nil {
      throw ValidationError("--figures draws the report's figures: give its folder with -o.")
    }
    guard redraws >= 0, redraws <= 10_000 else {
      throw ValidationError("--redraws: expected 0 to 10000, found \(redraws).")
    }
    guard replicates == 0 || (20...10_000).contains(replicates) else {
      throw ValidationError("--replicates: expected 0, or 20 to 10000, found \(replicates).")
    }
    guard (0...16).contains(closures) else {
      throw ValidationError("--closures: expected 0 to 16 populations, found \(closures).")
    }
  }

  func run() throws {
    let inputs = [network, running.trials, reduction.circuit].compactMap { $0 }
    let folder = try output.map { try OutputFolder($0, writing: DistillRun.files, keeping: inputs) }
    let imported = try reading.load(network)
    let trials = try running.load(
      inputs: imported.network.inputCount, outputs: imported.network.outputCount, network: network,
      alpha: imported.alpha, forFitting: reduction.isFitted)
    let subject = Subject(imported, name: network)
    let reduced = try Reduction(
      reduction.request, of: subject, trials: trials, observer: ConsoleObserver())
    let distillation = try DistillRun(
      subject, reduced, trials: trials, redraws: redraws, replicates: replicates, seed: running.seed)
    let files =
      try folder.map {
        try distillation.write(
          to: $0, formats: [.svg] + figureFormats.filter { $0 != .svg }, closures: closures,
          arguments: CommandLine.arguments)
          + (pdf ? printed($0) : [])
      } ?? []
    if json {
      try printJSON(DistillationDocument(distillation, files: files))
    } else {
      distillation.print(files: files)
    }
  }
}

extension Distill {
  /// report.pdf, or a warning that says why there is none.
  private func printed(_ folder: OutputFolder) -> [String] {
    let path = folder.file("report.pdf")
    if let problem = PagePrinter.print(folder.file("report.html"), to: path) {
      Console.warn(problem)
      return []
    }
    return [path]
  }
}

extension FigureFolder.Format: ExpressibleByArgument {}
