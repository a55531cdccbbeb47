// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import NetworkFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// "Run all rows on this machine": each in a process of its own, so many at a time.
///
///     let done = try SweepRun(folder: "runs", executable: "/usr/local/bin/kappa", threads: 4).run()
///
/// Snakemake hands them out where it is given; otherwise this process does, in order, to as many processes of the command.
/// Either way a row is run by `sweep run RUNS --task I`.
public struct SweepRun: Codable, Sendable {
  /// RUNS.
  public var folder: String
  /// The command that runs a row.
  public var executable: String
  /// How many cores all rows share; `nil` for all of them.
  public var threads: Int?
  /// The path of Snakemake, which hands out the rows; `nil` does without it.
  public var snakemake: String?

  /// All rows of a sweep.
  public init(folder: String, executable: String, threads: Int? = nil, snakemake: String? = nil) {
    self.folder = folder
    self.executable = executable
    self.threads = threads
    self.snakemake = snakemake
  }

  /// What came of it. Its JSON is that of `kappa sweep run`.
  public struct Result: Codable, Sendable {
    /// How many rows there are, how many are finished, and how many were before.
    public let count, finished, finishedBefore: Int
    /// Those that failed, with the reason of each.
    public let failed: [Failure]
    /// Who handed them out: kappa or snakemake.
    public let runner: String
    /// How long all of it took.
    public let sweepSeconds: Double
  }

  /// A row that failed.
  public struct Failure: Codable, Sendable, Hashable {
    /// Its number.
    public let row: Int
    /// Why.
    public let reason: String
  }

  /// Runs what is not finished.
  ///
  /// - Throws: a `StudyError` of kind `cancelled` when the observer called it off: every running row was then told to stop,
  ///   and has. That rows failed is no error of the sweep; the result says which.
  public func run(observer: some Observer = SilentObserver()) throws(StudyError) -> Result {
    if let threads, !(1...1024).contains(threads) {
      throw StudyError(.usage, "threads", "expected 1 to 1024, found \(threads).")
    }
    let place = SweepFolder(folder)
    let tasks = try SweepTasks(of: place)
    let clock = ContinuousClock.now
    let open = (1...tasks.count).filter { !place.isFinished($0) }
    let cores = threads ?? ProcessInfo.processInfo.activeProcessorCount
    let meter = Meter("running rows", total: max(1, open.count), observer)
    defer { meter.finish() }
    try SweepFolder.make(place.file("logs"))
    if !open.isEmpty {
      if let snakemake {
        try run(
          [snakemake] + Self.snakemakeOptions(cores, place), log: place.file("logs/snakemake.txt"), observer)
      } else {
        try runHere(open, place, cores: cores, meter, observer)
      }
    }
    try observer.check()
    let failed = open.filter { !place.isFinished($0) }.map { row in
      let reason = try? TextFile.read(place.failure(row), limit: 1 << 16)
      return Failure(
        row: row,
        reason: (reason
          ?? "it ended without a word: see logs/\(snakemake == nil ? "\(row)" : "snakemake").txt")
          .trimmingSuffix { $0.isNewline })
    }
    return Result(
      count: tasks.count, finished: tasks.count - failed.count, finishedBefore: tasks.count - open.count,
      failed: failed, runner: snakemake == nil ? "kappa" : "snakemake",
      sweepSeconds: (ContinuousClock.now - clock).seconds)
  }

  private static func snakemakeOptions(_ cores: Int, _ place: SweepFolder) -> [String] {
    [
      "--snakefile", place.file("Snakefile"), "--directory", place.path, "--cores", "\(cores)",
      "--keep-going",
      "--rerun-incomplete", "--nolock", "--quiet",
    ]
  }

  /// Hands the rows out to processes of the command, each on one core.
  private func runHere(
    _ rows: [Int], _ place: SweepFolder, cores: Int, _ meter: Meter, _ observer: some Observer
  ) throws(StudyError) {
    var waiting = rows[...]
    var running: [RowProcess] = []
    while true {
      while running.count < cores, !observer.isCancelled, let row = waiting.popFirst() {
        running.append(
          try RowProcess(
            [
              executable, "sweep", "run", place.path, "--task", "\(row)", "--threads", "1", "--parent",
              "\(getpid())",
            ], log: place.file("logs/\(row).txt")))
      }
      if running.isEmpty { return }
      let count = running.count
      running.removeAll { $0.hasEnded }
      for _ in running.count..<count { meter.advance() }
      if running.count == count { wait(for: running, observer) }
    }
  }

  /// Runs a program to its end.
  private func run(_ arguments: [String], log: String, _ observer: some Observer) throws(StudyError) {
    // Snakemake may wait for ever for a child that the signal met before it had become a row.
    let process = try RowProcess(arguments, log: log, patience: .seconds(20))
    while !process.hasEnded { wait(for: [process], observer) }
  }

  /// Waits a little; tells programs to stop when nobody wants the answer any more.
  private func wait(for processes: [RowProcess], _ observer: some Observer) {
    if observer.isCancelled { for process in processes { process.stop() } }
    var pause = timespec(tv_sec: 0, tv_nsec: 2_000_000)
    nanosleep(&pause, nil)
  }
}

extension String {
  /// Without what stands at the end and fits.
  fileprivate func trimmingSuffix(while fits: (Character) -> Bool) -> String {
    var text = Substring(self)
    while let last = text.last, fits(last) { text.removeLast() }
    return String(text)
  }
}
