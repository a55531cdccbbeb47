// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// The coefficients of the κ-equations, each with its standard error: what the text, LaTeX and HTML forms print.
///
///     τ dκ_r/dt = -κ_r + Σ_p { c_p0 ⟨φ⟩_p + ⟨φ'⟩_p Σ_j c_pj q_j }      c_p0 = α_p n̄_p    c_pj = α_p σ^p_{n_r y_j}
///     Δ_p² = Σ_jk σ^p_{y_j y_k} q_j q_k                                  μ_p = Σ_j ȳ_pj q_j
///
/// with q = (κ, v, v_c, e, 1) on y = (m, I, c, x0, b), as far as there are such. The same with w in place of n gives z - z₀;
/// in rate form u stands for v, and it gives what z - z₀ relaxes to.
public struct CircuitTerms: Sendable {
  /// A number with the standard error of drawing N units.
  public struct Coefficient: Sendable, Hashable {
    /// The value.
    public let value: Double
    /// Its standard error.
    public let error: Double

    /// A value with its error.
    public init(value: Double, error: Double) {
      self.value = value
      self.error = error
    }
  }

  /// One coefficient with what it multiplies.
  public struct Term: Sendable, Hashable {
    /// The number in front.
    public let coefficient: Coefficient
    /// The variables whose product it multiplies: none, one or two.
    public let factors: [Variable]
  }

  /// A variable of the reduced dynamics.
  public enum Variable: Sendable, Hashable {
    /// κ_r.
    case kappa(Int)
    /// v_k, or in rate form u_k itself.
    case v(Int)
    /// v_c, the filtered constant that multiplies c: τ dv_c/dt = -v_c + 1.
    case constant
    /// e, what is left of the initial state: τ de/dt = -e, e(0) = 1.
    case decay
  }

  /// One population's share in an equation.
  public struct Share: Sendable, Hashable {
    /// c_p0, which multiplies ⟨φ⟩_p.
    public let rate: Coefficient
    /// The terms that multiply ⟨φ'⟩_p.
    public let gain: [Term]
  }

  /// One population's argument of the averages.
  public struct Argument: Sendable, Hashable {
    /// α_p.
    public let fraction: Double
    /// The terms of μ_p.
    public let mean: [Term]
    /// The terms of Δ_p².
    public let variance: [Term]
  }

  /// Arguments of the averages in the κ-equations, one per population.
  public let arguments: [Argument]
  /// Arguments of the averages in the outputs, one per population: without the bias, where it does not reach the readout.
  public let outputArguments: [Argument]
  /// Shares of each κ-equation, (R, P).
  public let latents: [[Share]]
  /// Shares of each output, (O, P).
  public private(set) var outputs: [[Share]]
  /// φ.
  public let transfer: TransferFunction
  /// K.
  public let inputCount: Int
  /// Current form or rate form: in rate form v_k stands for u_k, and z = ζ + z₀ with τ dζ/dt = -ζ + the outputs' terms.
  public let form: NetworkForm
  /// z₀, O values, or none where all are zero.
  public private(set) var readoutBias: [Double]
  /// Whether v_c and e are among the variables.
  public let hasConstant, hasDecay: Bool
  /// N, when standard errors mean something: those of drawing N units from the mixture.
  public let unitCount: Int?
  /// Whether the outputs have arguments of their own.
  public var hasOwnOutputArguments: Bool { outputArguments != arguments }

