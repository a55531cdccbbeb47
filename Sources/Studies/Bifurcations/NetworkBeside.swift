// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank

/// The fixed points of a network beside those of the circuit whose branches are followed, at one value of the parameter.
public struct NetworkBeside: Codable, Sendable, Hashable {
  /// How many fixed points there are, and how many are stable in continuous time.
  public struct Count: Codable, Sendable, Hashable {
    /// All of them.
    public let points: Int
    /// The stable ones.
    public let stable: Int

    init(_ set: FixedPointSet) {
      (points, stable) = (set.points.count, set.points.count { $0.isStable })
    }

    /// In a few words.
    package var words: String { "\(counted(points, "fixed point")), \(stable) stable" }
  }

  /// The parameter, an input.
  public let parameter: Double
  /// The network's own, on its exact manifold, and the circuit's.
  public let network, circuit: Count

  /// Both ends of the range and three values between.
  static let values = 5
  /// Beyond this rank a search at every value would take longer than the diagram.
  static let largestRank = 2

  /// Looks at some values of an input; empty for other parameters, which a network does not have, for higher ranks, and
  /// for a dense J, whose fixed points are not those of its m and n.
  static func compare(
    _ network: Network, _ circuit: EffectiveCircuit, _ parameter: BifurcationParameter,
    over range: ClosedRange<Double>,
    input: [Double]
  ) throws(LinearAlgebraError) -> [NetworkBeside] {
    guard case .input(let channel) = parameter, network.rank <= largestRank, network.denseConnectivity == nil
    else { return [] }
    let manifold = try ManifoldDynamics(network)
    let search = FixedPointSearch()
    var result: [NetworkBeside] = []
    for index in 0..<values {
      let share = Double(index) / Double(values - 1)
      let value = range.lowerBound + share * (range.upperBound - range.lowerBound)
      var held = input
      held[channel] = value
      result.append(
        NetworkBeside(
          parameter: value, network: Count(try search.fixedPoints(of: manifold, input: held)),
          circuit: Count(try search.fixedPoints(of: circuit, input: held))))
    }
    return result
  }

  /// What the branches are those of, said of a network.
  static func remark(
    _ found: [NetworkBeside], name: String, parameter: String, populations: Int
  ) -> Remark {
    let circuit =
      "the branches are those of the circuit of \(counted(populations, "Gaussian population")) with the moments of this "
      + "network's units, not the network's own"
    let different = found.filter { $0.network != $0.circuit }
    guard let first = different.first else {
      let agreeing =
        found.isEmpty
        ? "" : ", which has as many fixed points, and stable ones, at the \(found.count) values looked at"
      return .note(.circuitInstead, circuit + agreeing)
    }
    return .warning(
      .circuitInstead,
      circuit
        + ": at \(parameter) = \(text(first.parameter, digits: 4)) the network has \(first.network.words), the circuit "
        + "\(first.circuit.words), and they differ at \(different.count) of \(found.count) values looked at; `kappa fixed-points` "
        + "finds the network's, `kappa distill` a circuit that follows it",
      values: ["parameter": first.parameter, "different": Double(different.count)])
  }
}

extension Remark.Code {
  /// What was asked of a network is answered of its circuit.
  public static let circuitInstead: Self = "circuit-instead"
}
