// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// A question about a network or circuit: a request that can be written down, and that answers itself.
///
///     let result = try Compare(task: "perceptual-decision").run(on: Subject(file: "trained.npz"))
///     print(result.circuit.outputs[0].relative)
///
/// Nothing is printed, no process ends, no environment is read. The same request on the same subject gives the same
/// result, whatever the number of threads.
public protocol Study: Codable, Sendable {
  /// The answer. What it encodes is the JSON of the command of the same name.
  associatedtype Result: Sendable

  /// Refuses what makes no sense, before any work is done.
  ///
  /// - Throws: a `StudyError` of kind `usage` whose quantity is the request's field.
  func validate() throws(StudyError)

  /// Answers the question.
  ///
  /// - Parameters:
  ///   - subject: the network or circuit.
  ///   - observer: is told of progress and remarks, and may call the work off.
  /// - Throws: `StudyError`.
  func run(on subject: Subject, observer: some Observer) throws(StudyError) -> Result
}

extension Study {
  /// Answers the question; the result holds its remarks.
  public func run(on subject: Subject) throws(StudyError) -> Result {
    try run(on: subject, observer: SilentObserver())
  }
}
