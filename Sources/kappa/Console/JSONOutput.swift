#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Prints one JSON document on stdout; keys are sorted, so that equal results are equal text.
///
/// JSON has no words for what is not finite: such numbers become the strings "inf", "-inf", "nan".
func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  Console.print(String(decoding: try encoder.encode(value), as: UTF8.self))
}
