// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Branches of a circuit's fixed points over a range of one parameter, and their bifurcations located to rounding.
///
/// Fixed points are searched at several values of the parameter (`FixedPointSearch`); each that lies on no known branch
/// is continued both ways to the ends of the range. Between two points of a branch a bifurcation shows as a change of
/// sign: of dp/ds at a fold, of det [∂f/∂y; tᵀ] where branches cross, of the real part of a complex pair at a Hopf
/// point. Its place along the arc is then found by Brent's method. Where two real eigenvalues cross zero together and a
/// ring of fixed points stands beside, it is a pitchfork of O(2) symmetry: one bifurcation, however many points the ring
/// has.
public struct BifurcationSearch: Sendable {
  /// How many values of the parameter are searched for branches.
  public var probes = 9
  /// The longest step along a branch, as a share of the range.
  public var longestStep = 0.02
  /// How many points a branch may have.
  public var pointLimit = 4000
  /// The search for fixed points at the probes.
  public var search = FixedPointSearch()
  /// The search for limit cycles at both ends and in the middle of the range.
  public var simulation = LimitCycleSearch()
  /// How many steps of integration a branch of cycles may take each way, some ten seconds' work.
  public var cycleBudget = 400_000

  /// A search with the usual effort.
  public init() { search.budget = 4000 }

  /// The diagram.
  ///
  /// - Parameters:
  ///   - circuit: the circuit.
  ///   - input: the constant input, K values.
  ///   - parameter: what varies; it must exist in the circuit.
  ///   - range: from where to where; `RealisableRange` says how far a covariance may go.
  ///   - progress: told the share of the work that is done.
  /// - Throws: `LinearAlgebraError` when numerics fail.
  public func diagram(
    of circuit: EffectiveCircuit, input: [Double], parameter: BifurcationParameter,
    over range: ClosedRange<Double>, progress: (Double) -> Void = { _ in }
  ) throws(LinearAlgebraError) -> BifurcationDiagram {
    precondition(range.lowerBound < range.upperBound, "a range has a length")
    let family = CircuitFamily(circuit: circuit, input: input, parameter: parameter)
    let width = range.upperBound - range.lowerBound
    // Off the round numbers, at which symmetric circuits have their bifurcations; and close to both ends.
    let shares = (0..<probes).map { (Double($0) + 0.4871) / Double(probes) } + [0.0013, 0.9987]
    var found: [(kappa: [Double], parameter: Double)] = []
    var continua: [BifurcationDiagram.Continuum] = []
    for (index, share) in shares.enumerated() {
      progress(0.5 * Double(index) / Double(shares.count))
      found += try probe(family, range.lowerBound + width * share, &continua)
    }
    let reach = found.reduce(0) { max($0, norm($1.kappa)) }
    let scale = [Double](repeating: max(reach, 1e-3), count: circuit.rank) + [width]
    let continuation = Continuation(family: family, range: range, scale: scale)
    var branches: [Branch] = []
    var bifurcations: [Bifurcation] = []
    var notes: [String] = []
    var next = 0
    var crossings: [Double] = []
    var share = 0.0
    while next < found.count {
      // Found points may still become more: the share never goes back.
      share = max(share, Double(next) / Double(found.count))
      progress(0.5 + 0.5 * share)
      if branches.count == Self.most {
        notes.append(
          "more than \(Self.most) branches: the fixed points seem to fill lines, as a symmetric circuit's do; the rest is "
            + "left out")
        break
      }
      let point = found[next]
      next += 1
      let y = zip(point.kappa + [point.parameter], scale).map { $0 / $1 }
      if !branches.contains(where: { $0.passes(y, scale: scale) }),
        let start = try continuation.start(point.kappa, point.parameter)
      {
        branches.append(try branch(continuation, start, &bifurcations, &notes))
      }
      guard next == found.count else { continue }
      // Beside a crossing there are branches that no probe may have met.
      for item in bifurcations where item.kind != .fold && item.kind != .hopf {
        guard crossings.count < 24, !crossings.contains(where: { abs($0 - item.parameter) < 1e-4 * width })
        else { continue }
        crossings.append(item.parameter)
        for beside in [-0.004, 0.004].map({ item.parameter + $0 * width }) where range.contains(beside) {
          found += try probe(family, beside, &continua)
        }
      }
    }
    continua.sort { $0.parameter < $1.parameter }
    return BifurcationDiagram(
      branches: branches,
      bifurcations: try distinct(bifurcations, family, scale: scale).map { item in
        // Two eigenvalues at once, but no ring beside: as where two pitchforks happen to coincide.
        item.kind == .circlePitchfork
          && !continua.contains { abs($0.parameter - item.parameter) < 0.005 * width }
          ? Bifurcation(kind: .pitchfork, parameter: item.parameter, kappa: item.kappa, frequency: nil) : item
      }, continua: continua, notes: notes)
  }

