import LowRank

/// Where trajectories end: a stable fixed point or a stable limit cycle.
public enum Attractor: Sendable, Hashable {
  /// Rest.
  case fixedPoint(FixedPoint)
  /// Oscillation.
  case limitCycle(LimitCycle)

  /// Those among fixed points and cycles, fixed points first.
  public static func among(_ points: [FixedPoint], _ cycles: [LimitCycle]) -> [Attractor] {
    points.filter(\.isStable).map { .fixedPoint($0) } + cycles.filter(\.isStable).map { .limitCycle($0) }
  }

  /// A point of it: κ*, or where the orbit begins.
  public var kappa: [Double] {
    switch self {
    case .fixedPoint(let point): point.kappa
    case .limitCycle(let cycle): cycle.orbit[0]
    }
  }

  /// Distance of a point from it.
  func distance(from kappa: [Double]) -> Double {
    switch self {
    case .fixedPoint(let point): Analysis.distance(point.kappa, kappa)
    case .limitCycle(let cycle): cycle.distance(from: kappa)
    }
  }
}

/// Follows states (κ, v) in continuous time until they settle on one of some attractors.
struct Settling: Sendable {
  let rank: Int
  private let attractors: [Attractor]
  /// Within these distances a state belongs to the attractor.
  private let radii: [Double]
  private let slope: @Sendable (_ state: [Double], _ input: [Double]) -> [Double]
  /// Step in units of τ.
  static let step = 0.1

  /// - Parameters:
  ///   - dynamics: circuit or manifold.
  ///   - attractors: its attractors under the input that states settle under.
  ///   - others: its other fixed points, which must not be mistaken for them.
  ///   - scale: the size of the box in which all of them lie.
  init(
    _ dynamics: some ReducedDynamics, attractors: [Attractor], others: [FixedPoint], scale: Double,
    noiseVariance: Double
  ) {
    rank = dynamics.rank
    self.attractors = attractors
    radii = attractors.enumerated().map { index, attractor in
      let rivals =
        attractors.enumerated().filter { $0.offset != index }.map {
          attractor.distance(from: $0.element.kappa)
        }
        + others.map { attractor.distance(from: $0.kappa) }
      return min(1e-3 * scale, 0.1 * (rivals.min() ?? .infinity))
    }
    let rest = [Double](repeating: 0, count: dynamics.dimension - dynamics.rank - dynamics.inputCount)
    slope = { state, input in
      var derivative = [Double](repeating: 0, count: dynamics.dimension)
      var span = derivative.mutableSpan
      dynamics.derivative(
        of: (state + rest).span, input: input.span, noiseVariance: noiseVariance, into: &span)
      return Array(derivative.prefix(state.count))
    }
  }

  /// The state (κ, v) after `time` under a constant input.
  func advance(_ state: [Double], under input: [Double], for time: Double) -> [Double] {
    let steps = max(1, Int((time / Self.step).rounded(.up)))
    var state = state
    for _ in 0..<steps { state = rungeKutta(state, step: time / Double(steps)) { slope($0, input) } }
    return state
  }

  /// The attractor on which (κ, v) settles under a constant input; `nil` when it does not within `time`.
  func destination(_ state: [Double], under input: [Double], within time: Double) -> Int? {
    var state = state
    for step in 0...Int(time / Self.step) {
      if step % 5 == 0 {
        let kappa = Array(state.prefix(rank))
        if let index = attractors.indices.first(where: { attractors[$0].distance(from: kappa) < radii[$0] }) {
          return index
        }
        guard kappa.allSatisfy(\.isFinite) else { return nil }
      }
      state = rungeKutta(state, step: Self.step) { slope($0, input) }
    }
    return nil
  }
}
