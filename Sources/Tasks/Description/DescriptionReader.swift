// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Reads the parts of a description out of its text.
struct DescriptionReader {
  let name: String
  let step, tau: Double
  let inputs: [TaskDescription.Channel]
  let outputs: [String]
  let labels: [TaskDescription.Label]
  let tonic: [TaskDescription.Signal]
  let epochs: [TaskDescription.Part]
  let scoring: Scoring

  private static let keys = [
    "task", "about", "step", "tau", "noise", "inputs", "outputs", "labels", "input", "epochs", "score",
  ]

  init(_ text: String) throws(DescriptionError) {
    let root = try DescriptionParser.parse(text)
    let entries = try root.mapping("names with values, beginning with task: NAME", known: Self.keys)
    func value(_ key: String) -> DescriptionNode? { entries.first { $0.key == key }?.node }
    func required(_ key: String, _ what: String) throws(DescriptionError) -> DescriptionNode {
      guard let node = value(key) else {
        throw DescriptionError(1, expected: "\(key): \(what)", found: "none in the description")
      }
      return node
    }
    func positive(_ key: String, _ otherwise: Double) throws(DescriptionError) -> Double {
      guard let node = value(key) else { return otherwise }
      let number = try node.number("a number of ms")
      guard number > 0, number <= 1e9 else {
        throw DescriptionError(node.line, expected: "\(key) above 0, in ms", found: "\(number)")
      }
      return number
    }
    name = try Self.name(try required("task", "its name"))
    (step, tau) = (try positive("step", 20), try positive("tau", 100))
    guard step <= tau else {
      throw DescriptionError(
        value("step")?.line ?? 1, expected: "a step of at most tau (\(tau) ms)", found: "\(step) ms")
    }
    let noise = try value("noise").map { node throws(DescriptionError) in try Self.deviation(node) } ?? 0
    inputs = try Self.inputs(try required("inputs", "a list of channels"), noise: noise)
    outputs = try Self.names(try required("outputs", "a list of names"), most: 16)
    let labels = try value("labels").map { node throws(DescriptionError) in try Self.labels(node) } ?? []
    self.labels = labels
    let signals = SignalReader(
      inputs: inputs.map(\.name), outputs: outputs, labels: labels.map(\.name),
      words: try Self.words(of: labels), step: step)
    tonic =
      try value("input").map { node throws(DescriptionError) in
        try signals.signals(node, on: signals.inputs, "input")
      } ?? []
    epochs = try signals.epochs(try required("epochs", "a list of epochs"))
    scoring = try value("score").map { node throws(DescriptionError) in try Self.scoring(node) } ?? .sign
    guard epochs.contains(where: { !$0.targets.isEmpty && $0.weight > 0 }) else {
      throw DescriptionError(
        value("epochs")?.line ?? 1, expected: "an epoch with a target",
        found: "none, so that nothing would ever be asked")
    }
  }

  /// A word that may stand in a formula.
  private static func name(_ node: DescriptionNode) throws(DescriptionError) -> String {
    let text = try node.scalar("a name")
    guard text.count <= 64, text.allSatisfy({ $0.isLetter || $0.isNumber || " _-".contains($0) }) else {
      throw DescriptionError(
        node.line, expected: "a name of at most 64 letters, digits, spaces, - and _", found: quoted(text))
    }
    return text
  }

  private static func identifier(_ text: String, line: Int) throws(DescriptionError) -> String {
    let reserved = ["time", "duration"] + Formula.Function.words.map(\.rawValue)
    guard let first = text.first, first.isASCII, first.isLetter || first == "_", text.count <= 64,
      text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
    else {
      throw DescriptionError(
        line, expected: "a name of letters, digits and _ that formulas can use", found: quoted(text))
    }
    guard !reserved.contains(text) else {
      throw DescriptionError(line, expected: "a name that formulas do not have already", found: quoted(text))
    }
    return text
  }

  private static func names(_ node: DescriptionNode, most: Int) throws(DescriptionError) -> [String] {
    var found: [String] = []
    for item in try node.list("a list of names", most: most) {
      let name = try name(item)
      guard !found.contains(name) else {
        throw DescriptionError(item.line, expected: "each name once", found: "\(quoted(name)) again")
      }
      found.append(name)
    }
    return found
  }

  private static func deviation(_ node: DescriptionNode) throws(DescriptionError) -> Double {
    let value = try node.number("a standard deviation")
    guard value >= 0, value <= 1e6 else {
      throw DescriptionError(node.line, expected: "a standard deviation of at least 0", found: "\(value)")
    }
    return value
  }