  /// Branches after which there is a continuum rather than a diagram.
  private static let most = 32

  /// The isolated fixed points at one value of the parameter; lines and rings are put with the others.
  private func probe(
    _ family: CircuitFamily, _ value: Double, _ continua: inout [BifurcationDiagram.Continuum]
  ) throws(LinearAlgebraError) -> [(kappa: [Double], parameter: Double)] {
    let (member, v) = family.member(value)
    let set = try search.fixedPoints(of: member, input: v)
    continua += set.continua.map { BifurcationDiagram.Continuum(parameter: value, attractor: $0) }
    return set.points.map { ($0.kappa, value) }
  }

  /// The branch through a point, followed both ways.
  private func branch(
    _ continuation: Continuation, _ start: Continuation.Step, _ bifurcations: inout [Bifurcation],
    _ notes: inout [String]
  ) throws(LinearAlgebraError) -> Branch {
    var backward = start
    backward.tangent = backward.tangent.map { -$0 }
    let last = start.y.count - 1
    func note(_ steps: [Continuation.Step]) {
      notes.append("a branch was lost near p = \(steps.last?.y.last ?? start.y[last])")
    }
    let (there, closed, lost) = try follow(continuation, start, &bifurcations)
    if lost { note(there) }
    var steps = [start] + there
    if !closed {
      let (back, _, lost) = try follow(continuation, backward, &bifurcations)
      if lost { note(back) }
      steps = back.reversed() + steps
    }
    var points: [Branch.Point] = []
    for step in steps {
      points.append(
        Branch.Point(
          parameter: step.y[last], kappa: Array(step.y.dropLast()),
          eigenvalues: try step.flow.latentJacobian.eigenvalues(), outputs: step.flow.outputs))
    }
    return Branch(points: points, isClosed: closed)
  }

  /// Follows a branch one way: its points after the start, whether it came back to the start, whether it was lost.
  private func follow(
    _ continuation: Continuation, _ start: Continuation.Step, _ bifurcations: inout [Bifurcation]
  ) throws(LinearAlgebraError) -> (steps: [Continuation.Step], closed: Bool, lost: Bool) {
    var steps: [Continuation.Step] = []
    var here = start
    var ds = longestStep / 4
    while steps.count < pointLimit {
      guard let (next, iterations) = try continuation.advance(here, by: ds),
        // A sharp turn means that the step jumped to another branch.
        zip(here.tangent, next.tangent).reduce(0, { $0 + $1.0 * $1.1 }) > 0.9
      else {
        ds /= 2
        if ds < 1e-8 { return (steps, false, true) }
        continue
      }
      // Two crossings in one step leave no change of sign behind: real eigenvalues are counted.
      if ds > 1e-5, try abs(growing(next) - growing(here)) > 1 {
        ds /= 2
        continue
      }
      for bifurcation in try crossings(continuation, here, next, ds)
      where continuation.range.contains(bifurcation.parameter) {
        bifurcations.append(bifurcation)
      }
      steps.append(next)
      let parameter = next.y[next.y.count - 1]
      if !continuation.range.contains(parameter) {
        return (try trimmed(continuation, steps, here, ds), false, false)
      }
      let gap = zip(zip(next.y, start.y), continuation.scale).map { ($0.0 - $0.1) / $1 }
      if steps.count > 5, norm(gap) < 0.9 * ds { return (steps, true, false) }
      here = next
      ds = iterations <= 4 ? min(ds * 1.4, longestStep) : (iterations > 7 ? ds / 1.6 : ds)
    }
    return (steps, false, false)
  }

