// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import LowRank
import NetworkFiles
import Report
import Studies
import Tasks
import Training

/// `kappa course`: the course project "Decision making in low-rank recurrent neural networks" from end to end.
struct CourseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "course", abstract: "Run the course project on decision making from end to end.",
    discussion: """
      Trains networks for perceptual decision (rank 1) and parametric working memory (rank 2) with the sheet's own \
      protocol and answers its questions in their order: data, training, connectivity, Gaussian fit and redrawn networks, \
      projections and principal components, equivalent circuit, fixed points, integrator, time scales, controls, the \
      paper's covariances, and what the sheet's slips change. Writes course.html, course.json and figures/ (drawn by \
      gnuplot where it is installed). Every number is computed in the run.

      Example: kappa course -o course
      """)

  @Option(
    name: [.customShort("o"), .long], help: ArgumentHelp("Folder for the results.", valueName: "dir"))
  var output = "kappa-course"

  @Option(help: "Seed of everything random.")
  var seed: UInt64 = 1

  @Option(help: "N of the trained networks.")
  var units = 128

  @Option(help: "Updates of the training; a third of it for decisions. (default: 1000 and 3000)")
  var updates: Int?

  @Option(
    help: "How many networks to train for each task, with seeds that follow one another; the first is shown.")
  var networks = 3

  @Flag(help: "Print course.json instead of the answers.")
  var json = false

  func validate() throws {
    for (name, value, most) in [
      ("--units", units, 4096), ("--networks", networks, 100), ("--updates", updates ?? 3, 1_000_000),
    ] {
      let least = name == "--units" ? 16 : name == "--updates" ? 3 : 1
      if !(least...most).contains(value) {
        throw ValidationError("\(name): expected \(least) to \(most), found \(value).")
      }
    }
  }

  func run() throws {
    let folder = try OutputFolder(output, writing: CourseReport.files, keeping: [])
    let progress = CourseProgress()
    defer { progress.finish() }
    let sections = try sections(progress)
    let document = CourseDocument(
      seed: seed, units: units, networks: networks,
      updates: ["decision": decisionUpdates, "memory": memoryUpdates],
      sections: sections.map {
        CourseDocument.Section(name: $0.name, question: $0.title, answer: $0.answer, values: $0.values)
      })
    progress.show("drawing")
    let files = try CourseReport(
      sections: sections, document: document, arguments: CommandLine.arguments, elapsed: { progress.seconds }
    ).write(to: folder)
    progress.finish()
    if json {
      try printJSON(document)
    } else {
      for section in sections {
        Console.print(Console.style(section.title, .bold))
        Console.printWrapped(section.answer)
      }
      Console.print("\nWrote " + files.joined(separator: ", ") + " in \(text(progress.seconds, digits: 3)) s")
    }
  }

  private var memoryUpdates: Int {
    updates ?? TrainingOptions.recommendedUpdates(for: .parametricWorkingMemory)
  }
  private var decisionUpdates: Int {
    updates.map { $0 / 3 } ?? TrainingOptions.recommendedUpdates(for: .perceptualDecision)
  }

  /// The sheet's questions in their order.
  private func sections(_ progress: CourseProgress) throws -> [CourseSection] {
    let decision = try CourseTask(
      .perceptualDecision, units: units, updates: decisionUpdates, networks: networks, seed: seed,
      progress: progress)
    var sections = [
      decision.dataSection("1"), decision.trainingSection("2"), try decision.connectivitySection("3"),
    ]
    progress.show("perceptual decision: drawing networks from the Gaussian")
    sections += [
      try decision.gaussianSection("4"), try decision.projectionSection("5"), decision.circuitSection("6"),
      try decision.fixedPointSection("7"), try IntegratorSection.section("8", decision: decision),
    ]
    let memory = try CourseTask(
      .parametricWorkingMemory, units: units, updates: memoryUpdates, networks: networks, seed: seed,
      progress: progress)
    sections += [
      memory.dataSection("9a"), memory.trainingSection("9b"), try memory.connectivitySection("10"),
    ]
    progress.show("working memory: drawing networks from the Gaussian")
    sections += [
      try memory.gaussianSection("11"), try memory.projectionSection("12"), memory.circuitSection("13a"),
      try memory.fixedPointSection("13b"), try memory.timeScaleSection("14a"),
      try memory.rankOneSection("14b", updates: memoryUpdates, progress: progress),
    ]
    let slips = SlipSections(decision: decision, memory: memory)
    sections.append(
      try slips.readoutSection("15", units: units, updates: decisionUpdates, progress: progress))
    sections += [try slips.presetSection("16"), try slips.slipSection("17")]
    return sections
  }
}
