// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import LowRank
import Studies

extension Kappa {
  /// Prints an error as one line on stderr and ends the process with the code it stands for.
  ///
  /// - Parameter subject: the file that the command is about, for errors that do not know it.
  static func end(with error: any Error, subject: String?) -> Never {
    if let error = StudyError(known: error, about: subject ?? "") {
      if error.kind == .cancelled, let code = Interrupts.exitCode {
        Console.error(Interrupts.message)
        exit(withError: ExitCode(code))
      }
      Console.error(OptionNames.line(error))
      exit(withError: ExitCode(error.kind.exitCode))
    }
    // What is left is the argument parser's own: help and version (exit code 0), and mistakes of usage (64).
    let code = exitCode(for: error)
    if code == .success { exit(withError: error) }
    var message = Self.message(for: error).split(separator: "\n").joined(separator: " ")
    if let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-"), !commandNames.contains(word)
    {
      message =
        "kappa \(word): expected one of \(commandNames.joined(separator: ", "))"
        + (nearest(word, among: commandNames).map { ": did you mean \($0)?" } ?? "")
    }
    if let better = negativeValue(in: message) { message = better }
    Console.error(message + " (kappa --help shows the commands, kappa COMMAND --help their options)")
    exit(
      withError: ExitCode(
        (code == .validationFailure ? StudyError.Kind.usage : .software).exitCode))
  }

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
}
