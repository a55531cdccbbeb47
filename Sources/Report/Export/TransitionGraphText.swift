// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Studies

extension PortraitResult {
  /// A language of graphs.
  public enum GraphLanguage: String, Sendable, CaseIterable {
    /// Graphviz.
    case dot
    /// GraphML, for yEd, Gephi, NetworkX.
    case graphml
  }

  /// What stimuli do to attractors as a graph: a node an attractor, an edge for each attractor and stimulus; `nil` where no
  /// task was asked for. Where a state did not settle in time, there is no edge.
  public func graph(_ language: GraphLanguage) -> String? {
    guard let attractors, let transitions else { return nil }
    let edges = transitions.flatMap { transition in
      transition.destinations.enumerated().filter { $0.element >= 0 }.map {
        (from: $0.offset, to: $0.element, stimulus: transition.stimulus)
      }
    }
    let kappas = attractors.map { name -> String? in
      guard let number = Int(name), points.indices.contains(number - 1) else { return nil }
      return points[number - 1].kappa.map { given($0) }.joined(separator: ", ")
    }
    switch language {
    case .dot:
      func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: " ")
          + "\""
      }
      var lines = ["digraph attractors {"]
      for (index, name) in attractors.enumerated() {
        let label = kappas[index].map { "κ = (\($0))" } ?? "cycle \(name)"
        lines.append("  a\(index) [label=\(quoted(label))];")
      }
      for edge in edges { lines.append("  a\(edge.from) -> a\(edge.to) [label=\(quoted(edge.stimulus))];") }
      return lines.joined(separator: "\n") + "\n}\n"
    case .graphml:
      func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
          .replacing("\"", with: "&quot;")
      }
      var lines = [
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
        "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">",
        "  <key id=\"name\" for=\"node\" attr.name=\"name\" attr.type=\"string\"/>",
        "  <key id=\"kappa\" for=\"node\" attr.name=\"kappa\" attr.type=\"string\"/>",
        "  <key id=\"stimulus\" for=\"edge\" attr.name=\"stimulus\" attr.type=\"string\"/>",
        "  <graph id=\"attractors\" edgedefault=\"directed\">",
      ]
      for (index, name) in attractors.enumerated() {
        let kappa = kappas[index].map { "<data key=\"kappa\">\($0)</data>" } ?? ""
        lines.append("    <node id=\"a\(index)\"><data key=\"name\">\(escaped(name))</data>\(kappa)</node>")
      }
      for (index, edge) in edges.enumerated() {
        lines.append(
          "    <edge id=\"e\(index)\" source=\"a\(edge.from)\" target=\"a\(edge.to)\"><data key=\"stimulus\">"
            + "\(escaped(edge.stimulus))</data></edge>")
      }
      return lines.joined(separator: "\n") + "\n  </graph>\n</graphml>\n"
    }
  }
}
