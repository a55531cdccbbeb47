// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Requests and results as JSON.
public enum StudyJSON {
  /// A JSON document as text; keys are sorted, so that equal results are equal text.
  ///
  /// JSON has no words for what is not finite: such numbers become null.
  public static func text(_ value: some Encodable) throws(StudyError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // The encoder knows strings only; no name of a file or tensor has this character, which is not allowed in text.
    let mark = "\u{FFFF}"
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: mark, negativeInfinity: mark, nan: mark)
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self)
        .replacing("\"\(mark)\"", with: "null")
    } catch {
      throw StudyError(.software, "JSON", "expected a value that can be written, found \(error)")
    }
  }

  /// A request or result from its JSON.
  public static func read<Value: Decodable>(_ type: Value.Type, from text: String) throws(StudyError) -> Value
  {
    do {
      return try JSONDecoder().decode(type, from: Data(text.utf8))
    } catch {
      throw StudyError(.usage, "JSON", "expected a \(type), found another document: \(error)")
    }
  }
}
