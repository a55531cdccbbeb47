// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import FixedPoints
import Foundation
import LowRank
import Report
import TestSupport
import Testing
import Studies

/// Figures: what is written beside them, what goes into the page, and that gnuplot accepts every script.
@Suite struct FigureTests {
  /// A heat map is square: one alone leaves no blank above and below.
  @Test func oneHeatMapIsSquare() throws {
    let network = try randomNetwork(units: 20, rank: 1, inputs: 1, outputs: 1, seed: 63)
    let size = Figure.covariances(of: try ConnectivityStatistics(of: network)).size
    #expect(size.width == size.height)
  }

  /// Without epochs, inputs that occur: a step of 0.6 from zero is not half of it.
  @Test func constantStretchesStandForTheTrials() {
    var steps = Stimulus(trials: 4, steps: 40, channels: 1)
    for trial in 0..<4 { for step in 5..<25 { steps[trial, step, 0] = trial % 2 == 0 ? 0.6 : -0.6 } }
    let panels = TaskPanel.panels(steps)
    // The mean of twenty equal numbers is rounded.
    let inputs = panels.map { $0.input[0] }.sorted()
    #expect(
      inputs.count == 3 && zip(inputs, [-0.6, 0, 0.6]).allSatisfy { abs($0 - $1) < 1e-14 }, "\(inputs)")
    #expect(panels.allSatisfy { $0.title == "constant input" })
    // Noise is never constant: its mean is taken, and called so.
    let noise = TaskPanel.panels(randomStimulus(trials: 4, steps: 40, channels: 1, seed: 12))
    #expect(!noise.isEmpty && noise.allSatisfy { $0.title == "mean over the trial" })
  }

  /// Scripts and data of some figures, whether or not anything draws them.
  private func written(_ figures: [Figure], _ body: (FigureFolder.Result) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "kappa-figures-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let result = try FigureFolder(path: folder.path).write(figures)
    for figure in figures {
      #expect(result.files.contains(figure.name + ".gp"))
      for part in figure.data {
        #expect(result.files.contains("\(figure.name).\(part.suffix)"))
        // A line that names the columns, and perhaps what data sets are.
        let lines = part.text.split(separator: "\n")
        let head = try #require(lines.first).split(separator: "\t")
        let width = lines.count > 1 ? lines[1].split(separator: " ").count : head.count
        #expect(
          lines[0].hasPrefix("# ") && (width...width + 1).contains(head.count),
          "\(figure.name).\(part.suffix): \(lines[0])")
      }
      #expect(!figure.alternative.isEmpty && !figure.caption.isEmpty)
    }
    try body(result)
  }

  /// Without gnuplot one line says what to install; everything else is there.
  @Test(.enabled(if: !Program.isInstalled("gnuplot"), "gnuplot is installed")) func nothingDraws() throws {
    try written(exampleFigures(rank: 1, seed: 11)) { result in
      #expect(
        result.problems.count == 1 && result.problems[0].contains("apt-get install gnuplot"),
        "\(result.problems)")
      #expect(result.pictures.isEmpty)
    }
  }

  @Test(.enabled(if: Program.isInstalled("gnuplot"), "gnuplot draws the figures"), arguments: [1, 2, 3])
  func everyFigureIsDrawn(rank: Int) throws {
    let figures = try exampleFigures(rank: rank, seed: 11)
    try written(figures) { try check($0, figures) }
  }

  private func check(_ result: FigureFolder.Result, _ figures: [Figure]) throws {
    #expect(result.problems.isEmpty)
    #expect(result.pictures.map(\.figure.name) == figures.map(\.name))
    for picture in result.pictures {
      #expect(picture.svg.hasPrefix("<svg role=\"img\" aria-label=") && picture.svg.hasSuffix("</svg>"))
      #expect(picture.svg.contains("currentColor"), "\(picture.figure.name) takes its ink from the page")
      #expect(!picture.svg.contains("\"black\""), "\(picture.figure.name) would be black on a dark page")
      #expect(!picture.svg.contains("<script") && !picture.svg.contains("<image"))
      // Ids must not meet those of another figure in the page.
      for match in picture.svg.matches(of: /id=['"]([^'"]*)['"]/) {
        #expect(match.1.hasPrefix(picture.figure.name))
      }
      #expect(picture.svg.utf8.count < 600_000, "\(picture.figure.name): \(picture.svg.utf8.count) bytes")
    }
  }

  @Test func namesCannotBreakOutOfAScript() throws {
    let network = try randomNetwork(units: 20, rank: 1, inputs: 1, outputs: 1, seed: 1)
    let manifold = try ManifoldDynamics(network)
    let circuit = try EffectiveCircuit(of: network)
    let hostile = TaskPanel(title: "a\" ; system \"touch /tmp/x\" #\n_{b}", input: [0])
    let search = FixedPointSearch()
    let portrait = EpochPortrait(
      panel: hostile, manifold: try search.fixedPoints(of: manifold, input: hostile.input),
      circuit: try search.fixedPoints(of: circuit, input: hostile.input))
    let figure = Figure.phaseLine(manifold: manifold, circuit: circuit, portraits: [portrait], visited: [])
    #expect(figure.script.contains("a\\\" ; system \\\"touch /tmp/x\\\" # \\\\_\\\\{b\\\\}"))
  }

  /// A trial in which nothing happens is followed by any circuit: it is not the best one.
  @Test func theBestTrialIsNotSilent() throws {
    // Trial 0 is silent and followed exactly; of the others 2 is followed best.
    let courses: [[Double]] = [[0, 0, 0], [1, 2, 1], [-1, -2, -1]]
    let network = Trajectory(
      trials: 3, steps: 3, rank: 1, outputCount: 1, kappa: courses.flatMap { $0 },
      outputs: courses.flatMap { $0 })
    let other = courses.enumerated().flatMap { trial, course in
      course.map { $0 + (trial == 1 ? 0.5 : trial == 2 ? 0.1 : 0) }
    }
    let circuit = Trajectory(trials: 3, steps: 3, rank: 1, outputCount: 1, kappa: other, outputs: other)
    let figure = Figure.trajectories(
      network: network, manifold: network, circuit: circuit,
      time: TimeAxis(millisecondsPerStep: 20, alpha: 0.2))
    #expect(figure.script.contains("best trial (3)") && figure.script.contains("worst trial (2)"))
    #expect(figure.script.contains("time (ms)") && figure.script.contains("($1*20.0)"))
    // Where all are silent, one of them is shown.
    let silent = Trajectory(
      trials: 2, steps: 2, rank: 1, outputCount: 1, kappa: [0, 0, 0, 0], outputs: [0, 0, 0, 0])
    #expect(
      Figure.trajectories(network: silent, manifold: silent, circuit: silent).script.contains(
        "best trial (1)"))
  }

  /// The axis of errors shows those that matter: rounding would take twelve decades of it.
  @Test func errorsFillTheirAxis() throws {
    let network = try randomNetwork(units: 60, rank: 1, inputs: 1, outputs: 1, seed: 5)
    let circuit = try EffectiveCircuit(of: network)
    let stimulus = randomStimulus(trials: 3, steps: 12, channels: 1, seed: 5)
    let simulation = Simulation(alpha: 0.2)
    let budget = ErrorBudget(
      network: simulation.run(try NetworkDynamics(network), under: stimulus),
      manifold: simulation.run(try ManifoldDynamics(network), under: stimulus),
      circuit: simulation.run(circuit, under: stimulus), of: circuit, trials: Trials(stimulus: stimulus),
      simulation: simulation)
    let figure = Figure.errorLadder(budget, band: nil)
    let range = try #require(figure.script.firstMatch(of: /set xrange \[([^:]+):([^\]]+)\]/))
    let (low, high) = (try #require(Double(range.1)), try #require(Double(range.2)))
    #expect(budget.stages[0].comparison.outputs[0].deviation.relative < 1e-12)
    let shown = budget.stages.dropFirst().map { $0.comparison.outputs[0].deviation.relative }
    #expect(shown.allSatisfy { (low...high).contains($0) } && low > 1e-7, "\(low) to \(high): \(shown)")
    #expect(!figure.script.contains("exact manifold"))
  }

  /// A ring of fixed points is drawn as a ring, and its circuit has it in the table.
  @Test func ringsAreDrawn() throws {
    let layout = LoadingLayout(rank: 2, inputCount: 1, outputCount: 1)
    let circuit = TestSupport.circuit(
      layout,
      factors: [
        [1.8, 0, 0, 0], [0, 1.8, 0, 0], [1.8, 0, 0, 0.3], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0],
      ])
    let network = try randomNetwork(units: 20, rank: 2, inputs: 1, outputs: 1, seed: 3)
    let panel = TaskPanel(title: "memory", input: [0])
    let search = FixedPointSearch()
    let portrait = EpochPortrait(
      panel: panel, manifold: try search.fixedPoints(of: try ManifoldDynamics(network), input: [0]),
      circuit: try search.fixedPoints(of: circuit, input: [0]))
    let radius = try #require(portrait.circuit.continua.first).radius
    let still = Trajectory(
      trials: 1, steps: 2, rank: 2, outputCount: 1, kappa: [0, 0, 0, 0], outputs: [0, 0])
    let figure = Figure.phasePlane(
      manifold: try ManifoldDynamics(network), circuit: circuit, portraits: [portrait], network: still,
      reduced: still)
    let rows = try #require(figure.data.first { $0.suffix == "continua" }).text.split(separator: "\n").map {
      $0.split(separator: " ").compactMap { Double($0) }.filter { !$0.isNaN }
    }.filter { $0.count == 2 }
    #expect(rows.count > 20 && rows.first == rows.last)
    #expect(rows.allSatisfy { abs(($0[0] * $0[0] + $0[1] * $0[1]).squareRoot() - radius) < 1e-3 * radius })
    #expect(figure.caption.contains("rings of fixed points"))
    #expect(fixedPointTable([portrait]).rows[1][5].text.contains("a ring of radius"))
  }

  /// Inputs are called by their names; what is zero is left out.
  @Test func inputsAreNamed() {
    let panel = TaskPanel(title: "stimulus", input: [0.4, 0, -0.1])
    #expect(panel.inputText(["colour", "motion", "context"]) == "colour 0.40, context -0.10")
    #expect(panel.inputText() == "u1 0.40, u3 -0.10")
    #expect(TaskPanel(title: "rest", input: [0]).inputText(["evidence"]) == "no input")
    #expect(TaskPanel(title: "stimulus", input: [2]).inputText() == "u 2.0")
  }

  @Test func panelsAreTheInputsOfTheEpochs() {
    var stimulus = Stimulus(trials: 4, steps: 6, channels: 1)
    for trial in 0..<4 { for step in 2..<4 { stimulus[trial, step, 0] = trial < 2 ? 1 : -1 } }
    let epochs = [
      TaskPanel.Window(name: "wait", steps: 0..<2), .init(name: "stimulus", steps: 2..<4),
      .init(name: "delay", steps: 4..<6),
    ]
    let panels = TaskPanel.panels(stimulus, epochs: [[TaskPanel.Window]](repeating: epochs, count: 4))
    #expect(
      panels == [
        TaskPanel(title: "wait, delay", input: [0]), TaskPanel(title: "stimulus", input: [-1], steps: 2..<4),
        TaskPanel(title: "stimulus", input: [1], steps: 2..<4),
      ])
    // Time in ms where a step has so many, otherwise in τ; none where epochs of a name do not follow one another.
    let (milliseconds, constants) = (
      TimeAxis(millisecondsPerStep: 20, alpha: 0.2), TimeAxis(millisecondsPerStep: nil, alpha: 0.25)
    )
    #expect(milliseconds.title(panels[1]) == "stimulus, 40–80 ms")
    #expect(constants.title(panels[1]) == "stimulus, 0.500–1 τ")
    #expect(constants.title(panels[0]) == "wait, delay" && TimeAxis.steps.title(panels[1]) == "stimulus")
  }

  /// The stable and the unstable parts of a diagram are two data sets of gnuplot, whatever gaps there are.
  @Test func gapsDoNotSplitADiagram() throws {
    let layout = LoadingLayout(rank: 1, inputCount: 1, outputCount: 1)
    let rows = [[1.4, 2.6], [2.1, 0], [1, 0], [0, 1]]
    let circuit = TestSupport.circuit(layout, factors: rows)
    let diagram = try BifurcationSearch().diagram(
      of: circuit, input: [0], parameter: .input(0), over: -0.1...0.1)
    let figure = Figure.bifurcations(diagram, parameter: "I1", range: -0.1...0.1)
    let branches = try #require(figure.data.first { $0.suffix == "branches" }).text
    let sets = branches.drop { $0 != "\n" }.split(separator: "\n\n\n")
    try #require(sets.count == 2)
    func stretches(_ set: Substring) -> Int {
      set.split(separator: "\n\n").count { $0.split(separator: "\n").contains { !$0.contains("NaN") } }
    }
    // Two stable arms, and one unstable stretch between the folds.
    #expect(stretches(sets[0]) == 2 && stretches(sets[1]) == 1)
  }

  /// All figures of a random network that has several fixed points.
  private func exampleFigures(rank: Int, seed: UInt64) throws -> [Figure] {
    let base = try randomNetwork(units: 30, rank: rank, inputs: 2, outputs: 1, seed: seed)
    let n = Matrix(rows: 30, columns: rank) { base.n[$0, $1] + 3 * base.m[$0, $1] }
    let network = try Network(m: base.m, n: n, inputs: base.inputs, readouts: base.readouts)
    let labels = (0..<30).map { $0 % 2 }
    let circuit = try EffectiveCircuit(of: network, labels: labels)
    let manifold = try ManifoldDynamics(network)
    let stimulus = randomStimulus(trials: 4, steps: 12, channels: 2, seed: seed)
    let trials = Trials(stimulus: stimulus)
    let simulation = Simulation(alpha: 0.2)
    let full = simulation.run(try NetworkDynamics(network), under: stimulus)
    let exact = simulation.run(manifold, under: stimulus)
    let reduced = simulation.run(circuit, under: stimulus)
    let budget = ErrorBudget(
      network: full, manifold: exact, circuit: reduced, of: circuit, trials: trials, simulation: simulation)
    let portraits = try [
      TaskPanel(title: "rest", input: [0, 0]), TaskPanel(title: "stimulus", input: [1, 0.5]),
    ].map { try portrait($0, manifold, circuit) }
    let names = CircuitNames(
      inputs: ["colour", "motion", "colour context", "motion context"], evidence: [0, 1],
      fractions: [0.5, 0.5])
    return [
      Figure.loadings(of: network, statistics: circuit.statistics, labels: labels),
      Figure.covariances(of: circuit.statistics),
      Figure.trajectories(network: full, manifold: exact, circuit: reduced),
      Figure.errorLadder(budget, band: nil),
      rank == 1
        ? Figure.phaseLine(
          manifold: manifold, circuit: circuit, portraits: portraits, visited: [full, reduced])
        : rank == 2
          ? Figure.phasePlane(
            manifold: manifold, circuit: circuit, portraits: portraits, network: full, reduced: reduced)
          : try #require(
            Figure.phaseProjection(portraits: portraits, network: full, reduced: reduced)),
      Figure.modulation(contexts(), names: names, rank: 1),
      Figure.routes(contexts(), names: names, rank: 1),
      Figure.psychometric(
        ["colour", "motion"].map {
          PsychometricCurve(
            panel: "colour context", quantity: $0, values: [-1, 1], network: [-1, 1], circuit: [1, 1],
            asShare: true)
        }, asShare: true),
      Figure.bands(
        try TrajectoryBands(
          of: network, labels: labels, stimulus: stimulus, own: full, alpha: 0.2, replicates: 20, seed: seed),
        network: full, circuit: reduced, shown: [(0, "trial 1"), (2, "trial 3")]),
      Figure.closures(
        try ClosureTable(
          of: network,
          candidates: [
            ClosureTable.Candidate(
              name: "moments", populations: 1, dynamics: try EffectiveCircuit(of: network)),
            ClosureTable.Candidate(name: "moments", populations: 2, dynamics: circuit),
          ], conditions: TestCondition.around(trials, seed: seed), simulation: simulation)),
    ]
  }

  private func portrait(_ panel: TaskPanel, _ manifold: ManifoldDynamics, _ circuit: EffectiveCircuit) throws
    -> EpochPortrait
  {
    var search = FixedPointSearch()
    search.starts = 16
    search.budget = 200
    return EpochPortrait(
      panel: panel, manifold: try search.fixedPoints(of: manifold, input: panel.input),
      circuit: try search.fixedPoints(of: circuit, input: panel.input))
  }
}

/// What the two contexts of a circuit made for them do.
private func contexts() -> [ContextModulation] {
  let (circuit, stimulus) = twoContextCircuit()
  let states = Simulation(alpha: 0.2, keepsStates: true).run(circuit, under: stimulus).states ?? []
  return ["colour context", "motion context"].enumerated().map { trial, name in
    ContextModulation(
      of: circuit, states: states, steps: 20,
      group: ContextModulation.Group(name: name, trials: [trial], windows: [10..<20]))
  }
}
