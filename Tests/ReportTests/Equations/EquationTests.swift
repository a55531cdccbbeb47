// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import Report
import TestSupport
import Testing
import Studies

/// The printed equations, read back, are the circuit's.
@Suite struct EquationTests {
  /// The decision circuit of the course: σ_mn 1.4, σ_nI 2.6, σ_mw 2.1, unit variances of m and I.
  private func decisionCircuit(units: Int) -> EffectiveCircuit {
    let layout = LoadingLayout(rank: 1, inputCount: 1, outputCount: 1)
    // n = 1.4 m + 2.6 I, w = 2.1 m: order n, w, m, I.
    let factors: [[Double]] = [[1.4, 2.6], [2.1, 0], [1, 0], [0, 1]]
    let covariance = Matrix(rows: 4, columns: 4) { a, b in
      factors[a][0] * factors[b][0] + factors[a][1] * factors[b][1]
    }
    let population = Population(
      layout: layout, fraction: 1, mean: [0, 0, 0, 0], covariance: covariance)
    return EffectiveCircuit(
      ConnectivityStatistics(layout: layout, unitCount: units, populations: [population]), transfer: .tanh)
  }

  @Test func textOfTheDecisionCircuit() {
    let lines = EquationText(CircuitTerms(of: decisionCircuit(units: 100), unitCount: 100_000_000)).lines
    #expect(lines[0].hasPrefix("τ dκ1/dt = -κ1 + ⟨φ'⟩ [ 1.4"))
    #expect(lines[0].contains(" + 2.6"))
    #expect(lines[1] == "τ dv1/dt = -v1 + u1")
    #expect(lines[2].hasPrefix("z1 = ⟨φ'⟩ [ 2.1"))
    #expect(lines[3] == "μ = 0")
    #expect(lines[4].contains("κ1² + 1.0") && lines[4].hasSuffix("v1²"))
  }

  /// SE(σ_mn) = √((σ_mm σ_nn + σ_mn²)/N): √((8.72 + 1.96)/128) = .2889.
  @Test func standardErrorsAreTheTheorysOwn() {
    let terms = CircuitTerms(of: decisionCircuit(units: 128), unitCount: 128)
    let coefficient = terms.latents[0][0].gain[0].coefficient
    #expect(coefficient.value == 1.4)
    #expect(abs(coefficient.error - ((8.72 + 1.96) / 128).squareRoot()) < 1e-12)
    // Twice the off-diagonal covariance stands in Δ², and twice its error.
    let cross = terms.arguments[0].variance[1]
    #expect(cross.factors == [.kappa(0), .v(0)])
    #expect(abs(cross.coefficient.error - 2 * (1.0 / 128).squareRoot()) < 1e-12)
  }

  /// Evaluating the terms gives the derivative that the engine computes: every form, with everything.
  @Test(arguments: [
    NetworkKind(form: .current, bias: true), NetworkKind(form: .current, bias: false),
    .everything(.current), .everything(.rate),
    NetworkKind(form: .current, current: true, readoutBias: true),
    NetworkKind(form: .rate, initialState: true),
  ])
  func termsAreTheDynamics(kind: NetworkKind) throws {
    let network = try randomNetwork(kind, units: 80, seed: 201)
    let circuit = try EffectiveCircuit(of: network, labels: (0..<80).map { $0 % 2 })
    let terms = CircuitTerms(of: circuit, unitCount: 80)
    #expect(terms.hasOwnOutputArguments == (kind.form == .current && kind.bias == false))
    // κ, v (rate form: u), v_c, e.
    let state = [0.3, -0.7, 0.5, 0.2, 0.6, 0.4]
    func value(_ terms: [CircuitTerms.Term]) -> Double {
      terms.reduce(0) { sum, term in
        sum
          + term.factors.reduce(term.coefficient.value) { product, factor in
            switch factor {
            case .kappa(let r): product * state[r]
            case .v(let k): product * state[2 + k]
            case .constant: product * state[4]
            case .decay: product * state[5]
            }
          }
      }
    }
    let gain = Gain(.tanh)
    func averages(_ arguments: [CircuitTerms.Argument]) -> [(rate: Double, gain: Double)] {
      arguments.map { gain.rateAndGain(mean: value($0.mean), variance: value($0.variance)) }
    }
    func sum(_ shares: [CircuitTerms.Share], _ arguments: [CircuitTerms.Argument]) -> Double {
      zip(shares, averages(arguments)).reduce(0) {
        $0 + $1.0.rate.value * $1.1.rate + value($1.0.gain) * $1.1.gain
      }
    }
    let isRate = kind.form == .rate
    let zeta = [0.15, -0.35]
    let own =
      isRate
      ? state[..<2] + zeta
      : state[..<4] + (terms.hasConstant ? [state[4]] : []) + (terms.hasDecay ? [state[5]] : [])
    #expect(own.count == circuit.dimension)
    var derivative = [Double](repeating: 0, count: circuit.dimension)
    var outputs = [0.0, 0.0]
    var span = derivative.mutableSpan
    let input = isRate ? Array(state[2..<4]) : [0.0, 0.0]
    circuit.derivative(of: Array(own).span, input: input.span, noiseVariance: 0, into: &span)
    span = outputs.mutableSpan
    circuit.outputs(of: Array(own).span, noiseVariance: 0, into: &span)
    func bias(_ o: Int) -> Double { terms.readoutBias.isEmpty ? 0 : terms.readoutBias[o] }
    for r in 0..<2 {
      #expect(abs(derivative[r] - (sum(terms.latents[r], terms.arguments) - state[r])) < 1e-12)
    }
    for o in 0..<2 {
      let average = sum(terms.outputs[o], terms.outputArguments)
      if isRate {
        #expect(abs(derivative[2 + o] - (average - zeta[o])) < 1e-12)
        #expect(abs(outputs[o] - (zeta[o] + bias(o))) < 1e-12)
      } else {
        #expect(abs(outputs[o] - (average + bias(o))) < 1e-12)
      }
    }
  }

