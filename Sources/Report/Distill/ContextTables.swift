// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import Studies

extension DistillationContexts {
  private var populations: Int { names.fractions.count }

  /// The tables of the section on contexts.
  var tables: [Document.Table] {
    [populations > 1 ? couplingTable : nil, actionTable, gainTable, removalTable].compactMap { $0 }
  }

  /// When gains and actions are looked at: the step before the stimulus, where there is one, and the stimulus.
  private var moments: [(name: String, isOnset: Bool)] {
    let hasOnset = modulation.allSatisfy { $0.onset != nil }
    return (hasOnset ? [("just before the stimulus", true)] : []) + [(window, false)]
  }

  /// What an action is, in the letters of the equations, and how much of it is coupling times gain.
  var definitions: [String] {
    let latent = latentName(0, of: circuit.rank)
    var text =
      "The action of an input is ∂(τ d\(latent)/dt)/∂v: how much one unit of it adds to the speed of \(latent). In the network it is the "
      + "mean over units of n φ'(x) I. In the circuit population p adds, for input k, (a + c ȳ)⟨φ'⟩ + (Σj aj qj)(ȳ⟨φ''⟩ + "
      + "s⟨φ'''⟩) + c s⟨φ''⟩ with a and ȳ of input k and s = Σj σkj qj: a coupling times a gain, and terms that are zero while "
      + "κ and v are. "
    if let rest = modulation.compactMap({ largestRest($0) }).max(), populations > 1 {
      text += "Just before the stimulus these are at most \(Studies.text(rest, digits: 1)). "
    }
    text +=
      "Where only a gain changes, an action changes with it, and parts of opposite sign that cancel before no longer do."
    return [text]
  }

  /// The largest difference of a part of an action from coupling times gain, one step before the windows.
  private func largestRest(_ context: ContextModulation) -> Double? {
    guard let onset = context.onset else { return nil }
    var largest = 0.0
    for r in 0..<circuit.rank {
      for k in names.evidence {
        for p in 0..<populations {
          let part = onset.actions[context.place(on: r, of: k, through: p)]
          let coupling = ContextModulation.coupling(of: circuit, on: r, of: k, through: p)
          largest = max(largest, abs(part - coupling * onset.gains[p]))
        }
      }
    }
    return largest
  }

  private var populationNames: [String] {
    populations > 1 ? (0..<populations).map { "population \($0 + 1)" } : []
  }

  private func inputName(_ k: Int, on r: Int) -> String {
    names.inputs[k] + (circuit.rank > 1 ? " on κ\(r + 1)" : "")
  }

  /// Couplings of the evidence to each latent.
  private var couplingTable: Document.Table {
    Document.Table(
      caption: "Couplings a + c ȳ of inputs to κ in the circuit", header: [""] + populationNames,
      rows: (0..<circuit.rank).flatMap { r in
        names.evidence.map { k in
          [.text(inputName(k, on: r))]
            + (0..<populations).map {
              .number(ContextModulation.coupling(of: circuit, on: r, of: k, through: $0), digits: 3)
            }
        }
      })
  }

  /// How strongly each input acts on each latent, in all and through each population, in network and circuit.
  private var actionTable: Document.Table {
    let many = modulation.count > 1
    var rows: [[Document.Cell]] = []
    for moment in moments {
      for (index, context) in modulation.enumerated() {
        let own = network.map { $0[index] }
        for r in 0..<circuit.rank {
          for k in names.evidence {
            let circuitParts = (0..<populations).map { p in
              let place = context.place(on: r, of: k, through: p)
              return moment.isOnset
                ? context.onset?.actions[place] ?? .nan : context.windowActions[place]
            }
            let place: [Document.Cell] = [
              .text(moment.name), .text((many ? context.name + ": " : "") + inputName(k, on: r)),
            ]
            if let own, let found = moment.isOnset ? own.onset : own.window {
              let parts =
                found.parts.isEmpty
                ? [] : (0..<populations).map { found.parts[context.place(on: r, of: k, through: $0)] }
              rows.append(
                place + [.text("network")]
                  + cells(own.action(on: r, of: k, at: found), parts: parts))
            }
            rows.append(
              place + [.text("circuit")] + cells(circuitParts.reduce(0, +), parts: circuitParts))
          }
        }
      }
    }
    return Document.Table(
      caption: "Action of each input on κ" + (populations > 1 ? ", in all and through each population" : ""),
      header: [
        "when", modulation.count > 1 ? "context: input" : "input", "of", populations > 1 ? "sum" : "action",
      ] + populationNames, rows: rows)
  }

  private func cells(_ sum: Double, parts: [Double]) -> [Document.Cell] {
    [.number(sum, digits: 3)]
      + (populations > 1
        ? (0..<populations).map { parts.isEmpty ? .missing : .number(parts[$0], digits: 3) } : [])
  }

  /// Gains by context, of the circuit's populations and of their units in the network.
  private var gainTable: Document.Table {
    Document.Table(
      caption: populations > 1
        ? "Gain ⟨φ'⟩ of each population; network: mean φ' of its units" : "Gain ⟨φ'⟩ in the circuit",
      header: ["when", "context", "of"] + (populations > 1 ? populationNames : ["gain"]),
      rows: moments.flatMap { moment in
        modulation.enumerated().flatMap { index, context -> [[Document.Cell]] in
          func row(_ name: String, _ gains: [Double]?) -> [[Document.Cell]] {
            guard let gains, !gains.isEmpty else { return [] }
            return [
              [.text(moment.name), .text(context.name), .text(name)]
                + gains.map { .number($0, digits: 3) }
            ]
          }
          let own = network.map { $0[index] }
          return row("network", (moment.isOnset ? own?.onset : own?.window)?.gains)
            + row("circuit", moment.isOnset ? context.onset?.gains : context.windowGains)
        }
      })
  }

  /// Choices without each population.
  private var removalTable: Document.Table? {
    guard let (removals, network) = removals else { return nil }
    func row(_ name: String, _ shares: [Double]) -> [Document.Cell] {
      [.text(name)] + shares.map { .percent($0) }
    }
    let counts = groups.map { "\($0.trials.count)" }.joined(separator: " and ")
    var table = Document.Table(
      caption:
        "Right decisions with a population silenced (its rates act on nothing), over \(counts) trials; guessing gets "
        + "50 %", header: [""] + removals.groups)
    table.add(row("full network", network))
    table.add(row("circuit", removals.circuit.intact))
    for p in removals.circuit.without.indices {
      if let own = removals.network {
        table.add(row("network without the units of population \(p + 1)", own.without[p]))
      }
      if let random = removals.random {
        table.add(row("network without as many units, drawn at random", random[p]))
      }
      table.add(row("circuit without population \(p + 1)", removals.circuit.without[p]))
    }
    return table
  }
}
