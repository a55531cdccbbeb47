// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Studies

/// The κ-equations as a LaTeX document that compiles by itself, every number with its standard error.
public struct EquationLaTeX: Sendable {
  /// The document.
  public let document: String

  /// Writes the document.
  ///
  /// - Parameters:
  ///   - terms: the coefficients.
  ///   - title: a line that says whose equations these are.
  ///   - alpha: dt/τ of the network, stated beside them.
  public init(_ terms: CircuitTerms, title: String, alpha: Double) {
    let many = terms.arguments.count > 1
    var rows: [String] = []
    for (r, shares) in terms.latents.enumerated() {
      rows += Self.equation("\\tau \\dot\\kappa_{\(r + 1)}", start: "-\\kappa_{\(r + 1)}", shares, many)
    }
    if terms.form == .current {
      for k in 0..<terms.inputCount {
        rows.append("\\tau \\dot v_{\(k + 1)} &= -v_{\(k + 1)} + u_{\(k + 1)}")
      }
    }
    if terms.hasConstant { rows.append("\\tau \\dot v_c &= -v_c + 1") }
    if terms.hasDecay { rows.append("\\tau \\dot e &= -e, \\quad e(0) = 1") }
    for (o, shares) in terms.outputs.enumerated() {
      let bias = terms.readoutBias.indices.contains(o) ? terms.readoutBias[o] : 0
      let constant = bias == 0 ? "" : " " + Self.signed(.init(value: bias, error: 0))
      if terms.form == .current {
        var equation = Self.equation("z_{\(o + 1)}", start: "", shares, many)
        if let last = equation.popLast() { equation.append(last + constant) }
        rows += equation
      } else {
        rows += Self.equation(
          "\\tau \\dot\\zeta_{\(o + 1)}", start: "-\\zeta_{\(o + 1)}", shares, many)
        rows.append("z_{\(o + 1)} &= \\zeta_{\(o + 1)}\(constant)")
      }
    }
    // In rate form inputs act unfiltered: what is written v is u.
    if terms.form == .rate, terms.inputCount > 0 {
      rows.append("v_k &= u_k \\quad (k = 1, \\dots, \(terms.inputCount))")
    }
    rows += Self.arguments(terms.arguments, mark: "", many)
    if terms.hasOwnOutputArguments { rows += Self.arguments(terms.outputArguments, mark: "z", many) }
    let fractions = terms.arguments.enumerated()
      .map { "\\alpha_{\($0 + 1)} = \(fixed($1.fraction, 4))" }.joined(separator: ",\\; ")
    document = """
      \\documentclass{article}
      \\usepackage{amsmath}
      \\allowdisplaybreaks
      \\begin{document}
      \\noindent \(harmless(title, for: .latex))

      \\medskip\\noindent
      Time in units of the membrane time constant $\\tau$; $\\kappa$, $v$, $u$ and $z$ have no unit.
      The network was simulated with $\\alpha = dt/\\tau = \(alpha)$.
      $\\langle f\\rangle = (2\\pi)^{-1/2}\\int f(\\mu + \\Delta z)\\,e^{-z^2/2}\\,dz$, $\\phi = \(Self.name(terms.transfer))$.
      \(Self.errorNote(terms))\
      \(many ? "; populations: $\(fractions)$" : "").
      \\begin{align*}
      \(rows.joined(separator: " \\\\\n"))
      \\end{align*}
      \\end{document}

      """
  }

  /// μ and Δ² of every population; `mark` tells those of the outputs, where they differ.
  private static func arguments(_ arguments: [CircuitTerms.Argument], mark: String, _ many: Bool) -> [String]
  {
    arguments.enumerated().flatMap { p, argument -> [String] in
      let index = many || !mark.isEmpty ? "_{\(mark)\(many ? "\(p + 1)" : "")}" : ""
      return ["\\mu\(index) &= \(polynomial(argument.mean))"]
        + broken("\\Delta\(index)^2", pieces(argument.variance))
    }
  }

  private static func equation(_ left: String, start: String, _ shares: [CircuitTerms.Share], _ many: Bool)
    -> [String]
  {
    var rows: [String] = []
    for (p, share) in shares.enumerated() {
      let index = many ? "_{\(p + 1)}" : ""
      var text = "\\langle\\phi'\\rangle\(index) \\left[ \(polynomial(share.gain)) \\right]"
      if share.rate.value != 0 { text += " \(signed(share.rate)) \\langle\\phi\\rangle\(index)" }
      let head = p == 0 ? "\(left) &= \(start)\(start.isEmpty ? "" : " + ")" : "&\\quad + "
      rows.append(head + text)
    }
    return rows
  }

  /// Long sums are broken after every third term.
  private static func broken(_ left: String, _ pieces: [String]) -> [String] {
    if pieces.isEmpty { return ["\(left) &= 0"] }
    return stride(from: 0, to: pieces.count, by: 3).map { start in
      let part = pieces[start..<min(start + 3, pieces.count)].joined(separator: " ")
      return start == 0 ? "\(left) &= \(part)" : "&\\quad \(part)"
    }
  }

  private static func polynomial(_ terms: [CircuitTerms.Term]) -> String {
    let pieces = pieces(terms)
    return pieces.isEmpty ? "0" : pieces.joined(separator: " ")
  }

  private static func pieces(_ terms: [CircuitTerms.Term]) -> [String] {
    terms.filter { $0.coefficient.value != 0 }.enumerated().map { index, term in
      let number = signed(term.coefficient)
      let head = index == 0 && number.hasPrefix("+ ") ? String(number.dropFirst(2)) : number
      return term.factors.isEmpty ? head : head + "\\," + product(term.factors)
    }
  }

  private static func signed(_ coefficient: CircuitTerms.Coefficient) -> String {
    let rounded = RoundedNumber(value: abs(coefficient.value), error: coefficient.error)
    let number = coefficient.error > 0 ? "(\(rounded.value) \\pm \(rounded.error))" : rounded.value
    return (coefficient.value < 0 ? "- " : "+ ") + number
  }

  private static func product(_ factors: [CircuitTerms.Variable]) -> String {
    if factors.count == 2 && factors[0] == factors[1] { return name(factors[0]) + "^2" }
    return factors.map { name($0) }.joined(separator: " ")
  }

  private static func name(_ variable: CircuitTerms.Variable) -> String {
    switch variable {
    case .kappa(let r): "\\kappa_{\(r + 1)}"
    case .v(let k): "v_{\(k + 1)}"
    case .constant: "v_c"
    case .decay: "e"
    }
  }

  private static func name(_ transfer: TransferFunction) -> String {
    switch transfer {
    case .tanh: "\\tanh"
    case .erf: "\\operatorname{erf}"
    case .relu: "\\max(\\cdot, 0)"
    case .softplus: "\\log(1 + e^{\\cdot})"
    case .logistic: "1/(1 + e^{-\\cdot})"
    case .linear: "\\operatorname{id}"
    }
  }

  private static func errorNote(_ terms: CircuitTerms) -> String {
    var note =
      terms.unitCount.map {
        "Each number is followed by the standard error that drawing its units gives it ($N = \($0)$)"
      } ?? "The numbers were fitted or given and have no standard errors"
    if terms.hasOwnOutputArguments {
      note +=
        "; the averages in $z$ are taken at $\\mu_z$, $\\Delta_z$, because the bias does not reach the readout"
    }
    return note
  }
}
