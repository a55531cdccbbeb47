// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Activity that was recorded, or written by somebody's own code: what a file of it holds.
public struct RecordedActivity: Sendable {
  /// What the values are.
  public enum Quantity: String, Sendable {
    /// Rates, φ(x) in current form and r in rate form.
    case rates
    /// x, on which φ acts.
    case x
  }

  /// u, target, mask, z, conditions and the like.
  public let trials: RecordedTrials
  /// N.
  public let units: Int
  /// Which of the two the values are.
  public let quantity: Quantity
  /// Row-major (B, T, N); NaN for missing, also behind a trial's length.
  public let values: [Double]
  /// α = dt/τ, where the file says it.
  public let alpha: Double?
  /// φ, where the file says it.
  public let transfer: TransferFunction?
  /// Current form or rate form, where the file says it.
  public let form: NetworkForm?
}

/// Reads activity: `rates` or `x` (B, T, N), NaN for missing, `u` (B, T, K), optional `lengths` (B), `alpha`, `transfer`,
/// `form`, and everything that a trials file may hold beside.
public enum ActivityFile {
  /// Whether these arrays are activity rather than a network: rates, whatever their shape, or x of three dimensions beside u.
  public static func isActivity(_ file: TensorFile) -> Bool {
    if file["rates"] != nil || file.unread.contains(where: { $0.name == "rates" }) { return true }
    return file["x"]?.shape.count == 3 && file["u"] != nil
  }

  /// The activity in a file.
  ///
  /// - Throws: `FileError` when an array is missing, has the wrong shape or an infinite value, when nothing of a neuron is
  ///   known, or when a neuron is constant.
  public static func read(_ path: String) throws(FileError) -> RecordedActivity {
    let bytes = try readFile(path)
    return try reading(path) { try activity(TensorFile(bytes)) }
  }

  /// The same of arrays in memory, which are named as those of a file would be.
  ///
  /// - Parameter name: what errors call them.
  /// - Throws: `FileError`, as `read(_:)`.
  public static func read(_ arrays: TensorFile, name: String) throws(FileError) -> RecordedActivity {
    try reading(name) { try activity(arrays) }
  }

  private static func activity(_ file: TensorFile) throws -> RecordedActivity {
    guard file["u"] != nil else {
      throw FormatError(
        expected: "an array 'u' of shape (trials, steps, channels), the known inputs",
        found: file.tensors.prefix(8).map(\.name.quoted).joined(separator: ", "),
        advice: "inputs that are always zero are np.zeros((B, T, 0))")
    }
    for entry in file.unread where entry.name == "rates" {
      throw FormatError(expected: "numbers in 'rates'", found: entry.what)
    }
    let recorded = try TrialsFile.recorded(file)
    let stimulus = recorded.trials.stimulus
    let quantity: RecordedActivity.Quantity = file["rates"] == nil ? .x : .rates
    guard let tensor = file[quantity.rawValue], tensor.text == nil else {
      throw FormatError(expected: "numbers in 'rates' or 'x'", found: "none")
    }
    let shape = tensor.shape
    guard shape.count == 3, shape[0] == stimulus.trials, shape[1] == stimulus.steps, shape[2] > 0 else {
      let isSwapped = shape.count == 3 && shape[2] == stimulus.steps && shape[0] == stimulus.trials
      let isTurned = shape.count == 3 && shape[0] == stimulus.steps && shape[1] == stimulus.trials
      throw FormatError(
        expected:
          "\(quantity.rawValue.quoted) of shape (\(stimulus.trials), \(stimulus.steps), units), as u has it",
        found: "shape \(describe(shape: shape))",
        advice: isSwapped
          ? "steps come before units: numpy.swapaxes(rates, 1, 2) turns them round"
          : isTurned ? "trials come before steps: numpy.swapaxes(rates, 0, 1) turns them round" : nil)
    }
    if let index = tensor.values.firstIndex(where: { $0.isInfinite || abs($0) > Axes.largest }) {
      throw FormatError(
        expected: "finite numbers, or NaN for missing, in \(quantity.rawValue.quoted)",
        found: "\(tensor.values[index]) at element \(index)")
    }
    guard stimulus.trials > 1 else {
      throw FormatError(
        expected: "at least 2 trials, some to fit to and others to judge by", found: "1")
    }
    var values = tensor.values
    let units = shape[2]
    for (trial, length) in (recorded.lengths ?? []).enumerated() where length < stimulus.steps {
      let start = (trial * stimulus.steps + length) * units
      for i in start..<((trial + 1) * stimulus.steps * units) { values[i] = .nan }
    }
    try checkVariation(values, units: units, name: quantity.rawValue)
    return RecordedActivity(
      trials: recorded, units: units, quantity: quantity, values: values, alpha: try alpha(file),
      transfer: try text(file, "transfer", as: TransferFunction.self),
      form: try text(file, "form", as: NetworkForm.self))
  }

  private static func checkVariation(_ values: [Double], units: Int, name: String) throws {
    guard values.contains(where: { !$0.isNaN }) else {
      throw FormatError(expected: "known values in \(name.quoted)", found: "all missing")
    }
    var least = [Double](repeating: .infinity, count: units)
    var most = [Double](repeating: -.infinity, count: units)
    for (i, value) in values.enumerated() where !value.isNaN {
      least[i % units] = min(least[i % units], value)
      most[i % units] = max(most[i % units], value)
    }
    let flat = (0..<units).filter { !(most[$0] > least[$0]) }
    guard flat.isEmpty else {
      let missing = flat.filter { least[$0] == .infinity }
      let list = flat.prefix(8).map(String.init).joined(separator: ", ") + (flat.count > 8 ? ", …" : "")
      throw FormatError(
        expected: "neurons whose \(name) vary",
        found:
          "\(flat.count) of \(units) that are \(missing.count == flat.count ? "all missing" : "constant") "
          + "(counted from 0: \(list))", advice: "leave them out: there is nothing to fit them to")
    }
  }

  private static func alpha(_ file: TensorFile) throws -> Double? {
    guard let tensor = file["alpha"] else { return nil }
    guard tensor.text == nil, tensor.values.count == 1, tensor.values[0] > 0, tensor.values[0] <= 1 else {
      throw FormatError(
        expected: "one number alpha = dt/tau, 0 < alpha <= 1",
        found: tensor.values.first.map { "\($0)" } ?? "none")
    }
    return tensor.values[0]
  }

  private static func text<Value: RawRepresentable & CaseIterable>(
    _ file: TensorFile, _ name: String, as type: Value.Type
  ) throws -> Value? where Value.RawValue == String {
    guard let tensor = file[name] else { return nil }
    guard let text = tensor.text?.first, let value = Value(rawValue: text) else {
      throw FormatError(
        expected: "one of \(Value.allCases.map(\.rawValue).joined(separator: ", ")) in \(name.quoted)",
        found: tensor.text?.first?.quoted ?? "a number")
    }
    return value
  }
}
