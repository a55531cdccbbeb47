// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import LowRank

/// Follows one branch of limit cycles by pseudo-arclength continuation with shooting.
///
/// With y = (κ(0), log T, p): from a cycle y and the branch's unit tangent t, the next one solves Φ_T(κ(0); p) = κ(0),
/// n·(κ(0) - κ_guess) = 0 with n along the flow, and t·(y' - y) = ds, by Newton's method (e.g. Kuznetsov, Elements of
/// Applied Bifurcation Theory, section 10.2). Folds of cycles, where p turns back, are passed like any other point.
struct CycleContinuation {
  /// A cycle of the branch with its tangent.
  struct Step {
    /// κ(0), log T, p.
    var y: [Double]
    /// The tangent in scaled coordinates.
    var tangent: [Double]
    /// The direction of the flow at κ(0).
    var normal: [Double]
    /// `nil` at a Hopf point, where the cycle has no width.
    var cycle: LimitCycle?
    /// Steps of integration a turn.
    var integration: Int

    var parameter: Double { y[y.count - 1] }
    var period: Double { exp(y[y.count - 2]) }
    var kappa: [Double] { Array(y.dropLast(2)) }
  }

  let family: CircuitFamily
  let range: ClosedRange<Double>
  /// Sizes by which κ, log T and p are measured against one another.
  let scale: [Double]
  /// Size of κ.
  let reach: Double
  /// Shooting ends where a turn carries rounding up to the size of the defect that is aimed for, and more.
  static let mostGrowth = 1e6

  init(_ family: CircuitFamily, over range: ClosedRange<Double>, reach: Double) {
    self.family = family
    self.range = range
    self.reach = reach
    scale = [Double](repeating: reach, count: family.circuit.rank) + [1, range.upperBound - range.lowerBound]
  }

  /// A cycle that was found at a value of the parameter, with the tangent towards growing p.
  func start(_ cycle: LimitCycle, _ parameter: Double) throws(LinearAlgebraError) -> Step? {
    let (kappa, steps) = (cycle.orbit[0], Turn.steps(for: cycle.period))
    let flow = try family.flow(parameter)
    let turn = Turn(flow, from: kappa, period: cycle.period, steps: steps)
    let normal = unit(flow.slope(kappa))
    let system = try equations(
      flow, turn, parameter: parameter, kappa, cycle.period, steps, phase: normal)
    let axis = [Double](repeating: 0, count: kappa.count + 1) + [1]
    guard let tangent = try tangent(system, along: axis) else { return nil }
    return Step(
      y: kappa + [log(cycle.period), parameter], tangent: tangent, normal: normal, cycle: cycle,
      integration: steps)
  }

  /// The branch's beginning at a Hopf point: no width yet, its tangent in the critical plane.
  func start(_ hopf: Bifurcation) throws(LinearAlgebraError) -> Step? {
    guard let frequency = hopf.frequency, frequency > 0 else { return nil }
    let jacobian = try family.flow(hopf.parameter).at(hopf.kappa).latentJacobian
    let rank = hopf.kappa.count
    // The critical plane is what J² + ω² maps to zero.
    let square = Matrix(rows: rank, columns: rank) { i, j in
      (0..<rank).reduce(i == j ? frequency * frequency : 0) { $0 + jacobian[i, $1] * jacobian[$1, j] }
    }
    let vectors = try SingularValueDecomposition(of: square).v
    let direction = (0..<rank).map { vectors[$0, rank - 1] }
    return Step(
      y: hopf.kappa + [log(2 * Double.pi / frequency), hopf.parameter], tangent: direction + [0, 0],
      normal: unit(jacobian.times(direction)), cycle: nil, integration: 64)
  }

