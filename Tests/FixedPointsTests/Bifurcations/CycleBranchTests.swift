// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank
import TestSupport
import Testing

/// Branches of limit cycles against circuits whose cycles are circles of known radius and period.
@Suite struct CycleBranchTests {
  /// The cycle is followed from the Hopf point at g = 1/a; its period is 2π a/ω at every g.
  @Test func beyondAHopfPoint() throws {
    let (a, omega) = (1.25, 0.8)
    let branches = try branches(of: turning([(1, a, omega, 1)]), over: 0.6...1.2)
    #expect(branches.count == 1)
    let branch = try #require(branches.first)
    #expect(abs((branch.birth ?? 0) - 1 / a) < 1e-8 && branch.end == .border && branch.bifurcations.isEmpty)
    #expect(branch.points.allSatisfy { $0.parameter > 1 / a && $0.cycle.isStable })
    #expect(branch.points.last?.parameter == 1.2 && branch.points.count > 10)
    let period = 2 * Double.pi * a / omega
    for point in branch.points { #expect(abs(point.cycle.period - period) < 1e-8 * period) }
  }

  /// Cycles of radius r exist at g = 1/S(r), S(r) = Σ α a G(s r): from the Hopf point at g = 1/S(0) the branch runs to a
  /// fold at g = 1/max S, and back.
  @Test func aFoldOfCyclesIsPassed() throws {
    let branches = try branches(of: bistable(), over: 0.6...1.4)
    #expect(branches.count == 1)
    let branch = try #require(branches.first)
    #expect(abs((branch.birth ?? 0) - 1 / (growth(0) + 1)) < 1e-8 && branch.end == .border)
    #expect(branch.bifurcations.map(\.kind) == [.fold])
    let fold = try #require(branch.bifurcations.first)
    #expect(abs(fold.parameter - 1 / (growth(widest()) + 1)) < 1e-8, "\(fold.parameter)")
    // One multiplier more has come to 1 there; it does so as a square root, to the root of rounding.
    #expect(abs(fold.cycle.transverseMultipliers[0].modulus - 1) < 1e-5)
    // Unstable on the way there, stable on the way back, and each on its circle.
    let turn = try #require(branch.points.firstIndex { $0.parameter == fold.parameter })
    #expect(branch.points[..<turn].allSatisfy { !$0.cycle.isStable })
    #expect(branch.points[(turn + 1)...].allSatisfy { $0.cycle.isStable })
    for point in branch.points {
      let radius = norm(point.cycle.orbit[0])
      #expect(abs(point.parameter * (growth(radius) + 1) - 1) < 1e-8)
      // The angle turns at rate g Σ α ω G(s r).
      let rate = point.parameter * Gain(.tanh).gain(mean: 0, deviation: radius)
      #expect(abs(point.cycle.period - 2 * Double.pi / rate) < 1e-7 * point.cycle.period)
    }
  }

  /// No Hopf point lies in the range, but cycles do: both kinds are found by simulation, one on each branch.
  @Test func cyclesWithoutAHopfPointInTheRange() throws {
    let branches = try branches(of: bistable(), over: 0.9...1.1)
    #expect(branches.count == 2)
    for branch in branches {
      #expect(branch.birth == nil && branch.start == .border && branch.end == .border)
      #expect(Set(branch.points.map(\.parameter)).isSuperset(of: [0.9, 1.1]))
    }
    #expect(Set(branches.map { $0.points.allSatisfy(\.cycle.isStable) }) == [true, false])
    // With the fold in the range, the two are one.
    let whole = try self.branches(of: bistable(), over: 0.7...1.1)
    #expect(whole.count == 1 && whole.first?.bifurcations.map(\.kind) == [.fold])
  }

  /// Under inputs of either sign the oscillation dies in Hopf points that mirror one another.
  @Test func fromOneHopfPointToAnother() throws {
    let branches = try branches(of: turning([(1, 1.25, 0.8, 1)]), .input(0), over: -2...2)
    #expect(branches.count == 1)
    guard let branch = branches.first, case .hopf(let left, _) = branch.start,
      case .hopf(let right, _) = branch.end
    else {
      Issue.record("expected a branch between two Hopf points, found \(branches.map(\.end))")
      return
    }
    #expect(abs(left + right) < 1e-8 && left < 0)
    #expect(branch.points.allSatisfy { $0.cycle.isStable && left < $0.parameter && $0.parameter < right })
  }

  /// What costs too much is given up, and says so.
  @Test func workIsBounded() throws {
    var search = quick()
    search.cycleBudget = 1
    let circuit = turning([(1, 1.25, 0.8, 1)])
    let diagram = try search.diagram(of: circuit, input: [0], parameter: .gain, over: 0.6...1.2)
    var shares: [Double] = []
    let branches = try search.cycles(
      from: diagram, of: circuit, input: [0], parameter: .gain, over: 0.6...1.2,
      progress: { shares.append($0) })
    #expect(!branches.isEmpty && branches.allSatisfy { $0.start == .budget || $0.end == .budget })
    #expect(CycleBranch.End.budget.isGivenUp && !CycleBranch.End.border.isGivenUp)
    #expect(shares.first == 0 && shares == shares.sorted() && (shares.last ?? 2) <= 1)
  }

  private func branches(
    of circuit: EffectiveCircuit, _ parameter: BifurcationParameter = .gain, over range: ClosedRange<Double>
  ) throws -> [CycleBranch] {
    let search = quick()
    let diagram = try search.diagram(of: circuit, input: [0], parameter: parameter, over: range)
    return try search.cycles(from: diagram, of: circuit, input: [0], parameter: parameter, over: range)
  }

  /// A search with little effort, for debug builds.
  private func quick() -> BifurcationSearch {
    var search = BifurcationSearch()
    search.probes = 4
    search.search.starts = 16
    search.search.budget = 300
    search.simulation.starts = 3
    return search
  }

  /// Where `growth` is largest, by golden sections of a bracket: flat there, so that its value is good to rounding.
  private func widest() -> Double {
    var (low, high) = (0.1, 1.5)
    let share = (5.0.squareRoot() - 1) / 2
    for _ in 0..<60 {
      let (left, right) = (high - share * (high - low), low + share * (high - low))
      if growth(left) < growth(right) { low = left } else { high = right }
    }
    return (low + high) / 2
  }
}