  /// Names, or names with their own noise.
  private static func inputs(_ node: DescriptionNode, noise: Double) throws(DescriptionError)
    -> [TaskDescription.Channel]
  {
    var found: [TaskDescription.Channel] = []
    for item in try node.list("a list of channels", most: 64) {
      var channel: TaskDescription.Channel
      if case .mapping = item.value {
        let entries = try item.mapping("a channel", known: ["name", "noise"])
        guard let title = entries.first(where: { $0.key == "name" })?.node else {
          throw DescriptionError(item.line, expected: "name: of the channel", found: "none")
        }
        channel = .init(name: try name(title), noise: noise)
        if let own = entries.first(where: { $0.key == "noise" })?.node {
          channel = .init(name: channel.name, noise: try deviation(own))
        }
      } else {
        channel = .init(name: try name(item), noise: noise)
      }
      guard !found.contains(where: { $0.name == channel.name }) else {
        throw DescriptionError(item.line, expected: "each name once", found: "\(quoted(channel.name)) again")
      }
      found.append(channel)
    }
    return found
  }

  private static func labels(_ node: DescriptionNode) throws(DescriptionError) -> [TaskDescription.Label] {
    var found: [TaskDescription.Label] = []
    for entry in try node.mapping("labels and what they are drawn from", most: 256) {
      let name = try identifier(entry.key, line: entry.line)
      guard !found.contains(where: { $0.name == name }) else {
        throw DescriptionError(entry.line, expected: "each name once", found: "\(quoted(name)) again")
      }
      found.append(try label(name, entry.node, after: found))
    }
    return found
  }

  private static func label(
    _ name: String, _ node: DescriptionNode, after earlier: [TaskDescription.Label]
  ) throws(DescriptionError) -> TaskDescription.Label {
    if case .list = node.value {
      let items = try node.list("values to draw from", most: 1000)
      var texts: [String] = []
      for item in items { texts.append(try item.scalar("a number or a word")) }
      let numbers = texts.compactMap(Double.init).filter(\.isFinite)
      if numbers.count == items.count {
        return .init(name: name, line: node.line, draw: .one(numbers), words: nil)
      }
      guard numbers.isEmpty else {
        throw DescriptionError(node.line, expected: "numbers alone or words alone", found: "both")
      }
      for (text, item) in zip(texts, items) { _ = try identifier(text, line: item.line) }
      guard Set(texts).count == texts.count else {
        throw DescriptionError(node.line, expected: "each word once", found: "one twice")
      }
      return .init(name: name, line: node.line, draw: .one(texts.indices.map(Double.init)), words: texts)
    }
    let text = try node.scalar("[values], a..b, uniform(a, b) or a formula")
    if let range = try range(text, line: node.line) {
      return .init(name: name, line: node.line, draw: .whole(range), words: nil)
    }
    if text.hasPrefix("uniform("), text.hasSuffix(")") {
      let ends = text.dropFirst(8).dropLast().split(separator: ",", omittingEmptySubsequences: false)
        .map { Double($0.filter { $0 != " " }) }
      guard ends.count == 2, let low = ends[0], let high = ends[1], low < high, low.isFinite, high.isFinite
      else {
        throw DescriptionError(node.line, expected: "uniform(a, b) with a < b", found: quoted(text))
      }
      return .init(name: name, line: node.line, draw: .uniform(low, high), words: nil)
    }
    let formula = try Formula(
      text, line: node.line, known: earlier.map(\.name), constants: try words(of: earlier))
    return .init(name: name, line: node.line, draw: .formula(formula), words: nil)
  }

  /// `a..b` with whole numbers; `nil` for what has no two dots.
  static func range(_ text: String, line: Int) throws(DescriptionError) -> ClosedRange<Int>? {
    guard let dots = text.firstRange(of: "..") else { return nil }
    let low = Int(text[..<dots.lowerBound].filter { $0 != " " })
    let high = Int(text[dots.upperBound...].filter { $0 != " " })
    guard let low, let high, low <= high, abs(low) <= 1_000_000_000, abs(high) <= 1_000_000_000 else {
      throw DescriptionError(
        line, expected: "a range a..b of whole numbers, a at most b", found: quoted(text))
    }
    return low...high
  }

  /// The words that labels take, as numbers. A word of two labels has to have one number.
  private static func words(of labels: [TaskDescription.Label]) throws(DescriptionError) -> [String: Double] {
    var found: [String: Double] = [:]
    for label in labels {
      for (index, word) in (label.words ?? []).enumerated() {
        guard !labels.contains(where: { $0.name == word }) else {
          throw DescriptionError(
            label.line, expected: "words that are no labels", found: "\(quoted(word)), which is one")
        }
        guard found[word] ?? Double(index) == Double(index) else {
          throw DescriptionError(
            label.line, expected: "\(quoted(word)) at the same place of every list", found: "two places")
        }
        found[word] = Double(index)
      }
    }
    return found
  }

  private static func scoring(_ node: DescriptionNode) throws(DescriptionError) -> Scoring {
    if case .scalar("sign") = node.value { return .sign }
    guard case .mapping = node.value else {
      throw DescriptionError(node.line, expected: "sign or {within: NUMBER}", found: node.what)
    }
    let entries = try node.mapping("{within: NUMBER}", known: ["within"])
    let tolerance = try entries[0].node.number("the largest error of a right answer")
    guard tolerance > 0 else {
      throw DescriptionError(node.line, expected: "within: a number above 0", found: "\(tolerance)")
    }
    return .within(tolerance)
  }
}
