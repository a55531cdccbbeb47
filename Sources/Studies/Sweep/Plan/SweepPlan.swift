// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// "Which runs does this grid make?": writes the folder of a sweep.
///
///     let plan = try SweepPlan(grid: "grid.yaml", output: "runs").run(commands: table)
///
/// Writes tasks.tsv, plan.json, Snakefile and array.sbatch; runs nothing.
public struct SweepPlan: Codable, Sendable {
  /// The grid's file.
  public var grid: String
  /// The folder, RUNS.
  public var output: String
  /// What a batch system is asked for.
  public var resources: SweepResources
  /// The command that will run the rows.
  public var executable: String

  /// A plan.
  public init(
    grid: String, output: String, resources: SweepResources = SweepResources(), executable: String = "kappa"
  ) {
    self.grid = grid
    self.output = output
    self.resources = resources
    self.executable = executable
  }

  /// What was planned. Its JSON is that of `kappa sweep plan`.
  public struct Result: Codable, Sendable {
    /// A key with more than one value.
    public struct Axis: Codable, Sendable {
      /// The option's long name, `task` or `network`.
      public let key: String
      /// How many values it has.
      public let count: Int
      /// The first and the last of them.
      public let first, last: String?
    }

    /// What is run.
    public let command: String
    /// How many runs there are.
    public let count: Int
    /// Those of them that are finished already, where a sweep was planned again.
    public let finished: Int
    /// What differs between them, the slowest first.
    public let axes: [Axis]
    /// What was written.
    public let files: [String]
  }

  /// How many combinations of values are looked at before a plan is written.
  private static let mostChecks = 200

  /// Writes the folder.
  ///
  /// A folder that holds rows already is planned again only as the same sweep, or as one with more rows after them.
  ///
  /// - Parameter commands: what can be run.
  /// - Throws: `StudyError`; nothing is then written.
  public func run(commands: [SweptCommand]) throws(StudyError) -> Result {
    try resources.validate()
    guard !output.isEmpty else {
      throw StudyError(.usage, "output", "expected the name of a folder, found an empty one")
    }
    let grid = try SweepGrid(
      StudyError.converting { try TextFile.read(self.grid, limit: GridText.largest) }, name: self.grid,
      commands: commands)
    if let command = commands.first(where: { $0.name == grid.command }) { try check(grid, command) }
    let folder = SweepFolder(output)
    let tasks = SweepTasks(grid)
    let finished = try finishedRows(folder, beside: tasks)
    try write(tasks, grid: grid, to: folder)
    return Result(
      command: grid.command, count: tasks.count, finished: finished,
      axes: grid.axes.filter { $0.values.count > 1 }.map {
        Result.Axis(
          key: $0.key, count: $0.values.count, first: $0.values.first ?? nil, last: $0.values.last ?? nil)
      },
      files: Self.files.map { folder.file($0) })
  }

  private static let files = ["tasks.tsv", "plan.json", "Snakefile", "array.sbatch"]

  /// Lets the command refuse values: those of each key beside the first of all others, the ends of long lists.
  private func check(_ grid: SweepGrid, _ command: SweptCommand) throws(StudyError) {
    var seen: Set<[SweepSetting]> = []
    let first = grid.axes.map { SweepSetting($0.key, $0.values.first ?? nil) }
    for (place, axis) in grid.axes.enumerated() {
      let half = Self.mostChecks / 2
      let values =
        axis.values.count <= Self.mostChecks
        ? axis.values : axis.values.prefix(half) + axis.values.suffix(half)
      for value in values {
        var settings = first
        settings[place] = SweepSetting(axis.key, value)
        guard seen.insert(settings).inserted else { continue }
        do {
          try command.check(command.arguments(settings))
        } catch {
          let reason = (error as? StudyError)?.description ?? "\(error)"
          throw StudyError(.badData, self.grid, "\(axis.key): \(value ?? "null"): \(reason)")
        }
      }
    }
  }

  /// How many rows of the folder are finished; rows of another sweep are not overwritten.
  private func finishedRows(_ folder: SweepFolder, beside tasks: SweepTasks) throws(StudyError) -> Int {
    let rows = (try? FileManager.default.contentsOfDirectory(atPath: folder.file("rows"))) ?? []
    let numbers = rows.compactMap { Int($0) }
    guard !numbers.isEmpty else { return 0 }
    let old = try SweepTasks(of: folder)
    guard old.command == tasks.command, old.keys == tasks.keys, old.count <= tasks.count,
      old.rows.elementsEqual(tasks.rows.prefix(old.count))
    else {
      throw StudyError(
        .cannotWrite, folder.path,
        "expected an empty folder, or the same sweep with no or more rows after it, found \(numbers.count) rows of another "
          + "sweep: give another folder")
    }
    return numbers.count { folder.isFinished($0) }
  }

  private func write(_ tasks: SweepTasks, grid: SweepGrid, to folder: SweepFolder) throws(StudyError) {
    try SweepFolder.make(folder.path)
    try SweepFolder.make(folder.file("logs"))
    try SweepFolder.make(folder.file("rows"))
    let here = FileManager.default.currentDirectoryPath
    guard let place = FileWriter.realPath(folder.path) else {
      throw StudyError(.cannotWrite, folder.path, "expected to make this folder, found that it is gone")
    }
    guard !place.unicodeScalars.contains(where: { $0.value < 32 }) else {
      throw StudyError(
        .cannotWrite, folder.path, "expected a name without line breaks, which a script would break at")
    }
    let scripts = SweepScripts(
      count: tasks.count, resources: resources, executable: executable, folder: place)
    let record = SweepRecord(
      command: grid.command, rows: tasks.count, base: SweepRecord.way(from: place, to: here), grid: grid.axes)
    let texts = [
      tasks.text, try StudyJSON.text(record) + "\n", scripts.snakefile, scripts.array,
    ]
    for (name, text) in zip(Self.files, texts) {
      try StudyError.converting { try FileWriter.write(text, to: folder.file(name), protecting: [self.grid]) }
    }
  }
}
