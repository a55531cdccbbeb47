// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Studies

/// The κ-equations of circuits with many coefficients: their form as formulas, and the numbers as a table.
struct EquationOutline {
  /// The form.
  let equations: Document.Equations
  /// What the letters mean.
  let note: String
  /// The numbers: a row for each equation and population, a column for each variable. `nil` where it would be too large to
  /// be taken in.
  let table: Document.Table?

  /// Numbers that a reader takes in as formulas, and as a table.
  private static let mostNumbers = 26
  private static let (mostVariables, mostRows) = (6, 18)

  /// Whether the formulas with all their numbers are too long to stand by themselves.
  static func isNeeded(_ terms: CircuitTerms) -> Bool {
    EquationMathML(terms).lines.reduce(0) { $0 + $1.count } > mostNumbers
  }

  /// - Parameters:
  ///   - terms: the coefficients.
  ///   - measured: the same as measured on the network's units; left out where they have another form.
  ///   - inputs: a name for every input channel.
  init(_ terms: CircuitTerms, measured: CircuitTerms?, inputs: [String]) {
    let form = Formulas(isRate: terms.form == .rate, hasPopulations: terms.arguments.count > 1)
    equations = Document.Equations(
      lines: [form.latents] + (terms.outputs.isEmpty ? [] : [form.outputs])
        + (terms.form == .current && terms.inputCount > 0 ? [form.inputs] : []) + [form.arguments])
    let rank = terms.latents.count
    let variables = (terms.arguments.first?.mean ?? []).map { Self.name($0.factors, [], form.isRate, rank) }
    let constants = terms.readoutBias.filter { $0 != 0 }.map { Studies.text($0, digits: 3) }
    note =
      "q = (\(variables.joined(separator: ", "))), in the order of the table's columns. ⟨f⟩ is the mean of f over the normal distribution of mean μ and variance "
      + "Δ²" + (form.hasPopulations ? " of population p. " : ". ")
      + (constants.isEmpty ? "" : "To z is added z₀ = \(constants.joined(separator: ", ")). ")
      + (terms.hasOwnOutputArguments ? "In z the bias is no part of μ and Δ. " : "")
      + "The numbers of Δ² stand under Equations."
    let table = Self.numbers(
      terms, measured.flatMap { $0.hasSameForm(as: terms) ? $0 : nil }, inputs,
      hasPopulations: form.hasPopulations)
    let fits = variables.count <= Self.mostVariables && table.rows.count <= Self.mostRows
    self.table = fits ? table : nil
  }

  private static func numbers(
    _ terms: CircuitTerms, _ measured: CircuitTerms?, _ inputs: [String], hasPopulations: Bool
  ) -> Document.Table {
    let drives = (terms.arguments.first?.mean ?? []).map(\.factors)
    var table = Document.Table(
      caption: "Coefficients a (rows κ), b (rows z), means ȳ (rows μ); last column: c, and d in rows z"
        + (measured == nil ? "" : "; small: measured on units"),
      header: [""] + (hasPopulations ? ["p"] : [])
        + drives.map { name($0, inputs, terms.form == .rate, terms.latents.count) } + ["of ⟨φ⟩"])
    // Half a page has room for six columns of three digits.
    let digits = drives.count > 5 ? 2 : 3
    func cell(_ value: CircuitTerms.Coefficient, _ own: CircuitTerms.Coefficient?) -> Document.Cell {
      own.map { .fitted(value.value, measured: $0.value, digits: digits) }
        ?? .number(value.value, digits: digits)
    }
    func add(_ name: String, _ p: Int, _ cells: [Document.Cell]) {
      table.add([.text(name)] + (hasPopulations ? [.count(p + 1)] : []) + cells)
    }
    func add(_ name: String, _ shares: [CircuitTerms.Share], _ own: [CircuitTerms.Share]?) {
      for (p, share) in shares.enumerated() {
        // Outputs that the bias does not reach have fewer terms.
        let cells = drives.map { factors -> Document.Cell in
          guard let index = share.gain.firstIndex(where: { $0.factors == factors }) else { return .empty }
          return cell(share.gain[index].coefficient, own?[p].gain[index].coefficient)
        }
        add(name, p, cells + [cell(share.rate, own?[p].rate)])
      }
    }
    for (r, shares) in terms.latents.enumerated() {
      add(latentName(r, of: terms.latents.count), shares, measured?.latents[r])
    }
    for (o, shares) in terms.outputs.enumerated() {
      add(terms.outputs.count == 1 ? "z" : "z\(o + 1)", shares, measured?.outputs[o])
    }
    for (p, argument) in terms.arguments.enumerated() {
      let own = measured?.arguments[p].mean
      add("μ", p, argument.mean.indices.map { cell(argument.mean[$0].coefficient, own?[$0].coefficient) })
    }
    return table
  }

