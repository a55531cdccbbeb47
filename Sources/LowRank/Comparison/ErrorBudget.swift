// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Where the distance between a network and its Gaussian circuit comes from, one assumption at a time.
///
/// The ladder file's network → (rank R instead of J) → exact manifold → circuit → without means → without cross terms shows
/// what each assumption costs. The second rung stands there where J is dense: the network of the truncated J is another
/// network. Every rung is judged against the file's network.
public struct ErrorBudget: Sendable, Hashable {
  /// A rung of the ladder.
  public struct Stage: Sendable, Hashable {
    /// What a rung leaves out or approximates.
    public enum Kind: String, Sendable, Hashable, CaseIterable, Codable {
      /// J is replaced by m nᵀ/N of rank R.
      case truncation
      /// The N units are replaced by the exact manifold of m nᵀ/N: nothing is lost but rounding.
      case manifold
      /// Loadings are replaced by a Gaussian mixture.
      case circuit
      /// Means are left out.
      case withoutMeans
      /// Covariances among the drives are left out of Δ².
      case withoutCrossTerms
    }

    /// Which rung it is.
    public let kind: Kind
    /// What is simulated, e.g. `without means`.
    public let name: String
    /// Its errors against the file's network.
    public let comparison: Comparison
    /// RMS difference of each output from the rung above, relative to the network's RMS: the cost of this assumption.
    public let costs: [Double]
  }

  /// The rungs, from the first below the file's network down.
  public let stages: [Stage]

  /// The rung of a kind, if the ladder has it.
  public func stage(_ kind: Stage.Kind) -> Stage? { stages.first { $0.kind == kind } }

  /// Computes the ladder.
  ///
  /// - Parameters:
  ///   - network: the trajectory of the file's network, J not truncated.
  ///   - truncation: that of the network of rank R, where J is dense and was truncated; `nil` where J is m nᵀ/N itself.
  ///   - isFitted: whether the network of rank R was fitted to the activity instead of cut from J.
  ///   - manifold: the exact manifold's.
  ///   - circuit: the circuit's.
  ///   - dynamics: the circuit itself, whose means and cross terms are then left out.
  ///   - trials: the trials that all of them ran.
  ///   - simulation: α and the like; the same for all.
  public init(
    network: Trajectory, truncation: Trajectory? = nil, isFitted: Bool = false, manifold: Trajectory,
    circuit: Trajectory,
    of dynamics: EffectiveCircuit, trials: Trials, simulation: Simulation
  ) {
    var ladder: [(kind: Stage.Kind, name: String, trajectory: Trajectory)] = []
    if let truncation {
      let name =
        isFitted ? "fitted network of rank \(dynamics.rank)" : "rank \(dynamics.rank) instead of J"
      ladder.append((.truncation, name, truncation))
    }
    // The manifold of a truncation is exact for another network than the file's.
    let manifoldName = truncation == nil ? "exact manifold" : "manifold of that rank"
    ladder += [(.manifold, manifoldName, manifold), (.circuit, "Gaussian circuit", circuit)]
    let bare = dynamics.statistics.withoutMeans
    for (kind, name, statistics) in [
      (Stage.Kind.withoutMeans, "without means", bare),
      (.withoutCrossTerms, "without cross terms in Δ", bare.withoutCrossTerms),
    ] {
      let reduced = dynamics.replacing(statistics: statistics)
      ladder.append((kind, name, simulation.run(reduced, under: trials.stimulus)))
    }
    var above = network
    var stages: [Stage] = []
    for (kind, name, trajectory) in ladder {
      let costs = (0..<network.outputCount).map { output in
        relativeStep(from: above, to: trajectory, scale: network, output: output)
      }
      stages.append(
        Stage(
          kind: kind, name: name, comparison: Comparison(of: trajectory, against: network, trials: trials),
          costs: costs))
      above = trajectory
    }
    self.stages = stages
  }
}

private func relativeStep(from a: Trajectory, to b: Trajectory, scale: Trajectory, output: Int) -> Double {
  var square = 0.0
  var size = 0.0
  for i in stride(from: output, to: a.outputs.count, by: a.outputCount) {
    square += (a.outputs[i] - b.outputs[i]) * (a.outputs[i] - b.outputs[i])
    size += scale.outputs[i] * scale.outputs[i]
  }
  return square == 0 ? 0 : (square / size).squareRoot()
}
