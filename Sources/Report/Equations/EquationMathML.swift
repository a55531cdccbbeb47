// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Studies

/// The κ-equations as MathML, which browsers draw without help: the same lines as `EquationText`, term by term.
///
/// Every line is a list of pieces, between which it may be broken: browsers break no formula by themselves. Terms whose
/// coefficients are exactly zero are left out.
struct EquationMathML {
  /// The pieces of every line; none for a line of words.
  let lines: [[String]]

  /// Writes the equations out.
  ///
  /// - Parameters:
  ///   - terms: the coefficients.
  ///   - withErrors: standard errors behind the numbers that have one, in the short form 1.23(45).
  ///   - measured: coefficients of the same form that were measured on the network's units; they stand below the numbers.
  init(_ terms: CircuitTerms, withErrors: Bool = false, measured: CircuitTerms? = nil) {
    let writer = Writer(
      withErrors: withErrors, hasMeasured: measured != nil, many: terms.arguments.count > 1,
      isRate: terms.form == .rate)
    var lines: [[String]] = []
    for (r, shares) in terms.latents.enumerated() {
      let kappa = Self.indexed("<mi>κ</mi>", "\(r + 1)")
      lines.append(
        ["\(Self.derivative("κ", "\(r + 1)"))<mo>=</mo><mo form=\"prefix\">−</mo>\(kappa)"]
          + writer.sum(shares, measured?.latents[r], isFirst: false))
    }
    for k in 0..<(terms.form == .current ? terms.inputCount : 0) {
      let (v, u) = (Self.indexed("<mi>v</mi>", "\(k + 1)"), Self.indexed("<mi>u</mi>", "\(k + 1)"))
      lines.append([
        "\(Self.derivative("v", "\(k + 1)"))<mo>=</mo><mo form=\"prefix\">−</mo>\(v)<mo>+</mo>\(u)"
      ])
    }
    if terms.hasConstant {
      let v = Self.indexed("<mi>v</mi>", "c")
      lines.append([
        "\(Self.derivative("v", "c"))<mo>=</mo><mo form=\"prefix\">−</mo>\(v)<mo>+</mo><mn>1</mn>"
      ])
    }
    if terms.hasDecay {
      lines.append([
        "\(Self.derivative("e", ""))<mo>=</mo><mo form=\"prefix\">−</mo><mi>e</mi><mo>,</mo>",
        "<mi>e</mi><mo stretchy=\"false\">(</mo><mn>0</mn><mo stretchy=\"false\">)</mo><mo>=</mo><mn>1</mn>",
      ])
    }
    for (o, shares) in terms.outputs.enumerated() {
      let z = Self.indexed("<mi>z</mi>", "\(o + 1)")
      let bias = terms.readoutBias.indices.contains(o) ? terms.readoutBias[o] : 0
      let constant = bias == 0 ? [] : [writer.constant(bias)]
      if terms.form == .current {
        var pieces = writer.sum(shares, measured?.outputs[o], isFirst: true) + constant
        pieces[0] = z + "<mo>=</mo>" + pieces[0]
        lines.append(pieces)
      } else {
        // Rates are what the readout adds up, so that z relaxes, too.
        let zeta = Self.indexed("<mi>ζ</mi>", "\(o + 1)")
        lines.append(
          ["\(Self.derivative("ζ", "\(o + 1)"))<mo>=</mo><mo form=\"prefix\">−</mo>\(zeta)"]
            + writer.sum(shares, measured?.outputs[o], isFirst: false))
        lines.append([z + "<mo>=</mo>" + zeta] + constant)
      }
    }
    lines += writer.arguments(terms.arguments, measured?.arguments, mark: "")
    if terms.hasOwnOutputArguments {
      lines.append([])
      lines += writer.arguments(terms.outputArguments, measured?.outputArguments, mark: "z")
    }
    self.lines = lines
  }

  fileprivate static func indexed(_ base: String, _ index: String) -> String {
    index.isEmpty ? base : "<msub>\(base)<mi mathvariant=\"normal\">\(index)</mi></msub>"
  }

  /// τ times the derivative with respect to time, on one line: not every font has a dot that stands clear of its letter.
  static func derivative(_ name: String, _ index: String) -> String {
    "<mi>τ</mi><mspace width=\"0.15em\"/><mi mathvariant=\"normal\">d</mi>\(indexed("<mi>\(name)</mi>", index))"
      + "<mo>/</mo><mi mathvariant=\"normal\">d</mi><mi>t</mi>"
  }
}

private struct Writer {
  let withErrors: Bool
  let hasMeasured: Bool
  let many: Bool
  let isRate: Bool

  /// A readout bias behind a sum.
  func constant(_ value: Double) -> String {
    "<mo form=\"infix\">\(value < 0 ? "−" : "+")</mo>\(number(.init(value: value, error: 0), nil))"
  }

