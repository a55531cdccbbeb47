// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Follows a branch of cycles one way to where it ends, with a bounded amount of work.
struct CycleFollower {
  let continuation: CycleContinuation
  /// Hopf points at which a branch may end.
  let hopfs: [Bifurcation]
  /// The longest step, as a share of the sizes in `CycleContinuation.scale`.
  var longestStep = 0.05
  /// How many cycles a branch may have each way.
  var pointLimit = 400
  /// How many steps of integration it may take each way.
  var budget: Int
  /// Told the share of the budget or of the points that is spent, whichever is more.
  var progress: (Double) -> Void = { _ in }

  /// One way from a start, which is not among the points.
  struct Way {
    var points: [CycleBranch.Point] = []
    var bifurcations: [CycleBranch.Bifurcation] = []
    var end = CycleBranch.End.budget
  }

  func follow(_ start: CycleContinuation.Step, firstStep: Double) throws(LinearAlgebraError) -> Way {
    var way = Way()
    var (here, ds, work) = (start, firstStep, 0)
    var shortest = start.period
    while way.points.count < pointLimit, work < budget {
      progress(max(Double(work) / Double(budget), Double(way.points.count) / Double(pointLimit)))
      guard let (next, iterations, spent) = try continuation.advance(here, by: ds), let cycle = next.cycle
      else {
        // What failed has cost about as much as what succeeds.
        work += 12 * here.integration
        ds /= 2
        if ds > 1e-5 { continue }
        way.end = Self.reason(here, shortest)
        return way
      }
      work += spent
      if isReversed(here, next) {
        way.end = hopf(at: here, next)
        return way
      }
      guard isNeighbour(here, next) else {
        ds /= 2
        if ds > 1e-5 { continue }
        way.end = Self.reason(here, shortest)
        return way
      }
      let bifurcation = try crossing(here, next, ds, &work)
      if let bifurcation, continuation.range.contains(bifurcation.parameter) {
        way.bifurcations.append(bifurcation)
        if bifurcation.kind == .fold {
          way.points.append(
            CycleBranch.Point(parameter: bifurcation.parameter, cycle: bifurcation.cycle))
        }
      }
      if !continuation.range.contains(next.parameter) {
        if let last = try atBorder(here, next) { way.points.append(last) }
        way.end = .border
        return way
      }
      way.points.append(CycleBranch.Point(parameter: next.parameter, cycle: cycle))
      if way.points.count > 5, let first = start.cycle, isClosed(start, first, next, ds) {
        way.end = .closed
        return way
      }
      shortest = min(shortest, next.period)
      if next.period > max(200, 8 * shortest) {
        way.end = .longPeriod(next.period)
        return way
      }
      here = next
      ds = iterations <= 4 ? min(ds * 1.5, longestStep) : (iterations > 6 ? ds / 1.5 : ds)
      // Beside a Hopf point the cycle's width grows as a root: small steps draw it.
      ds = min(ds, max(0.01, 0.3 * cycle.size / continuation.reach))
    }
    // Where the period has grown so much, that is what the work went into.
    if here.period > Self.much * shortest { way.end = .longPeriod(here.period) }
    return way
  }

  /// A period this many times the shortest one of its branch is on its way to infinity.
  private static let much = 4.0

  /// Whether a step has gone through a Hopf point: beyond it the same cycles follow again, half a turn ahead.
  private func isReversed(_ a: CycleContinuation.Step, _ b: CycleContinuation.Step) -> Bool {
    guard let before = a.cycle, let after = b.cycle else { return false }
    let along = zip(a.normal, b.normal).reduce(0) { $0 + $1.0 * $1.1 }
    return along < 0 && max(before.size, after.size) < 0.3 * continuation.reach
  }

  /// Whether two cycles are close enough to be neighbours on a curve.
  private func isNeighbour(_ a: CycleContinuation.Step, _ b: CycleContinuation.Step) -> Bool {
    guard let before = a.cycle, let after = b.cycle else { return true }
    let turned = zip(a.tangent, b.tangent).reduce(0) { $0 + $1.0 * $1.1 }
    return turned > 0.85 && abs(b.y[b.y.count - 2] - a.y[a.y.count - 2]) < 0.4
      && abs(after.size - before.size) < 0.5 * before.size + 0.01 * continuation.reach
  }

