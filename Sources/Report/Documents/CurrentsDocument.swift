// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Studies

extension CurrentsResult {
  /// Tables of currents, and their courses over time.
  public var document: Document {
    var table = Document.Table(
      header: ["into", "population", "network", "circuit", "share", "circuit's error"])
    var parts = Document.Table(header: ["into", "population", "loading", "circuit"])
    var targets: [String] = []
    for row in rows where !targets.contains(row.target) { targets.append(row.target) }
    // Of many outputs the first few: the JSON has all.
    let outputs = targets.filter { !$0.hasPrefix("kappa") }
    let hidden = Set(outputs.count > SideBySide.mostShown ? outputs.dropFirst(SideBySide.mostShown) : [])
    targets.removeAll { hidden.contains($0) }
    let note =
      hidden.isEmpty ? "" : " Of \(outputs.count) outputs the first \(SideBySide.mostShown); JSON has all."
    let rows = rows.filter { !hidden.contains($0.target) }
    for row in rows {
      table.add([
        .text(row.target), .count(row.population), .number(row.network, digits: 4),
        .number(row.circuit, digits: 4), .percent(row.share), .percent(row.error),
      ])
      for (name, value) in row.loadings.sorted(by: { $0.value > $1.value }) where value > 0 {
        parts.add([.text(row.target), .count(row.population), .text(name), .number(value, digits: 4)])
      }
    }
    let panels = targets.map { target in
      CurvePanel(
        title: target, axes: ("step", "current"),
        curves: rows.filter { $0.target == target }.flatMap { row -> [CurvePanel.Curve] in
          func points(_ values: [Double]) -> [(x: Double, y: Double)] {
            values.enumerated().map { (x: Double($0.offset + 1), y: $0.element) }
          }
          return [
            CurvePanel.Curve("population \(row.population)", points(row.course), colour: row.population - 1),
            CurvePanel.Curve("", points(row.circuitCourse), look: .dashed, colour: row.population - 1),
          ]
        })
    }
    return Document(
      title: "Currents into κ and z",
      sections: [
        Document.Section(
          "By population",
          [
            .table(table),
            .paragraph(
              "RMS over \(trials) trials of \(steps) steps (\(trialSource)). Share: of the sum of all populations' currents, "
                + "signed. Error: circuit against network, at the same κ and v.\(note)"),
            .figure(
              Figure.curves(
                name: "currents",
                caption: "Currents by population, mean over trials: network (lines) and circuit (dashed).",
                alternative: "Currents of each population into each κ and z over time.", panels: panels)),
          ]),
        Document.Section("By loading, in the circuit", [.table(parts)]),
      ])
  }
}
