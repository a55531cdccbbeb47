// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Fitting
import LowRank
import NetworkFiles
import Tasks

/// Why a question has no answer: one type for all studies.
public struct StudyError: Error, Codable, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, as far as the command's exit code goes.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// The question makes no sense as it was put (exit 64).
    case usage
    /// A file's contents or a network's numbers cannot be used (65).
    case badData
    /// A file is not there or cannot be read (66).
    case noInput
    /// Numerics failed (70).
    case software
    /// A result cannot be written (73).
    case cannotWrite
    /// Whoever asked called it off.
    case cancelled

    /// The exit code of sysexits; 130, as after an interrupt, for what was called off.
    public var exitCode: Int32 {
      switch self {
      case .usage: 64
      case .badData: 65
      case .noInput: 66
      case .software: 70
      case .cannotWrite: 73
      case .cancelled: 130
      }
    }
  }

  /// What is wrong.
  public let kind: Kind
  /// What it is about: a file, a field of a request, or a quantity; may be empty.
  public let quantity: String
  /// What was expected, what was found, and what to do.
  public let text: String

  /// An error about a quantity.
  public init(_ kind: Kind, _ quantity: String, _ text: String) {
    self.kind = kind
    self.quantity = quantity
    self.text = text
  }

  /// One line for a person.
  public var description: String { quantity.isEmpty ? text : "\(quantity): \(text)" }

  /// Any error of the rooms below.
  ///
  /// - Parameter subject: the file that the question is about, for errors that do not know it.
  public init(_ error: any Error, about subject: String = "") {
    self = StudyError(known: error, about: subject) ?? StudyError(.software, subject, "\(error)")
  }

  /// An error of the rooms below, `nil` for one of somewhere else.
  package init?(known error: any Error, about subject: String) {
    switch error {
    case let error as StudyError: self = error
    case let error as FileError:
      let kind: Kind =
        switch error.kind {
        case .noSuchInput: .noInput
        case .badData: .badData
        case .cannotWrite: .cannotWrite
        }
      self.init(
        kind, error.path,
        "expected \(error.expected), found \(error.found)" + (error.advice.map { ", \($0)" } ?? ""))
    case let error as ShapeError: self.init(.badData, subject, error.description)
    case let error as TaskError:
      // The fields of a request by the names that a task has for them.
      let fields = ["noise": "inputNoise", "delay": "delay", "context scale": "contextScale"]
      self.init(.usage, fields[error.quantity, default: ""], error.description)
    case let error as LinearAlgebraError: self.init(.software, subject, error.description)
    case let error as DistillationError: self.init(.software, subject, error.description)
    case let error as QuadratureError: self.init(.software, subject, error.description)
    default: return nil
    }
  }

  /// Runs a piece of a study and gives whatever it throws this type.
  package static func converting<Value>(about subject: String = "", _ body: () throws -> Value)
    throws(StudyError) -> Value
  {
    do { return try body() } catch { throw StudyError(error, about: subject) }
  }
}

extension StudyError {
  /// Refuses a standard deviation of private noise that is none.
  static func checkNoise(_ noise: Double?) throws(StudyError) {
    if let noise, !(noise.isFinite && noise >= 0) {
      throw StudyError(.usage, "noise", "expected a standard deviation of at least 0, found \(noise).")
    }
  }
}
