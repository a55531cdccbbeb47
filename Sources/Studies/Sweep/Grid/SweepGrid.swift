// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Every combination of some values of some options: the rows of a sweep.
///
/// Rows are numbered from 1; the last key with several values changes fastest.
public struct SweepGrid: Sendable {
  /// The values of one key.
  public struct Axis: Sendable, Hashable {
    /// The option's long name, `task` or `network`.
    public let key: String
    /// Its values as they were written; `nil` leaves the option out.
    public let values: [String?]
  }

  /// The most rows.
  public static let largest = 100_000
  /// The most keys.
  static let mostKeys = 100

  /// What is run.
  public let command: String
  /// The keys in the order of the text; a key of one value is the same in all rows.
  public let axes: [Axis]

  /// How many rows there are.
  public var count: Int { axes.reduce(1) { $0 * $1.values.count } }

  /// The settings of a row.
  ///
  /// - Precondition: 1…`count`.
  public func settings(_ row: Int) -> [SweepSetting] {
    precondition(row >= 1 && row <= count, "a grid has rows 1…\(count)")
    var rest = row - 1
    var settings: [SweepSetting] = []
    for axis in axes.reversed() {
      settings.append(SweepSetting(axis.key, axis.values[rest % axis.values.count]))
      rest /= axis.values.count
    }
    return settings.reversed()
  }

  /// Reads a grid.
  ///
  /// - Parameters:
  ///   - name: what errors call it.
  ///   - commands: what can be run.
  /// - Throws: a `StudyError` of kind `badData` for a text that is no grid, for keys and commands that are unknown (with the
  ///   word that was probably meant), and for more than `largest` rows, of which none is made.
  public init(_ text: String, name: String, commands: [SweptCommand]) throws(StudyError) {
    let entries = try GridText(text, name: name).entries
    func refuse(_ entry: GridText.Entry, _ text: String) -> StudyError {
      StudyError(.badData, name, "line \(entry.line): \(text)")
    }
    let names = commands.map(\.name)
    guard let first = entries.first(where: { $0.key == "command" }) else {
      throw StudyError(
        .badData, name,
        "expected a key command (\(names.joined(separator: ", "))), found none"
          + (nearest("command", among: entries.map(\.key)).map { ": did you mean it by \($0)?" } ?? ""))
    }
    guard first.values.count == 1, let word = first.values.first?.text else {
      throw refuse(first, "expected one command, found \(first.values.count): make a sweep of each")
    }
    guard let command = commands.first(where: { $0.name == word }) else {
      throw refuse(
        first,
        "expected command \(names.joined(separator: ", ")), found \"\(word)\""
          + (nearest(word, among: names).map { ": did you mean \($0)?" } ?? ""))
    }
    let others = entries.filter { $0.key != "command" }
    guard others.count <= Self.mostKeys else {
      throw StudyError(.badData, name, "expected at most \(Self.mostKeys) keys, found \(others.count)")
    }
    // All is counted before anything is made.
    var rows = 1
    var isCountable = true
    for entry in others {
      try Self.check(entry, command, refuse)
      var sum = 0
      for value in entry.values {
        let (count, isOver) = sum.addingReportingOverflow(try Self.size(value, entry, refuse))
        if isOver { isCountable = false }
        sum = count
      }
      let (product, isOver) = rows.multipliedReportingOverflow(by: sum)
      if isOver { isCountable = false }
      rows = product
    }
    guard isCountable, rows <= Self.largest else {
      throw StudyError(
        .badData, name,
        "expected at most \(Self.largest) rows, found "
          + (isCountable ? "\(rows)" : "more than \(Int.max)")
          + " (the product of all lists and ranges): nothing was written, make several sweeps of it")
    }
    guard others.contains(where: { $0.key == command.subject || command.instead.contains($0.key) }) else {
      throw StudyError(
        .badData, name,
        "expected a key \(command.subject), what `kappa \(command.name)` is about, found none")
    }
    self.command = command.name
    axes = try others.map { entry throws(StudyError) in
      var values: [String?] = []
      for value in entry.values {
        guard let range = try Self.range(value, entry, refuse) else {
          let isNull = !value.isQuoted && ["null", "~"].contains(value.text)
          guard !(isNull && entry.key == command.subject) else {
            throw refuse(entry, "expected a \(command.subject), found null")
          }
          values.append(isNull ? nil : value.text)
          continue
        }
        values += range.map { "\($0)" }
      }
      var seen: Set<String?> = []
      if let twice = values.first(where: { !seen.insert($0).inserted }) {
        throw refuse(entry, "\(entry.key): expected each value once, found \(twice ?? "null") again")
      }
      return Axis(key: entry.key, values: values)
    }
  }

  /// Refuses keys and values that the command does not take.
  private static func check(
    _ entry: GridText.Entry, _ command: SweptCommand, _ refuse: (GridText.Entry, String) -> StudyError
  ) throws(StudyError) {
    let key = entry.key
    if let advice = command.managed[key] { throw refuse(entry, "\(key): \(advice)") }
    let kind = command.options[key]
    guard key == command.subject || kind != nil else {
      let known = command.options.keys.sorted()
      let meant = nearest(key, among: [command.subject] + known)
      throw refuse(
        entry,
        "expected \(command.subject) or an option of `kappa \(command.name)`, found \"\(key)\""
          + (meant.map { ": did you mean \($0)?" } ?? ": its --help lists them"))
    }
    for value in entry.values {
      if value.text.isEmpty || value.text.unicodeScalars.contains(where: { $0.value < 32 }) {
        throw refuse(
          entry, "\(key): expected a value without tabs, found \(value.text.isEmpty ? "an empty one" : "one")"
        )
      }
      if let kind, kind != .value, !["true", "false", "null", "~"].contains(value.text) {
        throw refuse(entry, "\(key): expected true or false, found \"\(value.text)\"")
      }
    }
  }

  /// How many values a scalar stands for.
  private static func size(
    _ value: GridText.Scalar, _ entry: GridText.Entry, _ refuse: (GridText.Entry, String) -> StudyError
  ) throws(StudyError) -> Int {
    guard let range = try range(value, entry, refuse) else { return 1 }
    let (difference, isOver) = range.upperBound.subtractingReportingOverflow(range.lowerBound)
    return isOver || difference == Int.max ? Int.max : difference + 1
  }

  /// The integers that `A..B` stands for; `nil` for anything else.
  private static func range(
    _ value: GridText.Scalar, _ entry: GridText.Entry, _ refuse: (GridText.Entry, String) -> StudyError
  ) throws(StudyError) -> ClosedRange<Int>? {
    guard !value.isQuoted else { return nil }
    let parts = value.text.split(separator: "..", maxSplits: 1, omittingEmptySubsequences: false)
    // A path such as ../net.npz is no range.
    guard parts.count == 2,
      parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { "-+0123456789".utf8.contains($0) } })
    else { return nil }
    guard let low = Int(parts[0]), let high = Int(parts[1]) else {
      throw refuse(entry, "\(entry.key): expected a range of integers, found \(value.text)")
    }
    guard low <= high else {
      throw refuse(entry, "\(entry.key): expected a range that goes up, found \(value.text)")
    }
    return low...high
  }
}
