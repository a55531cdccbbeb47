// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// The κ-equations as lines of plain text, for a terminal and for the page.
public struct EquationText: Sendable {
  /// The lines.
  public let lines: [String]

  /// Writes the equations out. Terms whose coefficients are exactly zero are left out.
  ///
  /// - Parameters:
  ///   - withErrors: standard errors behind the numbers that have one, in the short form 1.23(45).
  ///   - measured: coefficients of the same form that were measured on units, in braces behind those that were fitted.
  public init(_ terms: CircuitTerms, withErrors: Bool = false, measured: CircuitTerms? = nil) {
    lines = Writer(withErrors: withErrors, isRate: terms.form == .rate).lines(
      terms, measured.flatMap { $0.hasSameForm(as: terms) ? $0 : nil })
  }
}

/// Writes terms as text.
private struct Writer {
  let withErrors: Bool
  let isRate: Bool

  func lines(_ terms: CircuitTerms, _ measured: CircuitTerms?) -> [String] {
    let many = terms.arguments.count > 1
    var lines: [String] = []
    for (r, shares) in terms.latents.enumerated() {
      lines.append("τ dκ\(r + 1)/dt = -κ\(r + 1)" + sum(shares, measured?.latents[r], many))
    }
    if terms.form == .current {
      for k in 0..<terms.inputCount { lines.append("τ dv\(k + 1)/dt = -v\(k + 1) + u\(k + 1)") }
    }
    if terms.hasConstant { lines.append("τ dvc/dt = -vc + 1") }
    if terms.hasDecay { lines.append("τ de/dt = -e,  e(0) = 1") }
    for (o, shares) in terms.outputs.enumerated() {
      let sum = sum(shares, measured?.outputs[o], many)
      let constant = terms.readoutBias.indices.contains(o) ? signed(terms.readoutBias[o]) : ""
      if terms.form == .current {
        lines.append("z\(o + 1) =" + (sum.hasPrefix(" + ") ? " " + sum.dropFirst(3) : sum) + constant)
      } else {
        lines.append("τ dζ\(o + 1)/dt = -ζ\(o + 1)" + sum)
        lines.append("z\(o + 1) = ζ\(o + 1)" + constant)
      }
    }
    add(terms.arguments, measured?.arguments, mark: "", many, to: &lines)
    if terms.hasOwnOutputArguments {
      lines.append("In z, which the bias does not reach, μ and Δ are")
      add(terms.outputArguments, measured?.outputArguments, mark: "ᶻ", many, to: &lines)
    }
    return lines
  }

  private func add(
    _ arguments: [CircuitTerms.Argument], _ measured: [CircuitTerms.Argument]?, mark: String, _ many: Bool,
    to lines: inout [String]
  ) {
    for (p, argument) in arguments.enumerated() {
      let index = many ? "\(p + 1)" : ""
      let share = many ? "   (\(fixed(100 * argument.fraction, 1)) % of the units)" : ""
      lines.append("μ\(mark)\(index) = \(polynomial(argument.mean, measured?[p].mean))\(share)")
      lines.append("Δ\(mark)\(index)² = \(polynomial(argument.variance, measured?[p].variance))")
    }
  }

  private func sum(_ shares: [CircuitTerms.Share], _ measured: [CircuitTerms.Share]?, _ many: Bool) -> String
  {
    shares.enumerated().map { p, share in
      let index = many ? "\(p + 1)" : ""
      var text = " + ⟨φ'⟩\(index) [ \(polynomial(share.gain, measured?[p].gain)) ]"
      let rate = measured?[p].rate
      if share.rate.value != 0 || (rate?.value ?? 0) != 0 {
        text += (share.rate.value < 0 ? " - " : " + ") + magnitude(share.rate, rate) + " ⟨φ⟩\(index)"
      }
      return text
    }.joined()
  }

  private func polynomial(_ terms: [CircuitTerms.Term], _ measured: [CircuitTerms.Term]?) -> String {
    var text = ""
    for (index, term) in terms.enumerated() {
      let own = measured?[index].coefficient
      if term.coefficient.value == 0 && (own?.value ?? 0) == 0 { continue }
      let isNegative = term.coefficient.value < 0
      text += text.isEmpty ? (isNegative ? "-" : "") : (isNegative ? " - " : " + ")
      text += magnitude(term.coefficient, own)
      if !term.factors.isEmpty { text += " " + product(term.factors) }
    }
    return text.isEmpty ? "0" : text
  }

  /// The size of a number; in braces, with its sign, what was measured.
  private func magnitude(_ coefficient: CircuitTerms.Coefficient, _ measured: CircuitTerms.Coefficient?)
    -> String
  {
    let rounded = RoundedNumber(value: abs(coefficient.value), error: coefficient.error)
    let own = measured.map { " {\(RoundedNumber(value: $0.value, error: $0.error).value)}" } ?? ""
    return (withErrors ? rounded.concise : rounded.value) + own
  }

  private func product(_ factors: [CircuitTerms.Variable]) -> String {
    if factors.count == 2 && factors[0] == factors[1] { return name(factors[0]) + "²" }
    return factors.map { name($0) }.joined(separator: " ")
  }

  private func name(_ variable: CircuitTerms.Variable) -> String {
    switch variable {
    case .kappa(let r): "κ\(r + 1)"
    case .v(let k): isRate ? "u\(k + 1)" : "v\(k + 1)"
    case .constant: "vc"
    case .decay: "e"
    }
  }

  /// A readout bias behind a sum; nothing if it is zero.
  private func signed(_ value: Double) -> String {
    value == 0 ? "" : (value < 0 ? " - " : " + ") + magnitude(.init(value: value, error: 0), nil)
  }
}
