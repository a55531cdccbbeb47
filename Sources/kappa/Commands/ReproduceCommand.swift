// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import NetworkFiles
import Report
import Studies

/// `kappa reproduce`: published numbers beside ours.
struct ReproduceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce", abstract: "Published results of the field, reproduced.",
    discussion: """
      For each paper the published number, the one found here, and whether they agree; what is not reproduced, and why. \
      Papers: \(Reproduction.Paper.allCases.map(\.rawValue).joined(separator: ", ")).

      Examples: kappa reproduce
                kappa reproduce beiran-2021 -o reproduced
      """)

  @Argument(help: ArgumentHelp("Papers. (default: all)", valueName: "name"))
  var papers: [Reproduction.Paper] = []

  @Option(help: "Seed of drawn matrices.")
  var seed: UInt64 = 1

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp("Folder for the page, reproduced.html, with its figures.", valueName: "dir"))
  var output: String?

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func run() throws {
    let name = "reproduced.html"
    let folder = try output.map { try OutputFolder($0, writing: [name], keeping: []) }
    let study = Reproduction(papers: papers.isEmpty ? Reproduction.Paper.allCases : papers, seed: seed)
    let result = try study.run(observer: ConsoleObserver())
    try folder?.fill([name]) { place in
      var document = result.document
      let drawn = try FigureFolder(path: place + "/figures").write(document.figures)
      for problem in drawn.problems { Console.warn(problem) }
      document.remarks += drawn.problems
      try FileWriter.write(
        HTMLRenderer(pictures: drawn.pictures, folder: "figures").page(document), to: place + "/" + name)
    }
    if json { try printJSON(result) } else { Console.print(result.document) }
    if !result.agrees {
      throw StudyError(.software, "", "expected all numbers to agree, found some that do not: see the table")
    }
  }
}

extension Reproduction.Paper: ExpressibleByArgument {}
