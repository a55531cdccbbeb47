// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Reads epochs: durations, and formulas for inputs and targets.
struct SignalReader {
  let inputs, outputs, labels: [String]
  /// Words that stand for numbers.
  let words: [String: Double]
  /// Length of a step in ms.
  let step: Double

  /// Values on channels, by their names.
  func signals(_ node: DescriptionNode, on channels: [String], _ what: String) throws(DescriptionError)
    -> [TaskDescription.Signal]
  {
    var found: [TaskDescription.Signal] = []
    for entry in try node.mapping("\(what): {CHANNEL: value}", known: channels) {
      guard let channel = channels.firstIndex(of: entry.key) else { continue }
      let text = try entry.node.scalar("a number or a formula")
      found.append(.init(channel: channel, value: try formula(text, line: entry.node.line)))
    }
    return found
  }

  private func formula(_ text: String, line: Int) throws(DescriptionError) -> Formula {
    try Formula(text, line: line, known: labels + ["time", "duration"], constants: words)
  }

  /// The epochs, each once.
  func epochs(_ node: DescriptionNode) throws(DescriptionError) -> [TaskDescription.Part] {
    var found: [TaskDescription.Part] = []
    for item in try node.list("a list of epochs", most: 256) {
      let part = try epoch(item)
      guard !found.contains(where: { $0.name == part.name }) else {
        throw DescriptionError(item.line, expected: "each name once", found: "\(quoted(part.name)) again")
      }
      found.append(part)
    }
    return found
  }

  private func epoch(_ node: DescriptionNode) throws(DescriptionError) -> TaskDescription.Part {
    let entries = try node.mapping(
      "an epoch", known: ["name", "duration", "input", "target", "weight"])
    func value(_ key: String) -> DescriptionNode? { entries.first { $0.key == key }?.node }
    guard let title = value("name"), let length = value("duration") else {
      throw DescriptionError(
        node.line, expected: "name: and duration: of an epoch",
        found: value("name") == nil ? "no name" : "no duration")
    }
    let name = try title.scalar("a name")
    guard name.count <= 64 else {
      throw DescriptionError(title.line, expected: "a name of at most 64 characters", found: quoted(name))
    }
    var (inputs, targets): ([TaskDescription.Signal], [TaskDescription.Signal]) = ([], [])
    if let node = value("input") { inputs = try signals(node, on: self.inputs, "input") }
    if let node = value("target") {
      if case .scalar = node.value {
        let formula = try formula(try node.scalar("a number or a formula"), line: node.line)
        targets = outputs.indices.map { .init(channel: $0, value: formula) }
      } else {
        targets = try signals(node, on: outputs, "target")
      }
    }
    var weight = 1.0
    if let node = value("weight") {
      weight = try node.number("the weight of the epoch's steps in the loss")
      guard weight >= 0, weight <= 1e6 else {
        throw DescriptionError(node.line, expected: "a weight of at least 0", found: "\(weight)")
      }
      guard !targets.isEmpty else {
        throw DescriptionError(node.line, expected: "a target beside the weight", found: "none")
      }
    }
    return .init(
      name: name, duration: try duration(length), inputs: inputs, targets: targets, weight: weight)
  }

  private func duration(_ node: DescriptionNode) throws(DescriptionError) -> TaskDescription.Part.Duration {
    let text = try node.scalar("a duration in ms, a range a..b or a formula of labels")
    guard let range = try DescriptionReader.range(text, line: node.line) else {
      return .formula(try Formula(text, line: node.line, known: labels, constants: words))
    }
    guard range.lowerBound >= 0, Double(range.upperBound) <= Double(TaskDescription.mostSteps) * step else {
      throw DescriptionError(
        node.line, expected: "durations from 0 to \(TaskDescription.mostSteps) steps", found: quoted(text))
    }
    return .steps(
      TaskDescription.wholeSteps(
        Double(range.lowerBound), of: step)...TaskDescription.wholeSteps(Double(range.upperBound), of: step))
  }
}
