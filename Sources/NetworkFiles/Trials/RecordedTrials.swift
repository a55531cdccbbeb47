// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Everything that a trials file may hold: inputs and targets, the user's own z, and labels.
public struct RecordedTrials: Sendable, Hashable {
  /// A quantity with one value per trial.
  public struct Condition: Sendable, Hashable, Codable {
    /// Its name: `NAME` of the array `condition_NAME`, or `condition` for the array `conditions`.
    public let name: String
    /// Its value in each trial, (B); texts are numbered in the order in which they first occur.
    public let values: [Double]
    /// The texts behind the numbers, where the values are texts.
    public let labels: [String]?
  }

  /// A part of the trials, of all of them or of each on its own.
  public struct Epoch: Sendable, Hashable, Codable {
    /// Its name.
    public let name: String
    /// First step, and the step behind the last, for each trial (B).
    public let start, stop: [Int]
  }

  /// Inputs (B, T, K), and targets and mask (B, T, O) where there are such.
  public let trials: Trials
  /// z (B, T, O) as the user's own code computed it.
  public let z: [Double]?
  /// O of z.
  public let outputs: Int
  /// Conditions, in the file's order.
  public let conditions: [Condition]
  /// Epochs, in the file's order.
  public let epochs: [Epoch]
  /// One name for each input channel.
  public let inputNames: [String]?
  /// The number of steps that count in each trial, (B).
  public let lengths: [Int]?
  /// Arrays of the file that mean nothing here.
  public let unknown: [String]
}

extension TrialsFile {
  /// Everything in a .npz file of trials.
  ///
  /// Arrays: `u` (B, T, K); `target` or `y`, `mask`, `z`, each (B, T, O) or, for one output, (B, T); `conditions` (B) or any
  /// number of `condition_NAME` (B), numbers or texts; `epochs` (E), names, with `epoch_start` and `epoch_stop` (E) or
  /// (B, E), steps of which the second is behind the last; `input_names` (K); `lengths` (B); `graded` (O) or one value, 1
  /// for outputs that are scored by their error and 0 for those whose sign is a decision, where the targets (±1 for
  /// decisions) do not tell; `tolerance`, one number, where graded answers are to be counted: the largest root mean square
  /// error over the response window of a right one.
  ///
  /// - Parameters:
  ///   - channels: K of the network that is to get them; checked when given.
  ///   - outputs: O of that network; checked when given.
  /// - Throws: `FileError` when an array is missing, has the wrong shape, or is not finite, or when a mask is negative.
  public static func readAll(_ path: String, channels: Int? = nil, outputs: Int? = nil) throws(FileError)
    -> RecordedTrials
  {
    let bytes = try readFile(path)
    return try reading(path) { try recorded(TensorFile(bytes), channels: channels, outputs: outputs) }
  }

  /// Everything among arrays that are in memory already.
  ///
  /// - Parameter path: what messages call them.
  public static func readAll(
    _ file: TensorFile, from path: String, channels: Int? = nil, outputs: Int? = nil
  ) throws(FileError) -> RecordedTrials {
    try reading(path) { try recorded(file, channels: channels, outputs: outputs) }
  }

  static func recorded(_ file: TensorFile, channels: Int? = nil, outputs: Int? = nil) throws -> RecordedTrials
  {
    let u = try inputs(file, channels: channels)
    let (count, steps) = (u.trials, u.steps)
    let reader = LabelReader(file: file, trials: count, steps: steps)
    var width = outputs
    let target = try reader.series(file["target"] == nil ? "y" : "target", width: &width, inputs: u)
    let z = try reader.series("z", width: &width, inputs: u)
    let mask = try reader.series("mask", width: &width, inputs: u, broadcasts: true)
    if let index = mask?.firstIndex(where: { $0 < 0 }) {
      throw FormatError(
        expected: "weights of at least zero in 'mask'", found: "one below at element \(index)")
    }
    let known: Set<String> = [
      "u", "target", "y", "mask", "z", "conditions", "epochs", "epoch_start", "epoch_stop", "input_names",
      "lengths", "tolerance", "graded", "rates", "x", "alpha", "transfer", "form",
    ]
    let graded = try width.flatMap { try reader.graded($0) }
    let unknown = file.tensors.map(\.name).filter { !known.contains($0) && !$0.hasPrefix("condition_") }
    return RecordedTrials(
      trials: Trials(
        stimulus: u, outputs: target == nil && mask == nil && graded == nil ? 0 : width ?? 0,
        target: target ?? [], mask: mask ?? [], scoring: try reader.scoring(),
        decides: graded?.map { !$0 }), z: z,
      outputs: z == nil ? 0 : width ?? 0, conditions: try reader.conditions(),
      epochs: try reader.epochs(), inputNames: try reader.texts("input_names", count: u.channels),
      lengths: try reader.lengths(), unknown: unknown)
  }

