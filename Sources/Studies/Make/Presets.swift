// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank

extension Make.Preset {
  /// A number that a preset can be given.
  public struct Parameter: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// Its value where nothing is said.
    public let usual: Double
    /// Values that make sense.
    public let range: ClosedRange<Double>
    /// Whether it counts something.
    public let isWhole: Bool
    /// What it is.
    public let meaning: String

    init(
      _ name: String, _ usual: Double, _ range: ClosedRange<Double>, _ meaning: String, isWhole: Bool = false
    ) {
      self.name = name
      self.usual = usual
      self.range = range
      self.isWhole = isWhole
      self.meaning = meaning
    }
  }

  /// What it can be given.
  public var parameters: [Parameter] {
    let strength = Parameter("strength", 1.5, 0...100, "a, the overlap σ_nm of each direction")
    let cue = Parameter("cue", 1, -100...100, "c, σ_nI of an input with its direction")
    switch self {
    case .ring, .rotatingCue: return [strength, cue]
    case .cycle: return [strength, Parameter("turn", 0.6, -100...100, "b, the antisymmetric overlap"), cue]
    case .associativeMemory:
      return [
        Parameter("strength", 2, 0...100, "g"),
        Parameter("patterns", 2, 1...8, "R, the number of patterns", isWhole: true),
      ]
    case .polygon:
      return [
        Parameter("strength", 4, 0...100, "a"),
        Parameter("corners", 6, 4...32, "corners of the polygon, an even number", isWhole: true),
      ]
    case .decision:
      return [
        Parameter("recurrence", 1.4, -100...100, "σ_mn"), Parameter("input", 2.6, -100...100, "σ_nI"),
        Parameter("readout", 2.1, -100...100, "σ_mw"),
      ]
    case .workingMemory:
      return [Parameter("second", 0.5, -100...100, "σ_{n2m2}, of the direction that forgets")]
    case .contextGating:
      return [
        Parameter("recurrence", 0.5, -100...100, "σ_nm of each population"),
        Parameter("input", 1, -100...100, "σ_nI of a population's own stimulus"),
        Parameter("gating", 10, 0...1000, "s, SD of the other context's loadings"),
      ]
    case .twoNeuron:
      return [
        Parameter("itself", 0.5, -100...100, "s, each neuron's weight to itself"),
        Parameter("other", -1, -100...100, "c, its weight to the other"),
      ]
    case .bulk:
      return [
        Parameter("overlap", 2, -100...100, "σ_mn"),
        Parameter("gain", 0.8, 0...100, "g, the bulk's strength"),
      ]
    }
  }

  /// What is known of it, in one line.
  public var closedForm: String {
    switch self {
    case .ring: "for a > 1 a ring of fixed points of radius ρ, ⟨φ'⟩(ρ) = 1/a: .84342 at a = 1.5"
    case .rotatingCue:
      "under u = A(cos ωt, sin ωt) κ follows on a circle: ρ|1 + iωτ - aG| = c|v|G, G = ⟨φ'⟩(√(ρ² + |v|²)), "
        + "|v| = A/√(1 + ω²τ²), behind v by arg(1 + iωτ - aG)"
    case .cycle:
      "for a > 1 a limit cycle of radius ρ, ⟨φ'⟩(ρ) = 1/a, turning at ωτ = b/a in continuous time: .84342 and .4 at a = 1.5, "
        + "b = .6"
    case .associativeMemory:
      "for g > 1 each pattern is a pair of fixed points, κ = ±g tanh κ: 1.91501 at g = 2"
    case .polygon:
      "for a > 2 stable fixed points at the corners of a polygon, κ = (a/P) Σ_p m_p φ(m_p·κ); 4 corners: κ_r = ±κ*, κ* = (a/2) φ(κ*)"
    case .decision:
      "for σ_mn > 1 two choices, ⟨φ'⟩(κ*) = 1/σ_mn: κ* = ±.73356, z* = ±1.100 at 1.4; there, with σ_nI = 2.6, one of them "
        + "vanishes at |v| = .0396"
    case .workingMemory: "κ1 keeps (σ = 1 at small κ), κ2 forgets with τ/(1 - σ_{n2m2}⟨φ'⟩): 2τ at .5"
    case .contextGating:
      "stimulus k reaches κ with Σ_p ½ σ^p_{nI_k}⟨φ'⟩(Δ_p), Δ_p² = κ² + |v|² + s²v_ctx²: context A closes population B"
    case .twoNeuron:
      "J = ((s, c), (c, s)): eigenvectors (1, 1), (1, -1), λ = s ± c; where λ > 1, fixed points x = ±a (1, ±1), "
        + "a = λ φ(a)"
    case .bulk:
      "J = gχ + m nᵀ/N: ⟨φ'⟩(Δ) = 1/σ_mn, Δ² = κ² + g²⟨φ²⟩(Δ), stable while g²⟨φ'²⟩(Δ) < 1"
    }
  }

  /// Means and covariances.
  func statistics(_ value: (String) -> Double) -> ConnectivityStatistics {
    switch self {
    case .ring, .rotatingCue: TheoryCircuit.rotation(strength: value("strength"), cue: value("cue"))
    case .cycle:
      TheoryCircuit.rotation(strength: value("strength"), turn: value("turn"), cue: value("cue"))
    case .associativeMemory:
      TheoryCircuit.memory(patterns: Int(value("patterns")), strength: value("strength"))
    case .polygon: TheoryCircuit.polygon(corners: Int(value("corners")), strength: value("strength"))
    case .decision:
      PaperCircuit.decision(
        recurrence: value("recurrence"), input: value("input"), readout: value("readout"))
    case .workingMemory: PaperCircuit.workingMemory(second: value("second"))
    case .contextGating:
      TheoryCircuit.gating(
        recurrence: value("recurrence"), input: value("input"), gating: value("gating"))
    case .twoNeuron: TheoryCircuit.twoNeurons(itself: value("itself"), other: value("other"))
    case .bulk: TheoryCircuit.rankOne(overlap: value("overlap"))
    }
  }
}
