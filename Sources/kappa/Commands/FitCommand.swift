// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import Fitting
import NetworkFiles
import Report
import Studies

/// `kappa fit`: a low-rank network fitted to activity.
struct FitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit", abstract: "Fit a low-rank network to the activity of a network.",
    discussion: """
      The rates of the file's network, full rank or not, on training trials are the target; m, n and I are fitted by the \
      exact gradient through time, from the best of several closed starts. NET.npz is a network like any other: \
      distill, fixed-points and ablate take it.

      Until it is one, the file holds the fit as far as it has come: an interrupted run continues with --resume, into \
      another file, and ends in the same bits. Threads change no bit either.
      """)

  @Argument(help: ArgumentHelp("The network: .npz, .pt, .pth, .pkl or .mat.", valueName: "network"))
  var input: String

  @OptionGroup(title: "Trials") var running: TrialOptions

  @Option(help: ArgumentHelp("R, or auto: chosen by prediction. (default: auto)", valueName: "r|auto"))
  var rank: Fit.Rank = .automatic

  @Option(help: "The largest rank that auto tries.")
  var largestRank = 6

  @Option(
    help: ArgumentHelp(
      "What is fitted: m, n, I, bias (inside φ), x0 (initial state), gain, offset (of every neuron).",
      valueName: "m,n,I,…"))
  var free = "m,n,I"

  @Option(help: "Folds of the prediction by which auto chooses.")
  var folds = 4

  @Option(help: "How many starts are raced against one another.")
  var starts = 3

  @Option(help: "How many more fits begin elsewhere, to tell what of the fit is determined; 0 for none.")
  var repeats = 2

  @Option(
    help: ArgumentHelp(
      "Go on with the fit in this file, which was interrupted: the other options as they were, another -o.",
      valueName: "net.npz"))
  var resume: String?

  @Option(help: "Write the unfinished fit after every so many updates.")
  var interval = 100

  @Option(help: "How many threads. (default: all cores; results do not depend on it)")
  var threads: Int?

  @OptionGroup(title: "Reading the network") var reading: ReadingOptions

  @Option(
    name: [.customShort("o"), .long], help: ArgumentHelp("The network to write.", valueName: "net.npz"))
  var output: String

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func validate() throws {
    try check { () throws(StudyError) in try study(TrialRequest(task: "-")).validate() }
  }

  func run() throws {
    try checkOutput(output, against: [input, running.trials, resume])
    try show(try result(observer: ConsoleObserver(), threads: threads, output: output, resume: resume))
  }

  /// Fits; `threads` is how many the fit may take.
  func result(observer: some Observer, threads: Int?, output: String, resume: String?) throws -> FitResult {
    var study = try study(try running.request())
    (study.threads, study.output, study.resume) = (threads, output, resume)
    let file = try TensorFile.read(input)
    if ActivityFile.isActivity(file) {
      for (name, isGiven) in [
        ("trials", running.trials != nil), ("task", running.task != nil),
        ("trialCount", running.wantedCount != nil),
      ]
      where isGiven {
        throw StudyError(
          .usage, name,
          "expected a network beside it, found the activity in \(input), which has its own trials")
      }
      return try study.run(
        onActivity: try ActivityFile.read(file, name: input), name: input, reading: reading.request,
        observer: observer)
    }
    try running.require()
    return try study.run(
      on: try Self.subject(input, reading: reading.request, observer: observer), observer: observer)
  }

  /// A network to fit to. What a truncation of J would lose is of no concern: the target is what J itself does.
  static func subject(
    _ path: String, reading: ReadingRequest, observer: some Observer
  ) throws -> Subject {
    let subject = try Subject(networkFile: path, reading: reading)
    for remark in subject.remarks where remark.code.rawValue != ImportRemark.Code.truncated.rawValue {
      observer.remark(remark)
    }
    return subject
  }

  private func show(_ result: FitResult) throws {
    if json { return try printJSON(result) }
    Console.print(Console.style(Console.plain(input), .bold))
    Console.print("  \(Console.plain(result.source))")
    for section in result.sections { Console.print(section) }
    Console.print("\nWrote \(Console.plain(output)) in \(text(result.seconds, digits: 3)) s")
  }

  private func study(_ trials: TrialRequest) throws(StudyError) -> Fit {
    var parts: [ActivityParameters.Part] = []
    for name in free.split(separator: ",", omittingEmptySubsequences: false) {
      guard let part = ActivityParameters.Part(rawValue: String(name)) else {
        throw StudyError(
          .usage, "free",
          "expected some of \(ActivityParameters.Part.allCases.map(\.rawValue).joined(separator: ", ")), found "
            + "\(name)")
      }
      parts.append(part)
    }
    return Fit(
      trials: trials, rank: rank, largestRank: largestRank, free: parts, folds: folds, starts: starts,
      repeats: repeats, threads: threads, interval: interval)
  }
}

extension Fit.Rank: ExpressibleByArgument {
  /// `auto` or a number.
  public init?(argument: String) { self.init(argument) }

  /// As it is typed.
  public var defaultValueDescription: String { number.map(String.init) ?? "auto" }
}
