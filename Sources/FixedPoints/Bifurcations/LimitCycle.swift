// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

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

  /// The largest of them.
  public var largestTransverse: Eigenvalue {
    transverseMultipliers.max { $0.modulus < $1.modulus } ?? Eigenvalue(real: 0, imaginary: 0)
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
  /// `nil` when Newton's method does not converge, or leads away: to a fixed point, or to an orbit of another size.
  ///
  /// - Parameter iterations: how many Newton steps it may take.
  init?(_ flow: LatentFlow, near start: [Double], period guess: Double, iterations limit: Int = 25)
    throws(LinearAlgebraError)
  {
    guard guess > 0, guess.isFinite else { return nil }
    var (kappa, period) = (start, guess)
    var steps = Turn.steps(for: guess)
    let reach = flow.scale
    var last = Double.infinity
    var firstSize: Double?
    for iteration in 0..<limit {
      guard !flow.effort.isSpent(), period > 0, period < 4 * guess, kappa.allSatisfy(\.isFinite),
        norm(kappa) < 10 * reach + 10
      else {
        return nil
      }
      let normal = flow.slope(kappa)
      let speed = norm(normal)
      // At a fixed point every period will do.
      guard speed > 1e-9 * reach else { return nil }
      let turn = Turn(flow, from: kappa, period: period, steps: steps)
      // The first turn may be a spiral of some width that winds down onto a fixed point: not worth many steps.
      let expected = firstSize ?? turn.size
      firstSize = expected
      guard turn.size > 0.25 * expected, turn.size < 4 * expected else { return nil }
      let gap = zip(turn.end, kappa).map { $0 - $1 }
      let defect = norm(gap)
      if defect <= 1e-11 * reach || (defect <= 1e-9 * reach && defect > 0.3 * last) {
        guard turn.size > 1e-5 * reach else { return nil }
        let orbit = Orbit(flow, from: kappa, period: period, steps: steps)
        // What more steps make of it is the error of these.
        let error = FixedPoints.distance(orbit.end, kappa)
        if error > 1e-9 * reach * turn.growth, steps < 16 * Turn.steps(for: period) {
          steps *= 2
          last = .infinity
          continue
        }
        if let fraction = orbit.shorterPeriod {
          try self.init(flow, near: kappa, period: period / Double(fraction))
          return
        }
        try self.init(orbit, of: turn, period: period, defect: defect)
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

  /// A cycle that was found.
  init(_ orbit: Orbit, of turn: Turn, period: Double, defect: Double) throws(LinearAlgebraError) {
    self.orbit = orbit.points
    self.period = period
    self.defect = defect
    multipliers = try turn.matrix.eigenvalues().sorted { $0.modulus > $1.modulus }
  }
}
