// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import LibC
import NetworkFiles
import Report
import Studies

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `kappa sweep`: the same command for every combination of some options.
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "One command for every combination of some options, here or on a cluster.",
    discussion: """
      plan reads a grid, a flat YAML file: command (train, fit, distill, merge, bulk), task or network, and options by \
      their long names. A list is an axis, 1..20 an axis of integers:

        command: train
        task: perceptual-decision
        units: [128, 512]
        seed: 1..20

      Rows are finished or not: a finished one is never run again. A training that was stopped or killed goes on from \
      its checkpoint and ends in the same bits; a fit, a distillation, a merging or a bulk has no checkpoint and begins \
      again.

      Example: kappa sweep plan grid.yaml -o runs && kappa sweep run runs && kappa sweep collect runs
      """,
    subcommands: [Plan.self, Run.self, Collect.self, Compare.self])

  struct Plan: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write tasks.tsv, a Snakefile and a Slurm array for the rows of a grid.")

    @Argument(help: ArgumentHelp("The grid.", valueName: "grid.yaml")) var grid: String
    @Option(name: [.customShort("o"), .long], help: ArgumentHelp("The sweep's folder.", valueName: "runs"))
    var output: String
    @Option(help: "Cores of a row.") var cores = 1
    @Option(help: "Memory of a row, as Slurm writes it.") var memory = "2G"
    @Option(help: "How long a row may take, as Slurm writes it.") var time = "01:00:00"
    @Option(help: "How many rows may run at a time on the cluster. (default: all)") var atOnce: Int?
    @Option(help: "Where they run on the cluster. (default: its own)") var partition: String?
    @Flag(help: "Print one JSON document.") var json = false

    func run() throws {
      let resources = SweepResources(
        cores: cores, memory: memory, time: time, atOnce: atOnce, partition: partition)
      let plan = try SweepPlan(grid: grid, output: output, resources: resources, executable: ownPath)
        .run(commands: SweptCommand.table())
      if json { return try printJSON(plan) }
      Console.print(plan.document)
    }
  }

  struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Run one row, or all that are not finished.",
      discussion: """
        --task I runs row I in this process; SIGTERM and SIGUSR1 stop it with a checkpoint (exit code 130). Without it all \
        rows run on this machine, --threads at a time: by Snakemake where it is installed, otherwise by kappa itself.
        """)

    @Argument(help: ArgumentHelp("The sweep's folder.", valueName: "runs")) var folder: String
    @Option(help: "The row, from 1.") var task: Int?
    @Option(help: "Threads of the row (default: 1), or cores that all rows share (default: all).")
    var threads: Int?
    @Flag(help: "Hand the rows out without Snakemake.") var withoutSnakemake = false
    /// The process that hands the rows out: a row stops when that is killed.
    @Option(help: .hidden) var parent: Int32?
    @Flag(help: "Print one JSON document.") var json = false

    func run() throws {
      if let task { return try run(row: task) }
      let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
      let done = try SweepRun(
        folder: folder, executable: ownPath, threads: threads,
        snakemake: withoutSnakemake ? nil : SweepRun.snakemake(in: path)
      ).run(observer: StoppingObserver(passingTo: ConsoleObserver()))
      if json {
        try printJSON(done)
      } else {
        Console.print("\(done.finished) of \(done.count) rows are finished")
      }
      guard let first = done.failed.first else { return }
      throw StudyError(
        .software, folder,
        "expected all rows to finish, found \(done.failed.count) that did not: row \(first.row): \(first.reason)"
      )
    }

    private func run(row: Int) throws {
      // Relative to where the process was started; paths in the grid are relative to where it was planned.
      guard let place = FileWriter.realPath(folder) else {
        throw StudyError(.noInput, folder, "expected the folder of a sweep, found none")
      }
      let study = SweepRow(folder: place, task: row, threads: threads ?? 1)
      if study.isFinished && !json { return }
      let base = try SweepRow.workingFolder(of: place)
      guard FileManager.default.changeCurrentDirectoryPath(base) else {
        throw StudyError(.noInput, base, "expected the folder that the sweep was planned in, found none")
      }
      let done = try study.run(
        commands: SweptCommand.table(),
        observer: StoppingObserver(passingTo: ConsoleObserver(), parent: parent))
      if json { try printJSON(done) }
    }
  }

  struct Collect: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "One table of all finished rows (table.csv, table.npz), and a page (report.html).")

    @Argument(help: ArgumentHelp("The sweep's folder.", valueName: "runs")) var folder: String
    @Flag(help: "Print one JSON document.") var json = false

    func run() throws {
      let found = try SweepCollect(folder: folder).run(observer: ConsoleObserver())
      let files = try found.write()
      if json { return Console.print(printableJSON(found.json)) }
      Console.print(found.document)
      for file in files { Console.print(Console.plain(file)) }
    }
  }
}

extension SweepCommand {
  struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "The trained networks of a sweep beside one another: kinds of solution, and what goes with the loss.")

    @Argument(help: ArgumentHelp("The sweep's folder.", valueName: "runs")) var folder: String
    @Option(help: "Trials that all networks run.") var trialCount = 100
    @Flag(help: "Also ePAIRS of loadings and selectivity, and redraws from one Gaussian.") var structure =
      false
    @Option(help: "Redraws of each network.") var redraws = 10
    @Option(help: "Simulated clouds behind each effect size of ePAIRS.") var simulations = 200
    @Option(help: "Seed of everything random.") var seed: UInt64 = 1
    @Flag(help: "Print one JSON document.") var json = false

    func run() throws {
      let study = SweepComparison(
        folder: folder, trialCount: trialCount, structure: structure, redraws: redraws,
        simulations: simulations, seed: seed)
      let report = SweepComparisonReport(try study.run(observer: ConsoleObserver()))
      let files = try report.write(observer: ConsoleObserver())
      if json { return try printJSON(report.result) }
      Console.print(report.document)
      for file in files { Console.print(Console.plain(file)) }
    }
  }
}

/// The path of this command.
var ownPath: String { FileWriter.realPath("/proc/self/exe") ?? CommandLine.arguments[0] }
