// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import FixedPoints
import LowRank

/// Branches over a parameter, their bifurcations, and how well a network's units determine them.
public struct BifurcationResult: Codable, Sendable {
  /// A fixed point at one value of the parameter.
  public struct Point: Codable, Sendable, Hashable {
    /// The parameter.
    public let parameter: Double
    /// κ, R values.
    public let kappa: [Double]
    /// [real, imaginary] of the Jacobian's eigenvalues, in units of 1/τ.
    public let eigenvalues: [[Double]]
    /// Whether small deviations decay.
    public let stable: Bool
    /// z, O values.
    public let output: [Double]
  }

  /// A bifurcation of fixed points.
  public struct Crossing: Codable, Sendable, Hashable {
    /// Fold, pitchfork, crossing or Hopf point.
    public let kind: String
    /// Where it is.
    public let parameter: Double
    /// κ there.
    public let kappa: [Double]
    /// τω of what begins to turn at a Hopf point.
    public let frequency: Double?
  }

  /// A line or ring of fixed points at one value of the parameter.
  public struct Continuum: Codable, Sendable, Hashable {
    /// The parameter.
    public let parameter: Double
    /// `ring` or `line`.
    public let kind: PortraitResult.Point.Kind
    /// A point on it, R values.
    public let kappa: [Double]
    /// Mean distance of a ring from its centre, or length of a line.
    public let radius, length: Double?
    /// [real, imaginary] of the Jacobian's eigenvalues at `kappa`, in units of 1/τ: the one along it is zero to rounding.
    public let eigenvalues: [[Double]]
    /// Whether deviations across it decay; `nil` where that is open.
    public let stable: Bool?
    /// The largest |dκ/dt| along it, in units of 1/τ.
    public let drift: Double

    init(_ found: BifurcationDiagram.Continuum) {
      let point = PortraitResult.Point(found.attractor)
      parameter = found.parameter
      (kind, kappa, eigenvalues, stable) = (point.kind, point.kappa, point.eigenvalues, point.stable)
      (radius, length, drift) = (point.radius, point.length, found.attractor.drift)
    }
  }

  /// A limit cycle at one value of the parameter.
  public struct Cycle: Codable, Sendable, Hashable {
    /// The parameter.
    public let parameter: Double
    /// In units of τ.
    public let period: Double
    /// [real, imaginary] of the Floquet multipliers.
    public let multipliers: [[Double]]
    /// Whether small deviations across it decay.
    public let stable: Bool
    /// The lowest value of every κ along it, and the highest.
    public let lowest, highest: [Double]
  }

  /// A branch of cycles in the order in which it is passed.
  public struct Cycles: Codable, Sendable, Hashable {
    /// A bifurcation of cycles.
    public struct Crossing: Codable, Sendable, Hashable {
      /// What happens.
      public let kind: String
      /// Where, and the period there.
      public let parameter, period: Double
    }

    /// The parameter at the Hopf point where it begins.
    public let birth: Double?
    /// What is at its two ends, in words.
    public let start, end: String
    /// What happens on the way.
    public let bifurcations: [Crossing]
    /// The cycles.
    public let points: [Cycle]
  }

  /// How the diagram varies when units are resampled.
  public struct Bootstrap: Codable, Sendable, Hashable {
    /// A sequence of topologies over the range.
    public struct Course: Codable, Sendable, Hashable {
      /// Numbers of fixed points, and of stable ones, along the range.
      public let points, stable: [Int]
      /// Share of the replicates.
      public let fraction: Double
      /// Whether it is the circuit's own.
      public let own: Bool
    }

    /// The replicates at one value of the parameter.
    public struct Slice: Codable, Sendable, Hashable {
      /// A number of fixed points, and of stable ones.
      public struct Share: Codable, Sendable, Hashable {
        /// How many there are, and how many are stable.
        public let points, stable: Int
        /// Share of the replicates.
        public let fraction: Double
      }

      /// A fixed point of the circuit, and where the replicates have it.
      public struct Ribbon: Codable, Sendable, Hashable {
        /// κ of the circuit.
        public let kappa: [Double]
        /// Whether it is stable.
        public let stable: Bool
        /// 5 % and 95 % of the replicates, for every κ.
        public let lower, upper: [Double]?
      }

