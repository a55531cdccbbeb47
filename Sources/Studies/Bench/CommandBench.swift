// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Benchmarking
import LibC
import LowRank
import NetworkFiles

/// What people wait for: whole commands, each a process of its own, from its start to its files.
///
/// The networks are made on the spot, in a folder of their own that goes afterwards: one trained for the perceptual
/// decision and one of 512 units that gates two stimuli by context. Commands take turns over the rounds.
struct CommandBench {
  /// The path of the command.
  let program: String
  /// How often each command is run.
  let rounds: Int

  /// A command and what it works on.
  private struct Case {
    let name: String
    /// N.
    let units: Int
    let arguments: [String]
  }

  private static let cases: [Case] = {
    let decision = ["decision.npz", "--task", "perceptual-decision"]
    let context = ["context.npz", "--task", "context-dependent-decision"]
    return [
      Case(
        name: "train, 1000 updates", units: 128,
        arguments: [
          "train", "perceptual-decision", "--updates", "1000", "--seed", "4", "-o", "decision.npz",
        ]),
      Case(
        name: "make", units: 512,
        arguments: ["make", "context-gating", "--units", "512", "-o", "context.npz"]),
      Case(name: "inspect", units: 512, arguments: ["inspect"] + context),
      Case(name: "simulate, network", units: 512, arguments: ["simulate"] + context + ["-o", "z.npz"]),
      Case(
        name: "simulate, circuit", units: 512,
        arguments: ["simulate"] + context + ["--dynamics", "circuit", "-o", "z.npz"]),
      Case(name: "compare", units: 512, arguments: ["compare"] + context),
      Case(name: "fixed-points", units: 512, arguments: ["fixed-points", "context.npz"]),
      Case(name: "structure", units: 512, arguments: ["structure", "context.npz"]),
      Case(name: "ablate", units: 512, arguments: ["ablate"] + context + ["--populations", "2"]),
      Case(name: "distill", units: 128, arguments: ["distill"] + decision),
      Case(name: "distill, with page", units: 128, arguments: ["distill"] + decision + ["-o", "decision"]),
      Case(name: "distill, with page", units: 512, arguments: ["distill"] + context + ["-o", "context"]),
    ]
  }()

  /// What a run took.
  private struct Run {
    /// User and system time, of the programs it started, too, in seconds.
    var processor: Double
    /// In seconds.
    var elapsed: Double
    /// The most memory it held, in bytes.
    var memory: Double
  }

  /// Runs all commands.
  ///
  /// - Parameters:
  ///   - observer: told how far it is; may call it off.
  /// - Returns: the time of 2·10⁷ of the C library's tanh, to compare machines by, and then one measurement a command:
  ///   the median of its processor time, with the medians of elapsed time and memory.
  /// - Throws: a `StudyError` when a command cannot be started or fails, and when it is called off.
  func measure(observer: some Observer) throws(StudyError) -> [Measurement] {
    let folder: ScratchFolder
    do { folder = try ScratchFolder(in: place) } catch { throw StudyError(error) }
    defer { folder.remove() }
    var runs = [[Run]](repeating: [], count: Self.cases.count)
    var reference: [Double] = []
    for round in 0..<rounds {
      reference += Stopwatch(rounds: 1, minimumSample: 0).medians(of: [Self.tanhs])
      for (index, item) in Self.cases.enumerated() {
        let share = Double(round * Self.cases.count + index) / Double(rounds * Self.cases.count)
        observer.report(Progress(title: "running commands", part: item.name, share: share))
        runs[index].append(try run(item, in: folder.path, observer: observer))
      }
    }
    observer.report(Progress(title: "running commands", share: 1))
    let section = BenchmarkSection.command.rawValue
    let first = Measurement(
      what: section, variant: "2·10⁷ of libm's tanh", size: 1,
      nanoseconds: reference.sorted().quantile(0.5) * 1e9,
      note: "to compare machines by")
    return [first]
      + zip(Self.cases, runs).map { item, runs in
        let elapsed = runs.map(\.elapsed).sorted().quantile(0.5)
        let memory = runs.map(\.memory).sorted().quantile(0.5)
        return Measurement(
          what: section, variant: item.name, size: item.units,
          nanoseconds: runs.map(\.processor).sorted().quantile(0.5) * 1e9,
          note: "elapsed \((elapsed * 100).rounded() / 100) s, \(Int(memory / 1e6)) MB")
      }
  }

  /// Where the folder is made.
  private var place: String { getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" }

  private static func tanhs() {
    var sum = 0.0
    for i in 0..<20_000_000 { sum += tanh(Double(i) * 3e-7 - 3) }
    // A sum that nobody needs would not be computed.
    precondition(sum.isFinite, "tanh is bounded")
  }

  /// Runs a command to its end.
  private func run(_ item: Case, in folder: String, observer: some Observer) throws(StudyError) -> Run {
    let log = folder + "/said"
    let start = ContinuousClock.now
    let words = ["sh", "-c", #"cd "$1" && shift && exec "$@""#, "sh", folder, program] + item.arguments
    let process: pid_t
    switch ProgramStart(words, path: "/bin/sh", descriptors: [(1, .new(log)), (2, .same(as: 1))]).start() {
    case .success(let number): process = number
    case .failure(let error): throw failure(item, String(cString: strerror(error.code)))
    }
    var status: Int32 = 0
    var usage = rusage()
    while true {
      let answer = wait4(process, &status, WNOHANG, &usage)
      if answer == process { break }
      if answer < 0 && errno != EINTR { throw failure(item, String(cString: strerror(errno))) }
      if observer.isCancelled {
        kill(-process, SIGKILL)
        while wait4(process, &status, 0, &usage) < 0 && errno == EINTR {}
        try observer.check()
      }
      var pause = timespec(tv_sec: 0, tv_nsec: 1_000_000)
      nanosleep(&pause, nil)
    }
    let elapsed = ContinuousClock.now - start
    guard status == 0 else {
      let said = (try? TextFile.read(log, limit: 1 << 20)) ?? ""
      throw failure(item, said.split(separator: "\n").last.map(String.init) ?? "status \(status)")
    }
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
    // Linux counts in kilobytes, Darwin in bytes.
    #if canImport(Darwin)
      let unit = 1.0
    #else
      let unit = 1024.0
    #endif
    return Run(
      processor: seconds(usage.ru_utime) + seconds(usage.ru_stime),
      elapsed: elapsed / .seconds(1), memory: Double(usage.ru_maxrss) * unit)
  }

  private func failure(_ item: Case, _ found: String) -> StudyError {
    StudyError(
      .software, program,
      "expected `kappa \(item.arguments.joined(separator: " "))` to end with 0, found: \(found)")
  }
}
