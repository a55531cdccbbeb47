// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import FixedPoints
import LowRank

/// The JSON of `kappa bifurcation`.
struct BifurcationDocument: Encodable {
  struct Point: Encodable {
    let parameter: Double
    let kappa: [Double]
    let eigenvalues: [[Double]]
    let stable: Bool
    let output: [Double]
  }

  struct Crossing: Encodable {
    let kind: String
    let parameter: Double
    let kappa: [Double]
    let frequency: Double?
  }

  struct Cycle: Encodable {
    let parameter: Double
    let period: Double
    let multipliers: [[Double]]
    let stable: Bool
    let lowest: [Double]
    let highest: [Double]
  }

  /// A branch of cycles in the order in which it is passed.
  struct Cycles: Encodable {
    struct Crossing: Encodable {
      let kind: String
      let parameter: Double
      let period: Double
    }

    /// The parameter at the Hopf point where it begins.
    let birth: Double?
    let start: String
    let end: String
    let bifurcations: [Crossing]
    let points: [Cycle]
  }

  struct Share: Encodable {
    let points: Int
    let stable: Int
    let fraction: Double
  }

  struct Ribbon: Encodable {
    let kappa: [Double]
    let stable: Bool
    let lower: [Double]?
    let upper: [Double]?
  }

  struct Slice: Encodable {
    let parameter: Double
    let topologies: [Share]
    let fixedPoints: [Ribbon]
  }

  struct Course: Encodable {
    let points: [Int]
    let stable: [Int]
    let fraction: Double
    let own: Bool
  }

  struct Bootstrap: Encodable {
    let replicates: Int
    let courses: [Course]
    let slices: [Slice]
  }

  let branches: [[Point]]
  let bifurcations: [Crossing]
  let cycles: [Cycles]
  let bootstrap: Bootstrap?

  init(_ diagram: BifurcationDiagram, cycles: [CycleBranch], bootstrap: BootstrapDiagram?) {
    branches = diagram.branches.map { branch in
      branch.points.map {
        Point(
          parameter: $0.parameter, kappa: $0.kappa,
          eigenvalues: $0.eigenvalues.map { [$0.real, $0.imaginary] },
          stable: $0.isStable, output: $0.outputs)
      }
    }
    bifurcations = diagram.bifurcations.map {
      Crossing(kind: $0.kind.rawValue, parameter: $0.parameter, kappa: $0.kappa, frequency: $0.frequency)
    }
    self.cycles = cycles.map { branch in
      Cycles(
        birth: branch.birth, start: branch.start.description, end: branch.end.description,
        bifurcations: branch.bifurcations.map {
          Cycles.Crossing(kind: $0.kind.rawValue, parameter: $0.parameter, period: $0.cycle.period)
        },
        points: branch.points.map { point in
          let ranges = point.cycle.orbit[0].indices.map { point.cycle.range($0) }
          return Cycle(
            parameter: point.parameter, period: point.cycle.period,
            multipliers: point.cycle.multipliers.map { [$0.real, $0.imaginary] },
            stable: point.cycle.isStable,
            lowest: ranges.map(\.lowerBound), highest: ranges.map(\.upperBound))
        })
    }
    self.bootstrap = bootstrap.map(Self.document)
  }

  private static func document(_ bootstrap: BootstrapDiagram) -> Bootstrap {
    Bootstrap(
      replicates: bootstrap.replicates,
      courses: bootstrap.courses.map {
        Course(
          points: $0.topologies.map(\.points), stable: $0.topologies.map(\.stable), fraction: $0.fraction,
          own: $0.isOwn)
      },
      slices: bootstrap.slices.map { slice in
        Slice(
          parameter: slice.parameter,
          topologies: slice.shares.map {
            Share(points: $0.topology.points, stable: $0.topology.stable, fraction: $0.fraction)
          },
          fixedPoints: slice.ribbons.map {
            Ribbon(
              kappa: $0.kappa, stable: $0.isStable, lower: $0.intervals?.map(\.lower),
              upper: $0.intervals?.map(\.upper))
          })
      })
  }
}
