// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import NetworkFiles

/// "Run this row": one row of a sweep in this process.
///
///     try SweepRow(folder: "runs", task: 7).run(commands: table)
///
/// The row's files are written whole and its `row.json` last, so that a row is finished or not. A finished row is left as
/// it is. A row that was stopped, by its observer or in whatever other way, goes on from its last checkpoint and ends in
/// the same bits as one that was not.
public struct SweepRow: Codable, Sendable {
  /// RUNS.
  public var folder: String
  /// The row's number, from 1.
  public var task: Int
  /// How many threads; no result depends on it.
  public var threads: Int

  /// A row.
  public init(folder: String, task: Int, threads: Int = 1) {
    self.folder = folder
    self.task = task
    self.threads = threads
  }

  /// What came of it. Its JSON is that of `kappa sweep run --task`.
  public struct Result: Codable, Sendable {
    /// The row's number.
    public let row: Int
    /// Whether there was nothing left to do.
    public let wasFinished: Bool
    /// How long this process took.
    public let rowSeconds: Double
    /// What the row says.
    public let rowFile: String
  }

  /// Where paths in the grid begin: whoever runs rows in a process of their own makes it its working folder.
  ///
  /// - Throws: a `StudyError` when the folder is no sweep's.
  public static func workingFolder(of folder: String) throws(StudyError) -> String {
    let base = try SweepRecord(of: SweepFolder(folder)).base
    return base.hasPrefix("/") ? base : SweepFolder(folder).file(base)
  }

  /// Whether the row is finished. The answer costs one look at the disk.
  public var isFinished: Bool { SweepFolder(folder).isFinished(task) }

  /// Runs the row.
  ///
  /// - Throws: `StudyError`; of kind `cancelled` when the observer called it off, with a checkpoint as far as the command
  ///   makes them.
  public func run(commands: [SweptCommand], observer: some Observer = SilentObserver()) throws(StudyError)
    -> Result
  {
    guard (1...1024).contains(threads) else {
      throw StudyError(.usage, "threads", "expected 1 to 1024, found \(threads).")
    }
    let place = SweepFolder(folder)
    let clock = ContinuousClock.now
    func result(wasFinished: Bool) -> Result {
      Result(
        row: task, wasFinished: wasFinished, rowSeconds: (ContinuousClock.now - clock).seconds,
        rowFile: "rows/\(task)/row.json")
    }
    if isFinished { return result(wasFinished: true) }
    let tasks = try SweepTasks(of: place)
    let settings = try tasks.settings(task)
    guard let command = commands.first(where: { $0.name == tasks.command }) else {
      throw StudyError(
        .badData, place.file("tasks.tsv"),
        "expected one of \(commands.map(\.name).joined(separator: ", ")), found \(tasks.command)")
    }
    let own = place.row(task)
    try SweepFolder.make(own)
    let lock = try RowLock(own, row: task)
    // It may have been finished since.
    if isFinished { return result(wasFinished: true) }
    // Why an earlier run failed is not why this one does.
    unlink(place.failure(task))
    let log = RowLog(own)
    log.add("started")
    do {
      let answer = try StudyError.converting {
        try command.run(
          command.arguments(settings), SweptCommand.Place(folder: own, threads: threads), observer)
      }
      try write(answer, tasks.command, settings, (ContinuousClock.now - clock).seconds, to: place)
      log.add("finished")
      lock.remove()
      return result(wasFinished: false)
    } catch {
      log.add(error.kind == .cancelled ? "stopped" : "failed")
      if error.kind != .cancelled {
        // The reason is for those who look at the table; that it cannot be written is not the news.
        try? FileWriter.write(error.description + "\n", to: place.failure(task))
      }
      throw error
    }
  }

  private func write(
    _ answer: SweptCommand.Answer, _ command: String, _ settings: [SweepSetting], _ seconds: Double,
    to place: SweepFolder
  ) throws(StudyError) {
    guard let tree = JSONTree(Array(answer.json.utf8)) else {
      throw StudyError(
        .software, place.row(task), "expected a JSON document of `kappa \(command)`, found another text")
    }
    var members: [(name: String, value: SweepValue)] = [("row", .whole(task)), ("command", .text(command))]
    for setting in settings {
      if let value = setting.value { members.append((setting.key, SweepValue(value))) }
    }
    let taken = Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.value) })
    for column in ResultColumns.columns(tree, of: command) {
      // What a result repeats stands there once; where it says something else (rank auto, found 2), both do.
      guard let given = taken[column.name] else {
        members.append(column)
        continue
      }
      if given.text != column.value.text, given.number == nil || given.number != column.value.number {
        members.append(("result.\(column.name)", column.value))
      }
    }
    for (name, file) in answer.files.sorted(by: { $0.key < $1.key }) {
      members.append(("\(name)File", .text("rows/\(task)/\(file)")))
    }
    members.append(("rowSeconds", .number(seconds)))
    let text = JSONTree.text(flat: members)
    try StudyError.converting { try FileWriter.write(text, to: place.result(task), synchronised: true) }
  }
}

/// When a row was started, stopped and finished: a line each, for those who want to know what a cluster did.
private struct RowLog {
  private let path: String

  init(_ folder: String) { path = folder + "/log.txt" }

  func add(_ what: String) {
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    var buffer = [CChar](repeating: 0, count: 32)
    strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
    let stamp = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let line = Array("\(stamp) \(what), process \(getpid())\n".utf8)
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { return }
    _ = line.withUnsafeBytes { LibC.write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
  }
}