  /// One population after the other: + ⟨φ'⟩ [ … ] + … ⟨φ⟩.
  func sum(_ shares: [CircuitTerms.Share], _ measured: [CircuitTerms.Share]?, isFirst: Bool) -> [String] {
    shares.enumerated().flatMap { p, share -> [String] in
      let index = many ? "\(p + 1)" : ""
      let own = measured.flatMap { p < $0.count ? $0[p] : nil }
      let gain = average("<msup><mi>φ</mi><mo>′</mo></msup>", index)
      var pieces = polynomial(share.gain, own?.gain)
      let sign = p == 0 && isFirst ? "" : "<mo form=\"infix\">+</mo>"
      pieces[0] = "\(sign)\(gain)<mo stretchy=\"false\" form=\"prefix\">[</mo>\(pieces[0])"
      pieces[pieces.count - 1] += "<mo stretchy=\"false\" form=\"postfix\">]</mo>"
      if share.rate.value != 0 || (own?.rate.value ?? 0) != 0 {
        pieces.append(
          "<mo form=\"infix\">\(share.rate.value < 0 ? "−" : "+")</mo>\(number(share.rate, own?.rate))"
            + "<mspace width=\"0.15em\"/>\(average("<mi>φ</mi>", index))")
      }
      return pieces
    }
  }

  /// μ and Δ² of every population.
  func arguments(_ arguments: [CircuitTerms.Argument], _ measured: [CircuitTerms.Argument]?, mark: String)
    -> [[String]]
  {
    arguments.enumerated().flatMap { p, argument -> [[String]] in
      let index = mark + (many ? "\(p + 1)" : "")
      let own = measured.flatMap { p < $0.count ? $0[p] : nil }
      var mean = polynomial(argument.mean, own?.mean)
      mean[0] = EquationMathML.indexed("<mi>μ</mi>", index) + "<mo>=</mo>" + mean[0]
      if many {
        mean.append("<mtext>(\(fixed(100 * argument.fraction, 1))\u{A0}% of the units)</mtext>")
      }
      var variance = polynomial(argument.variance, own?.variance)
      let delta =
        index.isEmpty
        ? "<msup><mi mathvariant=\"normal\">Δ</mi><mn>2</mn></msup>"
        : "<msubsup><mi mathvariant=\"normal\">Δ</mi><mi mathvariant=\"normal\">\(index)</mi><mn>2</mn></msubsup>"
      variance[0] = delta + "<mo>=</mo>" + variance[0]
      return [mean, variance]
    }
  }

  /// At least one piece.
  private func polynomial(_ terms: [CircuitTerms.Term], _ measured: [CircuitTerms.Term]?) -> [String] {
    var pieces: [String] = []
    for (index, term) in terms.enumerated() {
      let own = measured.flatMap { index < $0.count ? $0[index].coefficient : nil }
      if term.coefficient.value == 0 && (own?.value ?? 0) == 0 { continue }
      let isNegative = term.coefficient.value < 0
      let sign =
        pieces.isEmpty
        ? (isNegative ? "<mo form=\"prefix\">−</mo>" : "")
        : "<mo form=\"infix\">\(isNegative ? "−" : "+")</mo>"
      let factors = term.factors.isEmpty ? "" : "<mspace width=\"0.15em\"/>" + product(term.factors)
      pieces.append(sign + number(term.coefficient, own) + factors)
    }
    return pieces.isEmpty ? ["<mn>0</mn>"] : pieces
  }

  /// The magnitude of a number; below it, with its sign, what was measured.
  private func number(_ coefficient: CircuitTerms.Coefficient, _ measured: CircuitTerms.Coefficient?)
    -> String
  {
    let rounded = RoundedNumber(value: abs(coefficient.value), error: coefficient.error)
    let shown = "<mn>\(withErrors ? rounded.concise : rounded.value)</mn>"
    guard hasMeasured, let measured else { return shown }
    let own = RoundedNumber(value: abs(measured.value), error: measured.error).value
    return
      "<munder>\(shown)<mn class=\"measured\">\(measured.value < 0 ? "−" : "+")\(own)</mn></munder>"
  }

  private func product(_ factors: [CircuitTerms.Variable]) -> String {
    if factors.count == 2 && factors[0] == factors[1] {
      return "<msup>\(name(factors[0]))<mn>2</mn></msup>"
    }
    return factors.map(name).joined(separator: "<mspace width=\"0.1em\"/>")
  }

  private func name(_ variable: CircuitTerms.Variable) -> String {
    switch variable {
    case .kappa(let r): EquationMathML.indexed("<mi>κ</mi>", "\(r + 1)")
    case .v(let k): EquationMathML.indexed("<mi>\(isRate ? "u" : "v")</mi>", "\(k + 1)")
    case .constant: EquationMathML.indexed("<mi>v</mi>", "c")
    case .decay: "<mi>e</mi>"
    }
  }

  private func average(_ function: String, _ index: String) -> String {
    EquationMathML.indexed(
      "<mrow><mo stretchy=\"false\" form=\"prefix\">⟨</mo>\(function)<mo stretchy=\"false\" form=\"postfix\">⟩</mo></mrow>",
      index)
  }
}

extension Document.Equations {
  /// The κ-equations: text for terminals, formulas for pages.
  ///
  /// - Parameters:
  ///   - terms: the coefficients.
  ///   - withErrors: standard errors behind the numbers that have one, in the short form 1.23(45).
  ///   - measured: coefficients that were measured on the network's units, to stand beside those of a fit: below them on
  ///     a page, in braces behind them in text. Left out where it has another form than the equations.
  public init(_ terms: CircuitTerms, withErrors: Bool = false, measured: CircuitTerms? = nil) {
    let measured = measured.flatMap { $0.hasSameForm(as: terms) ? $0 : nil }
    let texts = EquationText(terms, withErrors: withErrors, measured: measured).lines
    let formulas = EquationMathML(terms, withErrors: withErrors, measured: measured).lines
    self.init(lines: zip(texts, formulas).map { Line($0, pieces: $1) })
  }
}
