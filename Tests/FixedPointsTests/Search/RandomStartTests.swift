// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import Foundation
import LowRank
import NetworkFiles
import TestSupport
import Testing

/// Fixed points of trained networks of rank 2 against Newton runs from random starts, by code of their own.
///
/// KAPPA_RANDOM_STARTS=10000 in the environment makes of it the comparison that notes/fixed-points.md reports.
@Suite struct RandomStartTests {
  static let networks: [String] =
    [networksFolder + "/parametric-working-memory.npz"]
    + (sharedNetworksFolder.map { folder in
      ["dms_rank2_500.pt", "romo_rank2_500.pt"].map { folder + "/" + $0 }
    } ?? [])

  @Test(arguments: networks) func everyRootOfRandomStartsIsInTheList(path: String) throws {
    let starts = ProcessInfo.processInfo.environment["KAPPA_RANDOM_STARTS"].flatMap { Int($0) } ?? 120
    let network = try NetworkFile.load(path).network
    try #require(network.rank == 2)
    let manifold = try ManifoldDynamics(network)
    let circuit = try EffectiveCircuit(of: network)
    for input in [0, 0.3].map({ [$0] + [Double](repeating: 0, count: network.inputCount - 1) }) {
      let search = FixedPointSearch()
      try compare(
        manifold, try search.fixedPoints(of: manifold, input: input), input, starts, "\(path) manifold")
      try compare(
        circuit, try search.fixedPoints(of: circuit, input: input), input, starts, "\(path) circuit")
    }
  }

  private func compare(
    _ dynamics: some ReducedDynamics, _ set: FixedPointSet, _ input: [Double], _ starts: Int, _ name: String
  ) throws {
    let box = try #require(set.box)
    let seed: UInt64 = 2024
    var stream = RandomStream(seed: seed)
    var met = Set<Int>()
    var converged = 0
    for _ in 0..<starts {
      guard
        let root = newton(dynamics, input, from: box.map { 1.2 * $0 * (2 * stream.uniform() - 1) })
      else { continue }
      converged += 1
      let nearest = try #require(
        set.points.indices.min { distance(set.points[$0].kappa, root) < distance(set.points[$1].kappa, root) }
      )
      // Newton's residual of 1e-12 over the weakest |eigenvalue|, 1e-3, of the networks at hand.
      let gap = distance(set.points[nearest].kappa, root)
      #expect(gap < 1e-8, "\(name), u = \(input): κ = \(root) is missing, seed \(seed)")
      if gap >= 1e-8 { return }
      met.insert(nearest)
      let j = dynamics.linearisation(kappa: root, input: input).latentJacobian
      let isStable = j[0, 0] + j[1, 1] < 0 && j[0, 0] * j[1, 1] - j[0, 1] * j[1, 0] > 0
      #expect(isStable == set.points[nearest].isStable, "\(name), u = \(input) at \(root), seed \(seed)")
    }
    #expect(converged > starts / 4, "\(name): the comparison needs roots")
    if starts > 1000 {
      let stable = set.points.count { $0.isStable }
      print(
        "\(name.split(separator: "/").last ?? ""), u = \(input): list of \(set.points.count) (\(stable) stable, "
          + "\(set.isComplete ? "proven" : "searched")), \(converged) of \(starts) starts converged, to \(met.count) of them"
      )
    }
  }

  /// Newton's method with halved steps while |f| does not fall; `nil` when it does not converge.
  private func newton(_ dynamics: some ReducedDynamics, _ input: [Double], from start: [Double]) -> [Double]?
  {
    var kappa = start
    var here = dynamics.linearisation(kappa: kappa, input: input)
    for _ in 0..<80 {
      let (f, j) = (here.flow, here.latentJacobian)
      let size = distance(f, [0, 0])
      if size < 1e-13 { return kappa }
      let determinant = j[0, 0] * j[1, 1] - j[0, 1] * j[1, 0]
      let step = [
        (j[1, 1] * f[0] - j[0, 1] * f[1]) / determinant, (j[0, 0] * f[1] - j[1, 0] * f[0]) / determinant,
      ]
      var share = 1.0
      var isBetter = false
      while share > 1e-4, !isBetter {
        let trial = [kappa[0] - share * step[0], kappa[1] - share * step[1]]
        let there = dynamics.linearisation(kappa: trial, input: input)
        isBetter = distance(there.flow, [0, 0]) < size
        if isBetter { (kappa, here) = (trial, there) } else { share /= 2 }
      }
      if !isBetter { return size < 1e-12 ? kappa : nil }
    }
    return nil
  }

  private func distance(_ a: [Double], _ b: [Double]) -> Double {
    ((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1])).squareRoot()
  }
}
