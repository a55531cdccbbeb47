import LowRank

/// Limit cycles along a parameter, from the Hopf point at which they are born.
public struct CycleBranch: Sendable, Hashable {
  /// A cycle at a value of the parameter.
  public struct Point: Sendable, Hashable {
    /// The parameter.
    public let parameter: Double
    /// The cycle there.
    public let cycle: LimitCycle
  }

  /// The parameter's value at the Hopf point.
  public let birth: Double
  /// The cycles, from the Hopf point on.
  public let points: [Point]
  /// Whether they could be followed to the end of the range.
  public let reachesEnd: Bool
}

extension BifurcationSearch {
  /// Cycles born at a diagram's Hopf points, followed in the parameter as far as the range.
  ///
  /// On either side of each Hopf point a cycle is shot for from the critical plane and, where that fails, looked for by
  /// simulation. It is then followed by steps of the parameter, each cycle being the guess for the next. A branch of
  /// cycles that turns back, or whose period grows without bound, ends there.
  ///
  /// - Throws: `LinearAlgebraError` when numerics fail.
  public func cycles(
    from diagram: BifurcationDiagram, of circuit: EffectiveCircuit, input: [Double],
    parameter: BifurcationParameter, over range: ClosedRange<Double>
  ) throws(LinearAlgebraError) -> [CycleBranch] {
    let family = CircuitFamily(circuit: circuit, input: input, parameter: parameter)
    let stride = (range.upperBound - range.lowerBound) / 60
    var branches: [CycleBranch] = []
    for hopf in diagram.bifurcations where hopf.kind == .hopf {
      for side in [1.0, -1.0] {
        var value = hopf.parameter + side * stride / 2
        guard range.contains(value) else { continue }
        guard var cycle = try born(at: hopf, family, value) else { continue }
        var points = [CycleBranch.Point(parameter: value, cycle: cycle)]
        var step = side * stride
        var reachesEnd = false
        while true {
          let next = min(max(value + step, range.lowerBound), range.upperBound)
          if next == value {
            reachesEnd = true
            break
          }
          let flow = try family.flow(next)
          if let following = try LimitCycle(flow, near: cycle.orbit[0], period: cycle.period),
            following.period < 2 * cycle.period, following.size > 1e-3 * flow.scale
          {
            (value, cycle) = (next, following)
            points.append(CycleBranch.Point(parameter: value, cycle: cycle))
          } else {
            step /= 2
            if abs(step) < stride / 40 { break }
          }
        }
        let known = branches.contains { branch in
          branch.points.contains {
            abs($0.parameter - points[0].parameter) < stride && $0.cycle.isNear(points[0].cycle)
          }
        }
        if !known {
          branches.append(CycleBranch(birth: hopf.parameter, points: points, reachesEnd: reachesEnd))
        }
      }
    }
    return branches
  }

  /// The cycle beside a Hopf point.
  private func born(at hopf: Bifurcation, _ family: CircuitFamily, _ value: Double)
    throws(LinearAlgebraError) -> LimitCycle?
  {
    let flow = try family.flow(value)
    let focus = try Descent(flow, from: hopf.kappa)
    guard focus.isRoot, let frequency = hopf.frequency, frequency > 0 else { return nil }
    // The critical plane is what J² - 2aJ + (a² + b²) maps to zero, for the pair a ± bi closest to the axis.
    let jacobian = focus.at.latentJacobian
    let pairs = try jacobian.eigenvalues().filter { $0.imaginary > 0 }
    guard let pair = pairs.min(by: { abs($0.real) < abs($1.real) }) else { return nil }
    let rank = flow.rank
    let square = Matrix(rows: rank, columns: rank) { i, j in
      (0..<rank).reduce(0) { $0 + jacobian[i, $1] * jacobian[$1, j] } - 2 * pair.real * jacobian[i, j]
        + (i == j ? pair.modulus * pair.modulus : 0)
    }
    let direction = try SingularValueDecomposition(of: square).v
    for amplitude in [0.02, 0.05, 0.1, 0.2, 0.4, 0.8] {
      let start = (0..<rank).map { focus.kappa[$0] + amplitude * flow.scale * direction[$0, rank - 1] }
      guard let cycle = try LimitCycle(flow, near: start, period: 2 * Double.pi / pair.imaginary),
        cycle.size > 1e-3 * flow.scale, cycle.distance(from: focus.kappa) < cycle.size
      else { continue }
      return cycle
    }
    var simulation = LimitCycleSearch()
    simulation.time = 400
    let start = (0..<rank).map { focus.kappa[$0] + 0.02 * flow.scale * direction[$0, rank - 1] }
    let isStable = try jacobian.eigenvalues().allSatisfy { $0.real < 0 }
    if isStable && rank > 2 { return nil }
    return try simulation.follow(flow, from: start, isStable ? -1 : 1, resting: [])
  }
}

extension CircuitFamily {
  /// The flow of a member.
  func flow(_ value: Double) throws(LinearAlgebraError) -> LatentFlow {
    let (circuit, input) = member(value)
    return try LatentFlow(circuit, input: input, noiseVariance: 0)
  }
}

extension LimitCycle {
  /// Whether two cycles at neighbouring values of a parameter belong together.
  fileprivate func isNear(_ other: LimitCycle) -> Bool {
    abs(period - other.period) < 0.2 * period && distance(from: other.orbit[0]) < 0.3 * max(size, other.size)
  }
}