  private func isClosed(
    _ start: CycleContinuation.Step, _ first: LimitCycle, _ here: CycleContinuation.Step, _ ds: Double
  ) -> Bool {
    let width = continuation.scale[continuation.scale.count - 1]
    return abs(here.parameter - start.parameter) < ds * width
      && abs(here.y[here.y.count - 2] - start.y[start.y.count - 2]) < ds
      && (here.cycle?.distance(from: first.orbit[0]) ?? .infinity) < ds * continuation.reach
  }

  /// The known Hopf point where a branch shrinks to nothing, or the place itself.
  private func hopf(at a: CycleContinuation.Step, _ b: CycleContinuation.Step) -> CycleBranch.End {
    let scale = continuation.scale
    func gap(_ hopf: Bifurcation) -> Double {
      norm(
        zip(
          zip(hopf.kappa + [hopf.parameter], a.kappa + [a.parameter]),
          a.kappa.map { _ in scale[0] } + [
            scale[scale.count - 1]
          ]
        ).map { ($0.0 - $0.1) / $1 })
    }
    let near = hopfs.min { gap($0) < gap($1) }
    if let near, gap(near) < 0.2 { return .hopf(parameter: near.parameter, kappa: near.kappa) }
    return .hopf(parameter: a.parameter, kappa: a.kappa)
  }

  /// The cycle on the border of the range, between two cycles on either side of it.
  private func atBorder(_ a: CycleContinuation.Step, _ b: CycleContinuation.Step)
    throws(LinearAlgebraError) -> CycleBranch.Point?
  {
    let range = continuation.range
    let border = b.parameter > range.upperBound ? range.upperBound : range.lowerBound
    let share = (border - a.parameter) / (b.parameter - a.parameter)
    let y = zip(a.y, b.y).map { $0 + share * ($1 - $0) }
    let between = CycleContinuation.Step(
      y: y, tangent: a.tangent, normal: a.normal, cycle: nil, integration: a.integration)
    guard
      let cycle = try LimitCycle(
        continuation.family.flow(border), near: between.kappa, period: between.period, iterations: 12)
    else { return nil }
    return CycleBranch.Point(parameter: border, cycle: cycle)
  }

  /// Why a branch could not be followed beyond a cycle.
  private static func reason(_ here: CycleContinuation.Step, _ shortest: Double) -> CycleBranch.End {
    if here.period > much * shortest { return .longPeriod(here.period) }
    let largest = here.cycle?.multipliers.first?.modulus ?? 0
    return largest > 1e-2 * CycleContinuation.mostGrowth ? .tooUnstable(largest) : .lost
  }

  /// A bifurcation between two neighbouring cycles, located by Brent's method along the arc.
  private func crossing(
    _ a: CycleContinuation.Step, _ b: CycleContinuation.Step, _ ds: Double, _ work: inout Int
  ) throws(LinearAlgebraError) -> CycleBranch.Bifurcation? {
    // At a Hopf point dp/ds vanishes, too.
    guard a.cycle != nil else { return nil }
    let last = a.tangent.count - 1
    let turns = (a.tangent[last] < 0) != (b.tangent[last] < 0)
    let test: (CycleContinuation.Step) -> Double =
      turns ? { $0.tangent[last] } : { ($0.cycle?.largestTransverse.modulus ?? .nan) - 1 }
    guard (test(a) < 0) != (test(b) < 0) else { return nil }
    var spent = 0
    let s = try? bracketedRoot(between: 0, and: ds, tolerance: 1e-10) { s in
      if s == 0 { return test(a) }
      guard let (step, _, work) = try? continuation.advance(a, by: s) else { return .nan }
      spent += work
      return test(step)
    }
    work += spent
    guard let s, let (step, _, _) = try continuation.advance(a, by: s), let cycle = step.cycle else {
      return nil
    }
    let multiplier = cycle.largestTransverse
    let kind: CycleBranch.Bifurcation.Kind =
      turns
      ? .fold
      : (multiplier.imaginary != 0 ? .torus : (multiplier.real < 0 ? .periodDoubling : .branching))
    return CycleBranch.Bifurcation(kind: kind, parameter: step.parameter, cycle: cycle)
  }
}
