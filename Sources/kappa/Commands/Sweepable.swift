// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import NetworkFiles
import Studies

/// A command that a sweep can run.
protocol Sweepable: ParsableCommand {
  /// The key of the positional argument.
  static var sweepSubject: String { get }
  /// What the command asks for and a sweep gives itself.
  static var ownArguments: [String] { get }
  /// Refuses what parsing alone does not.
  func checkForSweep() throws
  /// Runs in a row's folder.
  func answer(in place: SweptCommand.Place, observer: any Observer) throws -> SweptCommand.Answer
}

extension SweptCommand {
  /// The table of commands that a sweep can run: a new one is one more type here.
  static func table() throws -> [SweptCommand] {
    try [
      entry(TrainCommand.self), entry(FitCommand.self), entry(DistillCommand.self), entry(MergeCommand.self),
      entry(BulkCommand.self),
    ]
  }

  private static func entry<Command: Sweepable>(_ command: Command.Type) throws -> SweptCommand {
    let alone = "a sweep gives each row its own: leave it out"
    @Sendable func parsed(_ arguments: [String]) throws -> Command {
      do {
        return try Command.parse(Command.ownArguments + arguments)
      } catch {
        let text = Command.message(for: error).split(separator: "\n").joined(separator: " ")
        throw StudyError(.usage, "", text)
      }
    }
    return SweptCommand(
      name: Command._commandName, subject: Command.sweepSubject,
      instead: Command.sweepSubject == "task" ? ["trials"] : [],
      options: try kinds(described: Command._dumpHelp()),
      managed: [
        "output": alone, "resume": alone, "json": alone, "pdf": alone, "figures": alone,
        "threads": "give it to `kappa sweep run`: leave it out",
      ],
      check: { try parsed($0).checkForSweep() },
      run: { try parsed($0).answer(in: $1, observer: $2) })
  }
}

extension Sweepable {
  static var ownArguments: [String] { [] }
  func checkForSweep() throws {}
}

extension TrainCommand: Sweepable {
  static let sweepSubject = "task"
  static let ownArguments = ["--output=\(Train.networkFile)"]
  func checkForSweep() throws { try request().checkSource() }
  func answer(in place: SweptCommand.Place, observer: any Observer) throws -> SweptCommand.Answer {
    try request().answer(in: place, observer: observer)
  }
}

extension FitCommand: Sweepable {
  static let sweepSubject = "network"
  static let ownArguments = ["--output=\(Train.networkFile)"]
  func answer(in place: SweptCommand.Place, observer: any Observer) throws -> SweptCommand.Answer {
    // What a run that was interrupted left in the folder goes on; a file that is none of it is made anew.
    let path = place.folder + "/" + Train.networkFile
    let isLeft = (try? UnfinishedFit(reading: path)) != nil
    let result = try result(
      observer: observer, threads: place.threads, output: path, resume: isLeft ? path : nil)
    return SweptCommand.Answer(json: try StudyJSON.text(result), files: ["network": Train.networkFile])
  }
}

extension DistillCommand: Sweepable {
  static let sweepSubject = "network"
  func answer(in place: SweptCommand.Place, observer: any Observer) throws -> SweptCommand.Answer {
    try study(depth: .summary).answer(on: subject(observer: observer), in: place, observer: observer)
  }
}

extension MergeCommand: Sweepable {
  static let sweepSubject = "network"
  func answer(in place: SweptCommand.Place, observer: any Observer) throws -> SweptCommand.Answer {
    let result = try result(observer: observer, threads: place.threads)
    try NPZFile.write(result.arrays, to: place.folder + "/" + Train.networkFile)
    return SweptCommand.Answer(json: try StudyJSON.text(result), files: ["network": Train.networkFile])
  }
}

extension BulkCommand: Sweepable {
  static let sweepSubject = "network"
  func answer(in place: SweptCommand.Place, observer: any Observer) throws -> SweptCommand.Answer {
    let subject = try Subject(file: circuit, reading: reading.request, observer: observer)
    return try study().answer(on: subject, in: place, observer: observer)
  }
}
