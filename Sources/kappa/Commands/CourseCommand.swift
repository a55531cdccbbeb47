// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import Report
import Studies

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

  private var study: Course { Course(units: units, updates: updates, networks: networks, seed: seed) }

  func validate() throws { try check(study.validate) }

  func run() throws {
    let folder = try OutputFolder(output, writing: CourseReport.files, keeping: [])
    let start = ContinuousClock.now
    func elapsed() -> Double { (ContinuousClock.now - start).seconds }
    let result = try study.run(program: kappaVersion, observer: ConsoleObserver())
    let files = try CourseReport(result).write(
      to: folder, command: CommandLine.arguments.joined(separator: " "), elapsed: elapsed,
      observer: ConsoleObserver())
    if json { return try printJSON(result) }
    for item in result.sections {
      Console.print(Console.style(item.question.text, .bold))
      Console.printWrapped(item.answer.values.answer)
    }
    Console.print("\nWrote " + files.joined(separator: ", ") + " in \(text(elapsed(), digits: 3)) s")
  }
}
