import LowRank

/// A periodic orbit of κ under a constant input, in continuous time.
///
/// Found by shooting: κ(0) and the period T solve Φ_T(κ(0)) = κ(0), with κ(0) on a plane across the flow, by Newton's
/// method. The derivative M = ∂Φ_T/∂κ(0) comes from the variational equation dM/dt = (∂f/∂κ) M along the orbit; its
/// eigenvalues are the Floquet multipliers (e.g. Kuznetsov, Elements of Applied Bifurcation Theory, ch. 1 and 10).
public struct LimitCycle: Sendable, Hashable {
  /// κ at equally spaced times over one period, the first being κ(0): 200 points of R values.
  public let orbit: [[Double]]
  /// T in units of τ.
  public let period: Double
  /// The R Floquet multipliers, largest modulus first. One of them, along the orbit, is 1 up to the integration's error.
  public let multipliers: [Eigenvalue]
  /// |Φ_T(κ(0)) - κ(0)|: what is left of it after the search.
  public let defect: Double

  /// The multipliers but the one along the orbit.
  public var transverseMultipliers: [Eigenvalue] {
    guard
      let along = multipliers.indices.min(by: {
        Self.distanceFromOne(multipliers[$0]) < Self.distanceFromOne(multipliers[$1])
      })
    else { return [] }
    return multipliers.indices.filter { $0 != along }.map { multipliers[$0] }
  }

  /// Whether small deviations from the orbit decay.
  public var isStable: Bool { transverseMultipliers.allSatisfy { $0.modulus < 1 } }

  /// Lowest and highest value of κ_r on the orbit.
  public func range(_ r: Int) -> ClosedRange<Double> {
    let values = orbit.map { $0[r] }
    return (values.min() ?? 0)...(values.max() ?? 0)
  }

  /// The largest width of the orbit along any κ_r.
  public var size: Double {
    (orbit.first ?? []).indices.reduce(0) { max($0, range($1).upperBound - range($1).lowerBound) }
  }

  /// Distance of a point from the orbit, taken as a polygon.
  public func distance(from point: [Double]) -> Double {
    orbit.indices.reduce(.infinity) { nearest, i in
      let (a, b) = (orbit[i], orbit[(i + 1) % orbit.count])
      let side = zip(b, a).map { $0 - $1 }
      let offset = zip(point, a).map { $0 - $1 }
      let square = side.reduce(0) { $0 + $1 * $1 }
      let along = square > 0 ? zip(side, offset).reduce(0) { $0 + $1.0 * $1.1 } / square : 0
      let foot = min(max(along, 0), 1)
      return min(nearest, norm(zip(offset, side).map { $0 - foot * $1 }))
    }
  }

  private static func distanceFromOne(_ value: Eigenvalue) -> Double {
    norm([value.real - 1, value.imaginary])
  }
}

extension Eigenvalue {
  /// √(re² + im²).
  public var modulus: Double { (real * real + imaginary * imaginary).squareRoot() }
}

