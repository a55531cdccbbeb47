// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Which vector stands at which place: n…, w…, m…, I…, then c, x0 and b, where there are such.
///
/// The first R + O vectors (n, w) weigh the rates φ in a sum over units. The rest are the drives: a unit's argument is a
/// sum of its loadings times known scalars q, whatever they stand for,
///
///     a_i = Σ_j y_ij q_j
///
/// | loading y              | drive q in current form                           | in rate form |
/// |------------------------|---------------------------------------------------|--------------|
/// | m_r                    | κ_r                                               | κ_r          |
/// | I_k                    | v_k, τ dv/dt = -v + u                             | u_k          |
/// | c, bias in the current | v_c, u_c ≡ 1, v_c(0) = 0: 1 - (1-α)^t             | (none: b)    |
/// | x0 = x⊥(0)             | e, u ≡ 0, e(0) = 1: (1-α)^t                       | (none)       |
/// | b, bias inside φ       | 1                                                 | 1            |
///
/// so that moments, Gaussian averages, Jacobians and fits need no special cases. b stands last because a readout may not
/// see it (`Network.Bias.reachesReadout`).
public struct LoadingLayout: Sendable, Hashable {
  /// R.
  public let rank: Int
  /// K.
  public let inputCount: Int
  /// O.
  public let outputCount: Int
  /// Whether a bias in the current, c, is among the vectors.
  public let hasCurrent: Bool
  /// Whether an initial state outside the span of m and I, x0, is among the vectors.
  public let hasInitialState: Bool
  /// Whether a bias inside φ, b, is among the vectors.
  public let hasBias: Bool

  /// The layout of networks of rank R with K inputs, O readouts and perhaps c, x0 and b.
  public init(
    rank: Int, inputCount: Int, outputCount: Int, hasCurrent: Bool = false, hasInitialState: Bool = false,
    hasBias: Bool = false
  ) {
    self.rank = rank
    self.inputCount = inputCount
    self.outputCount = outputCount
    self.hasCurrent = hasCurrent
    self.hasInitialState = hasInitialState
    self.hasBias = hasBias
  }

  /// R + O, the number of vectors that weigh rates: n, then w.
  public var weightCount: Int { rank + outputCount }
  /// The number of drives that relax to their input at rate 1/τ in current form: I, c and x0.
  public var filteredCount: Int { inputCount + (hasCurrent ? 1 : 0) + (hasInitialState ? 1 : 0) }
  /// The number of vectors that span the activation: m, I, c, x0 and b.
  public var driveCount: Int { rank + filteredCount + (hasBias ? 1 : 0) }
  /// The number of all vectors.
  public var count: Int { weightCount + driveCount }

  /// The vectors that weigh rates, in their order.
  public var weights: [ConnectivityVector] {
    (0..<rank).map { .n($0) } + (0..<outputCount).map { .readout($0) }
  }

  /// The vectors that span the activation, in their order.
  public var drives: [ConnectivityVector] {
    (0..<rank).map { .m($0) } + (0..<inputCount).map { .input($0) } + (hasCurrent ? [.current] : [])
      + (hasInitialState ? [.initialState] : []) + (hasBias ? [.bias] : [])
  }

  /// The vectors in their order.
  public var vectors: [ConnectivityVector] { weights + drives }

  /// The vectors that tables and figures of pairs show: all, or without the readouts where there are many.
  package var shownVectors: [ConnectivityVector] {
    outputCount > 8 ? (0..<rank).map { .n($0) } + drives : vectors
  }

  /// The place of a vector, or `nil` when networks of this layout have no such vector.
  public func index(of vector: ConnectivityVector) -> Int? {
    let filtered = weightCount + rank
    return switch vector {
    case .n(let r): (0..<rank).contains(r) ? r : nil
    case .readout(let o): (0..<outputCount).contains(o) ? rank + o : nil
    case .m(let r): (0..<rank).contains(r) ? weightCount + r : nil
    case .input(let k): (0..<inputCount).contains(k) ? filtered + k : nil
    case .current: hasCurrent ? filtered + inputCount : nil
    case .initialState: hasInitialState ? filtered + inputCount + (hasCurrent ? 1 : 0) : nil
    case .bias: hasBias ? filtered + filteredCount : nil
    }
  }

  /// What the drives beyond m and I are under a constant input, once everything that decays has decayed: 1 for c, 0 for
  /// x0, 1 for b.
  public var stationaryExtras: [Double] {
    (hasCurrent ? [1] : []) + (hasInitialState ? [0] : []) + (hasBias ? [1] : [])
  }

  /// What the inputs of c and x0 are at every step, u_c ≡ 1 and u ≡ 0: they follow the K inputs of a stimulus.
  var constantInputs: [Double] { (hasCurrent ? [1] : []) + (hasInitialState ? [0] : []) }
}