      /// The parameter.
      public let parameter: Double
      /// Topologies there.
      public let topologies: [Share]
      /// Fixed points there.
      public let fixedPoints: [Ribbon]
    }

    /// How many replicates.
    public let replicates: Int
    /// Topologies over the range, most frequent first.
    public let courses: [Course]
    /// Values of the parameter that were looked at.
    public let slices: [Slice]
  }

  /// What the figures come from, for pages and figures.
  public struct Details: Sendable {
    /// The circuit, and the network that it has the moments of.
    public let subject: String
    /// That network beside the circuit at some values of the parameter; `nil` for a circuit file.
    public let network: [NetworkBeside]?
    /// The parameter's name.
    public let parameter: String
    /// The range, perhaps cut.
    public let range: ClosedRange<Double>
    /// The fixed points.
    public let diagram: BifurcationDiagram
    /// The limit cycles.
    public let cycles: [CycleBranch]
    /// The replicates, where they were asked for.
    public let bootstrap: BootstrapDiagram?
  }

  /// Branches of fixed points.
  public let branches: [[Point]]
  /// Their bifurcations.
  public let bifurcations: [Crossing]
  /// Lines and rings of fixed points at the values of the parameter where any were met; they are not followed.
  public let continua: [Continuum]
  /// Branches of limit cycles.
  public let cycles: [Cycles]
  /// How well the units determine all that.
  public let bootstrap: Bootstrap?
  /// The network that the circuit has the moments of beside it, at some values of the parameter; `nil` for a circuit file.
  public let network: [NetworkBeside]?
  /// What the figures come from; not part of the JSON, and `nil` in a result read from it.
  public private(set) var details: Details?
  /// What to know beside the numbers; not part of the JSON.
  public private(set) var remarks: [Remark] = []

  private enum CodingKeys: CodingKey { case branches, bifurcations, continua, cycles, bootstrap, network }

  init(_ details: Details, remarks: [Remark]) {
    self.details = details
    self.remarks = remarks
    branches = details.diagram.branches.map { branch in
      branch.points.map {
        Point(
          parameter: $0.parameter, kappa: $0.kappa,
          eigenvalues: $0.eigenvalues.map { [$0.real, $0.imaginary] },
          stable: $0.isStable, output: $0.outputs)
      }
    }
    bifurcations = details.diagram.bifurcations.map {
      Crossing(kind: $0.kind.rawValue, parameter: $0.parameter, kappa: $0.kappa, frequency: $0.frequency)
    }
    continua = details.diagram.continua.map(Continuum.init)
    cycles = details.cycles.map(Cycles.init)
    bootstrap = details.bootstrap.map(Bootstrap.init)
    network = details.network
  }
}

extension BifurcationResult.Cycles {
  fileprivate init(_ branch: CycleBranch) {
    birth = branch.birth
    (start, end) = (branch.start.description, branch.end.description)
    bifurcations = branch.bifurcations.map {
      Crossing(kind: $0.kind.rawValue, parameter: $0.parameter, period: $0.cycle.period)
    }
    points = branch.points.map { point in
      let ranges = point.cycle.orbit[0].indices.map { point.cycle.range($0) }
      return BifurcationResult.Cycle(
        parameter: point.parameter, period: point.cycle.period,
        multipliers: point.cycle.multipliers.map { [$0.real, $0.imaginary] },
        stable: point.cycle.isStable,
        lowest: ranges.map(\.lowerBound), highest: ranges.map(\.upperBound))
    }
  }
}

extension BifurcationResult.Bootstrap {
  fileprivate init(_ diagram: BootstrapDiagram) {
    replicates = diagram.replicates
    courses = diagram.courses.map {
      Course(
        points: $0.topologies.map(\.points), stable: $0.topologies.map(\.stable), fraction: $0.fraction,
        own: $0.isOwn)
    }
    slices = diagram.slices.map { slice in
      Slice(
        parameter: slice.parameter,
        topologies: slice.shares.map {
          Slice.Share(points: $0.topology.points, stable: $0.topology.stable, fraction: $0.fraction)
        },
        fixedPoints: slice.ribbons.map {
          Slice.Ribbon(
            kappa: $0.kappa, stable: $0.isStable, lower: $0.intervals?.map(\.lower),
            upper: $0.intervals?.map(\.upper))
        })
    }
  }
}
