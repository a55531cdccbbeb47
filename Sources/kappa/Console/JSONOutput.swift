#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Prints one JSON document on stdout.
func printJSON(_ value: some Encodable) throws { Console.print(try jsonText(value)) }

/// A JSON document as text; keys are sorted, so that equal results are equal text.
///
/// JSON has no words for what is not finite: such numbers become null.
func jsonText(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  // The encoder knows strings only; no name of a file or tensor has this character, which is not allowed in text.
  let mark = "\u{FFFF}"
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: mark, negativeInfinity: mark, nan: mark)
  let text = String(decoding: try encoder.encode(value), as: UTF8.self)
  return text.replacing("\"\(mark)\"", with: "null")
}