  /// u, checked.
  private static func inputs(_ file: TensorFile, channels: Int?) throws -> Stimulus {
    guard let u = file["u"] else {
      let unread = file.unread.first { $0.name == "u" }
      throw FormatError(
        expected: "an array 'u' of shape (trials, steps, channels)",
        found: unread?.what ?? file.tensors.prefix(8).map(\.name.quoted).joined(separator: ", "))
    }
    try Axes.checkNumbers(u)
    let last = channels.map(String.init) ?? "channels"
    guard u.shape.count == 3, u.shape[0] > 0, u.shape[1] > 0, channels.map({ u.shape[2] == $0 }) ?? true
    else {
      let isSingle = u.shape.count == 2 && (channels.map { u.shape[1] == $0 } ?? true)
      throw FormatError(
        expected: "u of shape (trials, steps, \(last))", found: "shape \(describe(shape: u.shape))",
        advice: isSingle
          ? "of one trial, u[None] has that shape"
          : channels == nil ? nil : "the network has \(last) input channel\(last == "1" ? "" : "s")")
    }
    // Results take memory per trial and step even where u has no channel.
    let (steps, overflow) = u.shape[0].multipliedReportingOverflow(by: u.shape[1])
    guard !overflow, steps <= 1 << 28 else {
      throw FormatError(
        expected: "at most 2^28 steps in all trials together", found: "shape \(describe(shape: u.shape))")
    }
    return Stimulus(trials: u.shape[0], steps: u.shape[1], channels: u.shape[2], values: u.values)
  }
}

/// Reads what stands beside u.
private struct LabelReader {
  let file: TensorFile
  let trials: Int
  let steps: Int

  /// An array (B, T, O), or (B, T) for one output; a mask may be one for all outputs.
  func series(_ name: String, width: inout Int?, inputs: Stimulus, broadcasts: Bool = false) throws
    -> [Double]?
  {
    guard let tensor = file[name] else {
      if let unread = file.unread.first(where: { $0.name == name }) {
        throw FormatError(expected: "numbers in \(name.quoted)", found: unread.what)
      }
      return nil
    }
    try Axes.checkNumbers(tensor)
    let shape = tensor.shape.count == 2 ? tensor.shape + [1] : tensor.shape
    let expected = width.map(String.init) ?? "outputs"
    guard shape.count == 3, Array(shape.prefix(2)) == [trials, steps] else {
      let isSwapped = shape.count == 3 && trials != steps && Array(shape.prefix(2)) == [steps, trials]
      throw FormatError(
        expected: "\(name.quoted) of shape (\(trials), \(steps), \(expected)), as u has it",
        found: shape.isEmpty ? "a single number" : "shape \(describe(shape: tensor.shape))",
        advice: isSwapped
          ? "trials come first: one of them seems to stand as (steps, trials, …), which "
            + "numpy.swapaxes(u, 0, 1) turns round" : nil)
    }
    if broadcasts, shape[2] == 1, let width, width > 1 {
      return tensor.values.flatMap { [Double](repeating: $0, count: width) }
    }
    guard shape[2] == width ?? shape[2] else {
      throw FormatError(
        expected: "\(name.quoted) of shape (\(trials), \(steps), \(expected))",
        found: "shape \(describe(shape: tensor.shape))")
    }
    width = shape[2]
    return tensor.values
  }

  func conditions() throws -> [RecordedTrials.Condition] {
    try file.tensors.compactMap { tensor in
      let prefix = "condition_"
      guard tensor.name == "conditions" || tensor.name.hasPrefix(prefix) else { return nil }
      let name = tensor.name == "conditions" ? "condition" : String(tensor.name.dropFirst(prefix.count))
      guard tensor.shape.filter({ $0 != 1 }).count <= 1, (tensor.text?.count ?? tensor.values.count) == trials
      else { throw wrong(tensor, "(\(trials),), one value per trial") }
      guard let texts = tensor.text else {
        try Axes.checkNumbers(tensor)
        return RecordedTrials.Condition(name: name, values: tensor.values, labels: nil)
      }
      var numbers: [String: Int] = [:]
      var labels: [String] = []
      let values = texts.map { text -> Double in
        if let number = numbers[text] { return Double(number) }
        numbers[text] = labels.count
        labels.append(text)
        return Double(labels.count - 1)
      }
      return RecordedTrials.Condition(name: name, values: values, labels: labels)
    }
  }