  /// The terms of a circuit.
  ///
  /// - Parameter unitCount: N of the network whose moments these are; `nil` for circuits that were fitted or made by
  ///   hand, whose numbers have no standard errors (they are then zero).
  public init(of circuit: EffectiveCircuit, unitCount: Int?) {
    let statistics = circuit.statistics
    let layout = statistics.layout
    transfer = circuit.transfer
    inputCount = layout.inputCount
    form = circuit.form
    readoutBias = circuit.settings.readoutBias
    hasConstant = layout.hasCurrent && circuit.form == .current
    hasDecay = layout.hasInitialState && circuit.form == .current
    self.unitCount = unitCount
    let drives: [(vector: ConnectivityVector, factors: [Variable])] =
      (0..<layout.rank).map { (.m($0), [.kappa($0)]) }
      + (0..<layout.inputCount).map { (.input($0), [.v($0)]) }
      + (layout.hasCurrent ? [(.current, circuit.form == .current ? [.constant] : [])] : [])
      + (layout.hasInitialState && circuit.form == .current ? [(.initialState, [.decay])] : [])
      + (layout.hasBias ? [(.bias, [])] : [])
    let outputDrives = circuit.biasReachesReadout ? drives : drives.filter { $0.vector != .bias }
    func units(_ population: Population) -> Double {
      unitCount.map { population.fraction * Double($0) } ?? .infinity
    }
    func argument(_ population: Population, _ drives: [(vector: ConnectivityVector, factors: [Variable])])
      -> Argument
    {
      var variance: [Term] = []
      for (i, a) in drives.enumerated() {
        for b in drives[i...] {
          // An off-diagonal pair occurs twice in the quadratic form.
          let times = a.vector == b.vector ? 1.0 : 2.0
          variance.append(
            Term(
              coefficient: Coefficient(
                value: times * population.covariance(a.vector, b.vector),
                error: times * population.standardError(a.vector, b.vector, units: units(population))),
              factors: a.factors + b.factors))
        }
      }
      let mean = drives.map { drive in
        Term(
          coefficient: Coefficient(
            value: population.mean(drive.vector),
            error: population.standardError(drive.vector, units: units(population))), factors: drive.factors)
      }
      return Argument(fraction: population.fraction, mean: mean, variance: variance)
    }
    arguments = statistics.populations.map { argument($0, drives) }
    outputArguments = statistics.populations.map { argument($0, outputDrives) }
    func shares(
      _ vector: ConnectivityVector, _ drives: [(vector: ConnectivityVector, factors: [Variable])]
    ) -> [Share] {
      statistics.populations.map { population in
        let fraction = population.fraction
        return Share(
          rate: Coefficient(
            value: fraction * population.mean(vector),
            error: fraction * population.standardError(vector, units: units(population))),
          gain: drives.map { drive in
            Term(
              coefficient: Coefficient(
                value: fraction * population.covariance(vector, drive.vector),
                error: fraction * population.standardError(vector, drive.vector, units: units(population))),
              factors: drive.factors)
          })
      }
    }
    latents = (0..<layout.rank).map { shares(.n($0), drives) }
    outputs = (0..<layout.outputCount).map { shares(.readout($0), outputDrives) }
  }
}

extension CircuitTerms {
  /// Outputs of which an equation is shown, where there are many.
  private static let shown = 4

  /// The same with the equations of the first outputs alone, where there are more than a person reads.
  public var shortened: CircuitTerms {
    guard outputs.count > SideBySide.mostShown else { return self }
    var few = self
    few.outputs = Array(outputs.prefix(Self.shown))
    few.readoutBias = Array(readoutBias.prefix(Self.shown))
    return few
  }

  /// What `shortened` leaves out; empty where that is nothing.
  public var shorteningNote: String {
    outputs.count > SideBySide.mostShown
      ? "z\(Self.shown + 1) to z\(outputs.count) have equations of the same form; circuit.json and equations.tex hold their "
        + "numbers."
      : ""
  }

  /// Whether the coefficients of both stand at the same places.
  package func hasSameForm(as other: CircuitTerms) -> Bool {
    func factors(_ arguments: [Argument]) -> [[[Variable]]] {
      arguments.flatMap { [$0.mean.map(\.factors), $0.variance.map(\.factors)] }
    }
    func factors(_ shares: [[Share]]) -> [[[[Variable]]]] { shares.map { $0.map { $0.gain.map(\.factors) } } }
    return form == other.form && inputCount == other.inputCount
      && factors(arguments) == factors(other.arguments)
      && factors(outputArguments) == factors(other.outputArguments)
      && factors(latents) == factors(other.latents)
      && factors(outputs) == factors(other.outputs)
  }
}
