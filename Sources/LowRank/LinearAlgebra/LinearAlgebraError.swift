/// A failure of GSL's linear algebra, with what was computed and what GSL said.
public struct LinearAlgebraError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was being computed.
  public let operation: String
  /// What went wrong.
  public let reason: String

  /// One line for a person.
  public var description: String { "\(operation): \(reason)" }
}
