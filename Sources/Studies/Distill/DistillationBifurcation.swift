// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank

/// The bifurcation diagram of the page: fixed points of the circuit over the input that moves κ most.
public struct DistillationBifurcation: Sendable {
  /// The diagram, where one could be made.
  public let diagram: BifurcationDiagram?
  /// The name of the input that is varied.
  public let parameter: String
  /// The values it takes.
  public let range: ClosedRange<Double>
  /// What is varied and what is held, or why there is no diagram.
  public let sentence: String

  /// Follows the fixed points of a circuit over one input.
  ///
  /// - Parameter told: the circuit that the page speaks of, with the names of its inputs.
  init(_ told: DistillationContexts, panels: [TaskPanel], _ observer: some Observer) throws(StudyError) {
    let circuit = told.circuit
    guard (1...2).contains(circuit.rank) else {
      (diagram, parameter, range, sentence) = (
        nil, "", 0...0, "No bifurcation diagram is drawn: κ has \(circuit.rank) dimensions."
      )
      return
    }
    guard let (channel, held, range) = Self.choice(told, panels) else {
      (diagram, parameter, range, sentence) = (
        nil, "", 0...0, "No bifurcation diagram is drawn: no input of the trials varies."
      )
      return
    }
    let name = told.names.inputs[channel]
    var search = BifurcationSearch()
    // A page needs curves, not proofs: `kappa bifurcation` spends more.
    search.search.budget = circuit.rank == 1 ? 4000 : 500
    search.search.starts = 12
    search.pointLimit = 1000
    (parameter, self.range) = (name, range)
    do {
      let diagram = try observer.metered("following fixed points") { _ in
        try search.diagram(of: circuit, input: held, parameter: .input(channel), over: range)
      }
      let others = held.indices.filter { $0 != channel && held[$0] != 0 }.map {
        "\(told.names.inputs[$0]) at \(text(held[$0], digits: 2))"
      }
      let count = diagram.branches.count
      self.diagram = diagram.branches.isEmpty ? nil : diagram
      sentence =
        "Over the range of the task, the circuit's fixed points under a constant \(name) lie on "
        + "\(count) branch\(count == 1 ? "" : "es"); all other inputs are zero"
        + (others.isEmpty ? "" : ", but for " + others.joined(separator: ", ")) + ". "
        + Self.list(diagram)
    } catch {
      let error = StudyError(error)
      if error.kind == .cancelled { throw error }
      (diagram, sentence) = (nil, "No bifurcation diagram is drawn: \(error).")
    }
  }

  /// The input that moves κ most over the range it takes, the others' values, and the range.
  private static func choice(
    _ told: DistillationContexts, _ panels: [TaskPanel]
  ) -> (channel: Int, held: [Double], range: ClosedRange<Double>)? {
    func reach(_ k: Int) -> Double { panels.map { abs($0.input[k]) }.max() ?? 0 }
    func effect(_ k: Int) -> Double {
      let action = told.modulation.flatMap { context in
        (0..<told.circuit.rank).map { abs(context.action(on: $0, of: k)) }
      }.max()
      return reach(k) * (action ?? 0)
    }
    guard let channel = told.names.evidence.max(by: { effect($0) < effect($1) }), effect(channel) > 0 else {
      return nil
    }
    // Colour is varied in the colour context, where the task has contexts.
    let context = told.names.inputs.firstIndex(of: told.names.inputs[channel] + " context")
    let own = panels.filter { panel in context.map { panel.input[$0] != 0 } ?? true }
    guard
      let strongest = (own.isEmpty ? panels : own).max(by: { abs($0.input[channel]) < abs($1.input[channel]) }
      )
    else { return nil }
    var held = strongest.input
    for k in told.names.evidence { held[k] = 0 }
    let values = panels.map { $0.input[channel] }
    let (low, high) = (min(values.min() ?? 0, 0), max(values.max() ?? 0, 0))
    return low < high ? (channel, held, low...high) : nil
  }

  private static func list(_ diagram: BifurcationDiagram) -> String {
    let items = diagram.bifurcations.prefix(6).map {
      "\($0.kind.rawValue) at \(text($0.parameter, digits: 3))"
    }
    if items.isEmpty { return "No bifurcation was met." }
    let more = diagram.bifurcations.count - items.count
    return "Met on the way: " + items.joined(separator: ", ") + (more > 0 ? " and \(more) more." : ".")
  }
}
