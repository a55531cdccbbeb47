// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

extension CircuitFile {
  /// The document's text: keys in a fixed order, one matrix row a line, numbers with all their digits.
  package var json: String {
    let (layout, settings) = (circuit.statistics.layout, circuit.settings)
    var lines = [
      "\"format\": \"kappa-circuit\"", "\"version\": \(version)",
      "\"transfer\": \(quote(circuit.transfer.rawValue))", "\"alpha\": \(alpha)",
      "\"rank\": \(layout.rank)", "\"inputs\": \(layout.inputCount)", "\"outputs\": \(layout.outputCount)",
      "\"vectors\": [\(layout.vectors.map { quote($0.description) }.joined(separator: ", "))]",
    ]
    if let units { lines.append("\"units\": \(units)") }
    if settings.form != .current { lines.append("\"form\": \(quote(settings.form.rawValue))") }
    if !settings.readoutBias.isEmpty { lines.append("\"readoutBias\": \(list(settings.readoutBias))") }
    if let start = settings.start {
      let rest =
        settings.form == .current
        ? "\"v\": \(list(start.filtered))" : "\"readout\": \(list(start.readouts))"
      lines.append("\"start\": {\"kappa\": \(list(start.kappa)), \(rest)}")
    }
    if layout.hasBias { lines.append("\"biasReachesReadout\": \(circuit.biasReachesReadout)") }
    let populations = circuit.statistics.populations.map { population in
      let rows = (0..<layout.count).map { i in
        "        " + list((0..<layout.count).map { population.covariance[i, $0] })
      }
      return """
            {
              "fraction": \(population.fraction),
              "mean": \(list(population.mean)),
              "covariance": [
        \(rows.joined(separator: ",\n"))
              ]
            }
        """
    }
    lines.append("\"populations\": [\n\(populations.joined(separator: ",\n"))\n  ]")
    lines.append("\"closure\": \(quote(closure.rawValue))")
    let origin = provenance.sorted { $0.key < $1.key }.map { "    \(quote($0.key)): \(quote($0.value))" }
    lines.append(
      origin.isEmpty ? "\"provenance\": {}" : "\"provenance\": {\n\(origin.joined(separator: ",\n"))\n  }")
    return "{\n" + lines.map { "  \($0)" }.joined(separator: ",\n") + "\n}\n"
  }

  /// 1 for what every reader of circuits knows; 2 as soon as form, c, x0, a readout bias or a start is used.
  private var version: Int {
    let (layout, settings) = (circuit.statistics.layout, circuit.settings)
    let isPlain =
      settings.form == .current && !layout.hasCurrent && !layout.hasInitialState
      && settings.readoutBias.isEmpty && settings.start == nil
    return isPlain ? 1 : 2
  }

  private func list(_ numbers: [Double]) -> String {
    "[\(numbers.map { "\($0)" }.joined(separator: ", "))]"
  }

  private func quote(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{0}"..<"\u{20}":
        let code = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - code.count) + code
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