  /// The cycle at distance `ds` along the tangent of another; how many Newton steps it took, and how many steps of
  /// integration.
  func advance(_ from: Step, by ds: Double) throws(LinearAlgebraError)
    -> (step: Step, iterations: Int, work: Int)?
  {
    let count = from.y.count
    let guess = (0..<count).map { from.y[$0] + ds * from.tangent[$0] * scale[$0] }
    var y = guess
    var work = 0
    var last = Double.infinity
    var steps = max(Turn.steps(for: exp(y[count - 2])), from.integration)
    for iteration in 1...10 {
      let (kappa, period, parameter) = (Array(y.prefix(count - 2)), exp(y[count - 2]), y[count - 1])
      guard period.isFinite, period < 1e5, norm(kappa) < 100 * reach, parameter.isFinite else { return nil }
      let flow = try family.flow(parameter)
      let turn = Turn(flow, from: kappa, period: period, steps: steps)
      work += 3 * steps
      guard turn.matrix.elements.allSatisfy(\.isFinite), turn.growth < Self.mostGrowth else { return nil }
      let gap = zip(turn.end, kappa).map { ($0 - $1) / reach }
      let system = try equations(
        flow, turn, parameter: parameter, kappa, period, steps, phase: from.normal)
      var (phase, arc) = (0.0, -ds)
      for r in kappa.indices { phase += from.normal[r] * (y[r] - guess[r]) / reach }
      for i in 0..<count { arc += from.tangent[i] * (y[i] - from.y[i]) / scale[i] }
      let residual = norm(gap + [phase, arc])
      if residual <= 1e-11 * turn.growth || (residual <= 1e-9 && residual > 0.3 * last) {
        let orbit = Orbit(flow, from: kappa, period: period, steps: steps)
        work += 2 * steps
        if distance(orbit.end, kappa) > 1e-9 * reach * turn.growth, steps < 16 * Turn.steps(for: period) {
          steps *= 2
          last = .infinity
          continue
        }
        guard turn.size > 1e-6 * reach else { return nil }
        let normal = unit(flow.slope(kappa))
        var own = system
        for r in kappa.indices { own[kappa.count, r] = normal[r] }
        guard let tangent = try tangent(own, along: from.tangent) else { return nil }
        let cycle = try LimitCycle(orbit, of: turn, period: period, defect: norm(gap) * reach)
        return (
          Step(y: y, tangent: tangent, normal: normal, cycle: cycle, integration: steps), iteration, work
        )
      }
      if iteration > 3, residual > 2 * last { return nil }
      last = residual
      guard let inverse = try LUDecomposition(of: bordered(system, from.tangent))?.inverse else { return nil }
      let change = inverse.times(gap + [phase, arc])
      // A step longer than this leads to another branch.
      guard norm(change) < 0.5 else { return nil }
      for i in 0..<count { y[i] -= change[i] * scale[i] }
    }
    return nil
  }

  /// Derivatives of gap and phase by the scaled y, (R + 1, R + 2).
  ///
  /// The parameter's column is a central difference of the turn's end: it only shapes Newton's steps and the tangent.
  private func equations(
    _ flow: LatentFlow, _ turn: Turn, parameter: Double, _ kappa: [Double], _ period: Double, _ steps: Int,
    phase normal: [Double]
  ) throws(LinearAlgebraError) -> Matrix {
    let rank = kappa.count
    let arrival = flow.slope(turn.end)
    let step = 1e-5 * min(max(1, abs(parameter)), scale[rank + 1])
    let up = Turn.end(try family.flow(parameter + step), from: kappa, period: period, steps: steps)
    let down = Turn.end(try family.flow(parameter - step), from: kappa, period: period, steps: steps)
    return Matrix(rows: rank + 1, columns: rank + 2) { i, j in
      if i == rank { return j < rank ? normal[j] : 0 }
      if j == rank { return arrival[i] * period / reach }
      if j > rank { return (up[i] - down[i]) / (2 * step) * scale[j] / reach }
      return turn.matrix[i, j] - (i == j ? 1 : 0)
    }
  }

  private func bordered(_ system: Matrix, _ tangent: [Double]) -> Matrix {
    let count = tangent.count
    return Matrix(rows: count, columns: count) { i, j in i < count - 1 ? system[i, j] : tangent[j] }
  }

  /// The unit vector that the derivatives map to zero, on the side of `direction`.
  private func tangent(_ system: Matrix, along direction: [Double]) throws(LinearAlgebraError) -> [Double]? {
    let count = direction.count
    guard system.elements.allSatisfy(\.isFinite) else { return nil }
    let padded = Matrix(rows: count, columns: count) { i, j in i < count - 1 ? system[i, j] : 0 }
    let vectors = try SingularValueDecomposition(of: padded).v
    let tangent = (0..<count).map { vectors[$0, count - 1] }
    guard tangent.allSatisfy(\.isFinite) else { return nil }
    let side = zip(tangent, direction).reduce(0) { $0 + $1.0 * $1.1 } < 0 ? -1.0 : 1
    return tangent.map { side * $0 }
  }
}

/// A vector divided by its length.
func unit(_ vector: [Double]) -> [Double] {
  let size = max(norm(vector), 1e-300)
  return vector.map { $0 / size }
}