  /// What the words must say of each form.
  @Test func formsHaveTheirOwnLines() throws {
    func lines(_ kind: NetworkKind) throws -> [String] {
      let circuit = try EffectiveCircuit(of: try randomNetwork(kind, units: 50, seed: 203))
      return EquationText(CircuitTerms(of: circuit, unitCount: nil)).lines
    }
    let current = try lines(.everything(.current))
    #expect(current.contains("τ dvc/dt = -vc + 1") && current.contains("τ de/dt = -e,  e(0) = 1"))
    let rate = try lines(.everything(.rate))
    #expect(rate.contains { $0.hasPrefix("τ dζ1/dt = -ζ1") } && rate.contains { $0.hasPrefix("z1 = ζ1") })
    #expect(!rate.contains { $0.contains("v1") } && rate.contains { $0.contains("u1") })
  }

  @Test func latexIsBalancedAndEscaped() throws {
    let network = try randomNetwork(units: 50, rank: 2, inputs: 2, outputs: 1, seed: 202)
    let circuit = try EffectiveCircuit(of: network, labels: (0..<50).map { $0 % 2 })
    let document = EquationLaTeX(
      CircuitTerms(of: circuit, unitCount: 50), title: ##"a_b & 100% \of #1"##, alpha: 0.2
    )
    .document
    #expect(document.contains(##"a\_b \& 100\% \textbackslash{}of \#1"##))
    var depth = 0
    for character in document.replacing(#"\{"#, with: "").replacing(#"\}"#, with: "") {
      if character == "{" { depth += 1 }
      if character == "}" { depth -= 1 }
      #expect(depth >= 0)
    }
    #expect(depth == 0)
    let foreign = EquationLaTeX(CircuitTerms(of: circuit, unitCount: nil), title: "κ of réseau", alpha: 0.2)
      .document
    #expect(foreign.utf8.allSatisfy { $0 < 128 }, "what pdflatex does not know must not be in it")
    #expect(!foreign.contains(#"\pm"#), "a circuit without units has no standard errors")
    #expect(document.contains(#"\tau \dot\kappa_{2}"#) && document.contains(#"\pm"#))
  }

  @Test(arguments: [
    (1.23456, 0.05, "1.235", "0.050"), (1.23456, 12.0, "1", "12"), (-0.00001, 0.01, "0.000", "0.010"),
    (1.23456, 0.0, "1.2346", "0.0000"), (123.456, 0.9, "123.46", "0.90"),
  ])
  func numbersKeepTheDigitsTheirErrorLeaves(value: Double, error: Double, shown: String, uncertainty: String)
  {
    let rounded = RoundedNumber(value: value, error: error)
    #expect(rounded.value == shown)
    #expect(rounded.error == uncertainty)
  }
}
