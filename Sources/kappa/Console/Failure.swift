// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import Fitting
import LowRank
import NetworkFiles
import Studies
import Tasks

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A failure that the command itself finds: one line, and the exit code of sysexits that it stands for.
struct Failure: Error, CustomStringConvertible {
  /// Exit codes, named as in sysexits.h.
  enum Code: Int32 {
    case usage = 64
    case badData = 65
    case noInput = 66
    case software = 70
    case cannotCreate = 73
  }

  let code: Code
  let description: String

  init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }

  /// Prints an error as one line on stderr and ends the process with the code it stands for.
  ///
  /// - Parameter subject: the file that the command is about, for errors that do not know it.
  static func exit(_ error: any Error, subject: String?) -> Never {
    if let error = error as? StudyError {
      Console.error(OptionNames.line(error))
      Kappa.exit(withError: ExitCode(error.kind.exitCode))
    }
    if let failure = failure(for: error) {
      let isNamed = error is Failure || error is FileError || error is TaskError
      Console.error((isNamed ? "" : subject.map { $0 + ": " } ?? "") + failure.description)
      Kappa.exit(withError: ExitCode(failure.code.rawValue))
    }
    // What is left is the argument parser's own: help and version (exit code 0), and mistakes of usage (64).
    let code = Kappa.exitCode(for: error)
    if code == .success { Kappa.exit(withError: error) }
    var message = Kappa.message(for: error).split(separator: "\n").joined(separator: " ")
    if let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-"),
      !Kappa.commandNames.contains(word)
    {
      message =
        "kappa \(word): expected one of \(Kappa.commandNames.joined(separator: ", "))"
        + (nearest(word, among: Kappa.commandNames).map { ": did you mean \($0)?" } ?? "")
    }
    if let better = negativeValue(in: message) { message = better }
    Console.error(message + " (kappa --help shows the commands, kappa COMMAND --help their options)")
    Kappa.exit(withError: ExitCode(code == .validationFailure ? Code.usage.rawValue : Code.software.rawValue))
  }

  /// The options behind the quantities that a task speaks of.
  private static let optionNames = [
    "noise": "--input-noise: ", "delay": "--delay: ", "context scale": "--context-scale: ",
  ]

  /// An option whose value begins with a hyphen, which the parser takes for another option: `--alpha -1`.
  private static func negativeValue(in message: String) -> String? {
    guard message.contains("Missing value for") else { return nil }
    let words = CommandLine.arguments
    for (option, value) in zip(words, words.dropFirst())
    where option.hasPrefix("-") && value.hasPrefix("-") && Double(value) != nil
      && message.contains("'\(option)")
    {
      return "\(option): expected a number that is not negative, found \(value)."
    }
    return nil
  }

  private static func failure(for error: any Error) -> Failure? {
    switch error {
    case let failure as Failure: failure
    case let error as FileError:
      switch error.kind {
      case .noSuchInput: Failure(.noInput, error.description)
      case .badData: Failure(.badData, error.description)
      case .cannotWrite: Failure(.cannotCreate, error.description)
      }
    case let error as ShapeError: Failure(.badData, error.description)
    case let error as TaskError: Failure(.usage, optionNames[error.quantity, default: ""] + error.description)
    case let error as LinearAlgebraError: Failure(.software, error.description)
    case let error as DistillationError: Failure(.software, error.description)
    case let error as QuadratureError: Failure(.software, error.description)
    default: nil
    }
  }
}