  /// How many directions grow without turning.
  func growing(_ step: Continuation.Step) throws(LinearAlgebraError) -> Int {
    try step.flow.latentJacobian.eigenvalues().count { !$0.isTurning && $0.real > 0 }
  }

  /// Ends a branch on the border of the range instead of beyond it.
  private func trimmed(
    _ continuation: Continuation, _ steps: [Continuation.Step], _ here: Continuation.Step, _ ds: Double
  ) throws(LinearAlgebraError) -> [Continuation.Step] {
    let last = here.y.count - 1
    let beyond = steps[steps.count - 1].y[last]
    let border =
      beyond > continuation.range.upperBound ? continuation.range.upperBound : continuation.range.lowerBound
    guard
      let s = locate(
        between: 0, and: ds,
        { s in
          (try? continuation.advance(here, by: s))?.step.y[last].advanced(by: -border) ?? .nan
        }), let end = try continuation.advance(here, by: s)?.step
    else { return Array(steps.dropLast()) }
    return steps.dropLast() + [end]
  }

  func locate(between a: Double, and b: Double, _ function: @escaping (Double) -> Double) -> Double? {
    try? bracketedRoot(between: a, and: b, tolerance: 1e-14, of: function)
  }

  /// The same point met from several branches counts once; a fold that is a pitchfork's own is a pitchfork.
  private func distinct(_ all: [Bifurcation], _ family: CircuitFamily, scale: [Double])
    throws(LinearAlgebraError) -> [Bifurcation]
  {
    // How singular ∂f/∂κ is there: a pitchfork seen from its upright branch is located less well than from the other one.
    var graded: [(item: Bifurcation, order: Double)] = []
    for item in all {
      let jacobian = family.at(item.kappa, item.parameter).flow.latentJacobian
      let determinant = abs(try LUDecomposition(of: jacobian)?.determinant ?? 0)
      graded.append((item, item.kind == .fold ? .infinity : determinant))
    }
    var result: [Bifurcation] = []
    for (item, _) in graded.sorted(by: { $0.order < $1.order }) {
      let known = result.contains { other in
        guard (item.kind == .hopf) == (other.kind == .hopf) else { return false }
        let apart = distance(zip(item.kappa, scale).map { $0 / $1 }, zip(other.kappa, scale).map { $0 / $1 })
        // The upright branch of a pitchfork is flat there: κ is good to the root of the parameter's error only.
        let blur = other.kind == .fold || other.kind == .hopf ? 1e-5 : 1e-3
        return apart < blur && abs(item.parameter - other.parameter) < 1e-5 * scale[scale.count - 1]
      }
      if !known { result.append(item) }
    }
    return result.sorted { $0.parameter < $1.parameter }
  }
}

extension Branch {
  /// Whether a point (in scaled coordinates) lies on the curve.
  fileprivate func passes(_ y: [Double], scale: [Double]) -> Bool {
    var previous: [Double]?
    for point in points {
      let here = zip(point.kappa + [point.parameter], scale).map { $0 / $1 }
      if let previous {
        // Distance from the chord, allowing for its sagitta.
        let chord = zip(here, previous).map { $0 - $1 }
        let length = norm(chord)
        let offset = zip(y, previous).map { $0 - $1 }
        let along = zip(chord, offset).reduce(0) { $0 + $1.0 * $1.1 } / max(length * length, 1e-300)
        if along >= 0, along <= 1 {
          let foot = zip(offset, chord).map { $0 - along * $1 }
          if norm(foot) < 0.05 * length { return true }
        }
      }
      previous = here
    }
    return false
  }
}
