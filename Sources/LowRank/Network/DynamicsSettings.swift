// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// What of a network is no loading, and what its manifold and every circuit of it therefore share: φ, the form, whether
/// the readout sees the bias, z₀, and where the latents start.
public struct DynamicsSettings: Sendable, Hashable {
  /// φ.
  public var transfer: TransferFunction
  /// Current form or rate form.
  public var form: NetworkForm
  /// Whether a bias b inside φ also acts on the rates that are read out. In rate form it always does.
  public var biasReachesReadout: Bool
  /// z₀, O values, or none for zero.
  public var readoutBias: [Double]
  /// κ(0), v(0) and ζ(0); `nil` for zero.
  public var start: ReducedStart?

  /// Settings; those of the plain network unless said otherwise.
  public init(
    transfer: TransferFunction, form: NetworkForm = .current, biasReachesReadout: Bool = true,
    readoutBias: [Double] = [], start: ReducedStart? = nil
  ) {
    self.transfer = transfer
    self.form = form
    self.biasReachesReadout = biasReachesReadout
    self.readoutBias = readoutBias
    self.start = start
  }

  /// Where a reduced dynamics of this layout starts: (κ(0), v(0), 0 for c, 1 for x0), in rate form (κ(0), ζ(0)). Parts of
  /// the start whose sizes do not fit count as zero.
  static func initialState(_ layout: LoadingLayout, _ settings: DynamicsSettings) -> [Double] {
    func values(_ given: [Double]?, _ count: Int) -> [Double] {
      given.flatMap { $0.count == count ? $0 : nil } ?? [Double](repeating: 0, count: count)
    }
    let kappa = values(settings.start?.kappa, layout.rank)
    switch settings.form {
    case .current:
      return kappa + values(settings.start?.filtered, layout.inputCount) + (layout.hasCurrent ? [0] : [])
        + (layout.hasInitialState ? [1] : [])
    case .rate: return kappa + values(settings.start?.readouts, layout.outputCount)
    }
  }

  /// The state behind κ after everything else has relaxed under a constant input.
  func relaxedState(_ layout: LoadingLayout, input: [Double]) -> [Double] {
    switch form {
    case .current: input + layout.constantInputs
    case .rate: [Double](repeating: 0, count: layout.outputCount)
    }
  }

  /// z₀ of one output.
  public func readoutBias(_ output: Int) -> Double {
    readoutBias.indices.contains(output) ? readoutBias[output] : 0
  }
}

/// Where the latents start. What of an initial state lies outside the span of [m I] is a loading, x0, and not in here.
///
///     current form  (κ(0), v(0)) = pinv([m I]) x(0), the shortest solution where [m I] is dependent; ζ is not used
///     rate form     κ(0) = nᵀr(0)/N, ζ(0) = wᵀr(0)/N; v is not used
public struct ReducedStart: Sendable, Hashable {
  /// κ(0), R values.
  public let kappa: [Double]
  /// v(0), K values; zero in rate form.
  public let filtered: [Double]
  /// ζ(0) = z(0) - z₀, O values; zero in current form.
  public let readouts: [Double]

  /// A start from its parts.
  public init(kappa: [Double], filtered: [Double], readouts: [Double]) {
    self.kappa = kappa
    self.filtered = filtered
    self.readouts = readouts
  }
}
