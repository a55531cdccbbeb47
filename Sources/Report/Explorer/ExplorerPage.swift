// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Explorer
import LowRank
import NetworkFiles
import Studies

/// An interactive page on a circuit, in one file: its script and style are named by their hashes in a content security
/// policy that forbids everything else, so that the page can neither load nor send anything.
public struct ExplorerPage: Sendable {
  /// The page.
  public let html: String

  /// The script and the style sheet, with their hashes; the same for every page.
  private static let parts: [(name: String, text: String)] = {
    let script = ScriptBundle.script(ExplorerFiles.circuit + ExplorerFiles.page)
    let style = ExplorerFiles.style
    return [
      ("styleHash", base64(SHA256.hash(style.utf8))), ("scriptHash", base64(SHA256.hash(script.utf8))),
      ("style", style), ("script", script),
    ]
  }()

  /// Writes the page.
  public init(_ exploration: Exploration) {
    // From the template's pieces, so that nothing is looked for within what was put in before.
    let values = Dictionary(uniqueKeysWithValues: Self.parts.map { ($0.name, $0.text) })
      .merging(["data": Self.data(exploration)]) { own, _ in own }
    var page = ""
    var rest = ExplorerFiles.template[...]
    while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
      page += rest[..<open.lowerBound]
      page += values[String(rest[open.upperBound..<close.lowerBound])] ?? ""
      rest = rest[close.upperBound...]
    }
    html = page + rest + "\n"
  }

  /// What the script reads, as JSON without anything that ends a script element.
  private static func data(_ exploration: Exploration) -> String {
    let file = exploration.file
    let document = CircuitFile(
      circuit: file.circuit, alpha: exploration.alpha, closure: file.closure,
      provenance: file.provenance)
    let name = exploration.name.split(separator: "/").last.map(String.init) ?? exploration.name
    var fields = [
      "\"title\": \(text("κ-equations of \(name)"))", "\"sentence\": \(text(exploration.sentence))",
      "\"circuit\": \(document.json)",
    ]
    if let names = exploration.inputNames { fields.append("\"inputNames\": [\(list(names.map(text)))]") }
    if let task = exploration.task {
      fields.append("\"task\": {\"name\": \(text(task.name)), \"words\": \(text(task.words))}")
    }
    let panels = exploration.panels.map {
      "{\"title\": \(text($0.title)), \"input\": \(numbers($0.input))}"
    }
    fields.append("\"panels\": [\(list(panels))]")
    let errors = file.circuit.statistics.populations.compactMap { exploration.standardErrors($0) }.map {
      mean, covariance in
      let rows = (0..<covariance.rows).map { i in
        numbers((0..<covariance.columns).map { covariance[i, $0] })
      }
      return "{\"mean\": \(numbers(mean)), \"covariance\": [\(list(rows))]}"
    }
    if !errors.isEmpty { fields.append("\"standardErrors\": [\(list(errors))]") }
    if let trials = exploration.trials { fields.append("\"trials\": \(text(of: trials, exploration))") }
    return printableJSON("{" + fields.joined(separator: ",\n") + "}").replacing("<", with: "\\u003c")
  }

  /// Arrays are single precision in base64, row-major: 6e-8 of each number, in two thirds of the space of digits.
  private static func text(of trials: ShownTrials, _ exploration: Exploration) -> String {
    var fields = [
      "\"count\": \(trials.count)", "\"total\": \(trials.total)", "\"steps\": \(trials.steps)",
      "\"wholeSteps\": \(trials.wholeSteps)", "\"alpha\": \(exploration.alpha)",
      "\"u\": \"\(packed(trials.inputs))\"",
    ]
    for (name, values) in [
      ("target", trials.targets), ("kappa", trials.kappa), ("z", trials.outputs), ("lesions", trials.lesions),
    ] where !values.isEmpty {
      fields.append("\"\(name)\": \"\(packed(values))\"")
    }
    if !trials.decides.isEmpty {
      fields.append("\"decides\": [\(list(trials.decides.map { "\($0)" }))]")
      fields.append("\"hasWindow\": \(trials.hasWindow)")
    }
    if case .within(let tolerance) = trials.scoring { fields.append("\"tolerance\": \(tolerance)") }
    if !trials.epochs.isEmpty {
      let epochs = trials.epochs.map { trial in
        "[\(list(trial.map { "[\(text($0.name)), \($0.steps.lowerBound), \($0.steps.upperBound)]" }))]"
      }
      fields.append("\"epochs\": [\(list(epochs))]")
    }
    let conditions = trials.conditions.map {
      "{\"name\": \(text($0.name)), \"values\": \(numbers($0.values))"
        + ($0.words.isEmpty ? "}" : ", \"words\": [\(list($0.words.map(text)))]}")
    }
    fields.append("\"conditions\": [\(list(conditions))]")
    return "{" + fields.joined(separator: ", ") + "}"
  }

  private static func packed(_ values: [Double]) -> String {
    base64(
      values.flatMap { value in
        let bits = Float(value).bitPattern
        return (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt32($0))) }
      })
  }

  private static func list(_ values: [String]) -> String { values.joined(separator: ", ") }
  private static func numbers(_ values: [Double]) -> String {
    "[\(values.map { $0.isFinite ? "\($0)" : "null" }.joined(separator: ", "))]"
  }
  private static func text(_ value: String) -> String { "\"\(harmless(value, for: .json))\"" }
}