  func epochs() throws -> [RecordedTrials.Epoch] {
    guard let names = file["epochs"] else { return [] }
    guard let texts = names.text, names.shape.count <= 1 else { throw wrong(names, "(epochs,), names") }
    guard let starts = file["epoch_start"], let stops = file["epoch_stop"] else {
      throw FormatError(
        expected: "'epoch_start' and 'epoch_stop' beside 'epochs'",
        found: file.tensors.prefix(12).map(\.name.quoted).joined(separator: ", "))
    }
    let (start, stop) = (try bounds(starts, texts.count), try bounds(stops, texts.count))
    return try texts.indices.map { epoch in
      let (first, last) = (start.map { $0[epoch] }, stop.map { $0[epoch] })
      guard zip(first, last).allSatisfy({ $0 >= 0 && $0 <= $1 && $1 <= steps }) else {
        throw FormatError(
          expected: "0 <= epoch_start <= epoch_stop <= \(steps) for epoch \(texts[epoch].quoted)",
          found: "\(first.first ?? 0) to \(last.first ?? 0)")
      }
      return RecordedTrials.Epoch(name: texts[epoch], start: first, stop: last)
    }
  }

  /// Steps (E), the same in all trials, or (B, E), as one row per trial.
  private func bounds(_ tensor: Tensor, _ epochs: Int) throws -> [[Int]] {
    let values = try wholeNumbers(tensor)
    switch tensor.shape {
    case [epochs]: return [[Int]](repeating: values, count: trials)
    case [trials, epochs]:
      return (0..<trials).map { Array(values[($0 * epochs)..<(($0 + 1) * epochs)]) }
    default: throw wrong(tensor, "(\(epochs),) or (\(trials), \(epochs))")
    }
  }

  func lengths() throws -> [Int]? {
    guard let tensor = file["lengths"] else { return nil }
    let values = try wholeNumbers(tensor)
    guard tensor.shape == [trials] else {
      throw wrong(tensor, "(\(trials),), numbers of steps from 1 to \(steps)")
    }
    if let trial = values.firstIndex(where: { !(1...steps).contains($0) }) {
      throw FormatError(
        expected: "numbers of steps from 1 to \(steps) in 'lengths'",
        found: "\(values[trial]) for trial \(trial), counted from 0")
    }
    return values
  }

  /// Graded answers where the file says how far off a right one may be.
  func scoring() throws -> Scoring {
    guard let tensor = file["tolerance"] else { return .sign }
    try Axes.checkNumbers(tensor)
    guard tensor.values.count == 1, tensor.values[0] > 0 else {
      throw wrong(tensor, "one number above 0, the largest error of a right answer")
    }
    return .within(tensor.values[0])
  }

  /// Which outputs are graded, (O), or one answer for all.
  func graded(_ outputs: Int) throws -> [Bool]? {
    guard let tensor = file["graded"] else { return nil }
    try Axes.checkNumbers(tensor)
    guard tensor.shape.count <= 1, tensor.values.count == outputs || tensor.values.count == 1,
      tensor.values.allSatisfy({ $0 == 0 || $0 == 1 })
    else { throw wrong(tensor, "(\(outputs),), 0 or 1") }
    return tensor.values.count == outputs
      ? tensor.values.map { $0 == 1 } : [Bool](repeating: tensor.values[0] == 1, count: outputs)
  }

  func texts(_ name: String, count: Int) throws -> [String]? {
    guard let tensor = file[name] else { return nil }
    guard let texts = tensor.text, tensor.shape == [count] else { throw wrong(tensor, "(\(count),), names") }
    return texts
  }

  private func wholeNumbers(_ tensor: Tensor) throws -> [Int] {
    try Axes.checkNumbers(tensor)
    return try tensor.values.map {
      guard $0 == $0.rounded(), abs($0) < 1e9 else { throw wrong(tensor, "whole numbers of steps") }
      return Int($0)
    }
  }

  private func wrong(_ tensor: Tensor, _ expected: String) -> FormatError {
    FormatError(
      expected: "\(tensor.name.quoted) of \(expected)",
      found: "\(tensor.text == nil ? "numbers" : "texts") of shape \(describe(shape: tensor.shape))")
  }
}
