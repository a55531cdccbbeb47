// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// A file that cannot be used, in words for the person who named it.
public struct FileError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, as far as the command's exit code goes.
  public enum Kind: Sendable, Hashable {
    /// There is no such file, or it cannot be read (exit 66).
    case noSuchInput
    /// Its contents cannot be used (exit 65).
    case badData
    /// It cannot be written (exit 73).
    case cannotWrite
  }

  /// What is wrong.
  public let kind: Kind
  /// The file.
  public let path: String
  /// What was expected.
  public let expected: String
  /// What was found.
  public let found: String
  /// What to do about it.
  public let advice: String?

  /// An error about one file.
  public init(kind: Kind, path: String, expected: String, found: String, advice: String? = nil) {
    self.kind = kind
    self.path = path
    self.expected = expected
    self.found = found
    self.advice = advice
  }

  /// `FILE: expected …, found …[, what to do]`, always one line.
  public var description: String {
    let text = "\(path): expected \(expected), found \(found)" + (advice.map { ", \($0)" } ?? "")
    return text.onOneLine
  }

  /// The exit code of sysexits that belongs to `kind`: 66, 65 or 73.
  public var exitCode: Int32 {
    switch kind {
    case .noSuchInput: 66
    case .badData: 65
    case .cannotWrite: 73
    }
  }
}

/// What is wrong inside a file, before anybody says which file it is.
struct FormatError: Error {
  let expected: String
  let found: String
  var advice: String?

  init(expected: String, found: String, advice: String? = nil) {
    self.expected = expected
    self.found = found
    self.advice = advice
  }
}

/// Runs a reader and gives what it throws the name of the file.
func reading<Value>(_ path: String, _ body: () throws -> Value) throws(FileError) -> Value {
  do {
    return try body()
  } catch let error as FileError {
    throw error
  } catch let error as FormatError {
    throw FileError(
      kind: .badData, path: path, expected: error.expected, found: error.found, advice: error.advice)
  } catch {
    throw FileError(kind: .badData, path: path, expected: "a usable file", found: "\(error)")
  }
}

extension String {
  /// The text with everything that would break a line or move a terminal's cursor replaced.
  var onOneLine: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map { scalar in
          switch scalar.properties.generalCategory {
          case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: "\u{FFFD}"
          default: scalar
          }
        }))
  }

  /// A name from a file in quotation marks, shortened, so that a hostile one does no harm in a message.
  var quoted: String {
    let short = prefix(60)
    return "'\(String(short).onOneLine)\(short.endIndex == endIndex ? "" : "…")'"
  }
}

/// `(512, 2)`, as Python writes shapes.
func describe(shape: [Int]) -> String {
  shape.count == 1 ? "(\(shape[0]),)" : "(\(shape.map(String.init).joined(separator: ", ")))"
}