  /// A drive as the head of a column: an input by its name.
  private static func name(
    _ factors: [CircuitTerms.Variable], _ inputs: [String], _ isRate: Bool, _ rank: Int
  ) -> String {
    guard let first = factors.first else { return "1" }
    return switch first {
    case .kappa(let r): latentName(r, of: rank)
    case .v(let k): k < inputs.count ? inputs[k] : isRate ? "u\(k + 1)" : "v\(k + 1)"
    case .constant: "vc"
    case .decay: "e"
    }
  }
}

/// The lines of the form.
private struct Formulas {
  let isRate, hasPopulations: Bool

  /// τ dκ/dt = -κ + Σ.
  var latents: Document.Equations.Line {
    .init(
      "τ dκ/dt = -κ + " + text("a", "c"),
      pieces: [relaxing("κ"), "<mo form=\"infix\">+</mo>" + sum("a", "c")])
  }

  /// z = Σ; in rate form z relaxes to that.
  var outputs: Document.Equations.Line {
    isRate
      ? .init(
        "τ dz/dt = -z + " + text("b", "d"),
        pieces: [relaxing("z"), "<mo form=\"infix\">+</mo>" + sum("b", "d")])
      : .init("z = " + text("b", "d"), pieces: ["<mi>z</mi><mo>=</mo>", sum("b", "d")])
  }

  /// τ dv/dt = -v + u.
  var inputs: Document.Equations.Line {
    .init("τ dv/dt = -v + u", pieces: [relaxing("v") + "<mo>+</mo><mi>u</mi>"])
  }

  /// μ and Δ².
  var arguments: Document.Equations.Line {
    let delta = "<mi mathvariant=\"normal\">Δ</mi>"
    return .init(
      "μ = ȳ·q,  Δ² = qᵀσ q",
      pieces: [
        "\(indexed("<mi>μ</mi>"))<mo>=</mo>\(product("ȳ"))<mo>,</mo>",
        (hasPopulations
          ? "<msubsup>\(delta)<mi>p</mi><mn>2</mn></msubsup>" : "<msup>\(delta)<mn>2</mn></msup>")
          + "<mo>=</mo><munder><mo>∑</mo><mrow><mi>j</mi><mi>k</mi></mrow></munder>"
          + "\(indexed("<mi>σ</mi>", "<mi>j</mi><mi>k</mi>"))<msub><mi>q</mi><mi>j</mi></msub><msub><mi>q</mi><mi>k</mi></msub>",
      ])
  }

  private func text(_ a: String, _ c: String) -> String {
    hasPopulations ? "Σp ( ⟨φ'⟩p \(a)·q + \(c) ⟨φ⟩p )" : "⟨φ'⟩ \(a)·q + \(c) ⟨φ⟩"
  }

  private func sum(_ a: String, _ c: String) -> String {
    let terms =
      average("<msup><mi>φ</mi><mo>′</mo></msup>") + product(a) + "<mo form=\"infix\">+</mo>"
      + indexed("<mi>\(c)</mi>") + average("<mi>φ</mi>")
    return hasPopulations
      ? "<munder><mo>∑</mo><mi>p</mi></munder><mo stretchy=\"false\" form=\"prefix\">(</mo>\(terms)"
        + "<mo stretchy=\"false\" form=\"postfix\">)</mo>"
      : terms
  }

  /// Σ_j a_pj q_j.
  private func product(_ a: String) -> String {
    "<munder><mo>∑</mo><mi>j</mi></munder>\(indexed("<mi>\(a)</mi>", "<mi>j</mi>"))<msub><mi>q</mi><mi>j</mi></msub>"
  }

  private func relaxing(_ name: String) -> String {
    EquationMathML.derivative(name, "") + "<mo>=</mo><mo form=\"prefix\">−</mo><mi>\(name)</mi>"
  }

  private func average(_ function: String) -> String {
    indexed(
      "<mrow><mo stretchy=\"false\" form=\"prefix\">⟨</mo>\(function)<mo stretchy=\"false\" form=\"postfix\">⟩</mo></mrow>"
    )
  }

  private func indexed(_ base: String, _ more: String = "") -> String {
    let index = (hasPopulations ? "<mi>p</mi>" : "") + more
    return index.isEmpty ? base : "<msub>\(base)<mrow>\(index)</mrow></msub>"
  }
}