extension LimitCycle {
  /// Shoots for a cycle from a point near it and a guess of its period.
  ///
  /// `nil` when Newton's method does not converge, or converges to a fixed point.
  init?(_ flow: LatentFlow, near start: [Double], period guess: Double) throws(LinearAlgebraError) {
    var (kappa, period) = (start, guess)
    let reach = flow.scale
    var last = Double.infinity
    for iteration in 0..<25 {
      guard period > 0, period.isFinite, kappa.allSatisfy(\.isFinite), norm(kappa) < 10 * reach + 10 else {
        return nil
      }
      let normal = flow.slope(kappa)
      let speed = norm(normal)
      // At a fixed point every period will do.
      guard speed > 1e-9 * reach else { return nil }
      let turn = Turn(flow, from: kappa, period: period)
      let gap = zip(turn.end, kappa).map { $0 - $1 }
      let defect = norm(gap)
      if defect <= 1e-11 * reach || (defect <= 1e-9 * reach && defect > 0.3 * last) {
        guard turn.size > 1e-5 * reach else { return nil }
        orbit = turn.orbit
        self.period = period
        self.defect = defect
        multipliers = try turn.matrix.eigenvalues().sorted { $0.modulus > $1.modulus }
        return
      }
      last = iteration > 3 ? defect : .infinity
      let count = kappa.count
      let arrival = flow.slope(turn.end)
      let system = Matrix(rows: count + 1, columns: count + 1) { i, j in
        if i == count { return j == count ? 0 : normal[j] / speed }
        return j == count ? arrival[i] : turn.matrix[i, j] - (i == j ? 1 : 0)
      }
      guard let inverse = try LUDecomposition(of: system)?.inverse else { return nil }
      var step = inverse.times(gap + [0])
      // Long steps are cut, so that a poor guess does not leave the orbit's neighbourhood.
      let size = max(turn.size, 1e-6 * reach)
      let cut = min(
        1, 0.5 * size / max(norm(Array(step.dropLast())), 1e-300), 0.3 * period / abs(step[count]))
      for i in step.indices { step[i] *= cut }
      for r in 0..<count { kappa[r] -= step[r] }
      period -= step[count]
    }
    return nil
  }
}

/// One turn from a point: where it ends, ∂(end)/∂(start), and points on the way.
///
/// Classical Runge–Kutta on κ and M together, so that M is the exact derivative of the computed end.
private struct Turn {
  private(set) var end: [Double]
  private(set) var matrix: Matrix
  private(set) var orbit: [[Double]] = []

  init(_ flow: LatentFlow, from start: [Double], period: Double) {
    let rank = start.count
    end = start
    matrix = Matrix(rows: rank, columns: rank) { $0 == $1 ? 1 : 0 }
    // Steps of a hundredth of τ or of the turn's five-hundredth: the fourth-order error is then below 1e-9.
    let points = 200
    let steps = points * max(3, min(Int((period / 0.01 / Double(points)).rounded(.up)), 100))
    let h = period / Double(steps)
    func slopes(_ kappa: [Double], _ matrix: Matrix) -> ([Double], Matrix) {
      let local = flow.at(kappa)
      let jacobian = local.latentJacobian
      let change = Matrix(rows: rank, columns: rank) { i, j in
        (0..<rank).reduce(0) { $0 + jacobian[i, $1] * matrix[$1, j] }
      }
      return (local.flow, change)
    }
    func moved(_ kappa: [Double], _ matrix: Matrix, _ slope: ([Double], Matrix), _ h: Double) -> (
      [Double], Matrix
    ) {
      (
        zip(kappa, slope.0).map { $0 + h * $1 },
        Matrix(rows: rank, columns: rank) { matrix[$0, $1] + h * slope.1[$0, $1] }
      )
    }
    for step in 0..<steps {
      if step % (steps / points) == 0 { orbit.append(end) }
      let k1 = slopes(end, matrix)
      let (a, b) = moved(end, matrix, k1, h / 2)
      let k2 = slopes(a, b)
      let (c, d) = moved(end, matrix, k2, h / 2)
      let k3 = slopes(c, d)
      let (e, f) = moved(end, matrix, k3, h)
      let k4 = slopes(e, f)
      for i in 0..<rank {
        end[i] += h / 6 * (k1.0[i] + 2 * (k2.0[i] + k3.0[i]) + k4.0[i])
        for j in 0..<rank {
          matrix[i, j] += h / 6 * (k1.1[i, j] + 2 * (k2.1[i, j] + k3.1[i, j]) + k4.1[i, j])
        }
      }
    }
  }

  /// The largest width along any κ_r.
  var size: Double {
    end.indices.reduce(0) { widest, r in
      let values = orbit.map { $0[r] }
      return max(widest, (values.max() ?? 0) - (values.min() ?? 0))
    }
  }
}
