// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// A few of a network's many outputs, from which the others follow: what circuits of such a network are fitted to.
///
/// Networks that were fitted to recordings read out every unit, while their rates move in few dimensions. With all outputs
/// in units of their own RMS, the one that the others span worst is taken next (Gram–Schmidt with pivoting), until the rest
/// of every output is small. Each output is then z_o = Σ_k B_ok z_k up to that rest, so that w_o may stand as Σ_k B_ok w_k in
/// a circuit: means and covariances of the chosen w give those of all.
struct PrincipalReadouts: Sendable {
  /// Outputs up to which every one is fitted.
  static let few = 8
  /// The rest of an output, relative to its RMS, that needs no further one.
  private static let rest = 1e-3
  /// Points of the trajectories that are looked at.
  private static let points = 600

  /// The network with the chosen readouts alone, without readout biases.
  let network: Network
  private let whole: Network
  /// B, (O, k).
  private let mixing: Matrix

  /// - Returns: `nil` for networks of few outputs, of which all are fitted.
  init?(_ network: Network, under stimulus: Stimulus, alpha: Double) throws {
    let outputs = network.outputCount
    guard outputs > Self.few else { return nil }
    let run = Simulation(alpha: alpha).run(try ManifoldDynamics(network), under: stimulus)
    let all = run.trials * run.steps
    let count = min(all, Self.points)
    var columns = (0..<outputs).map { o in
      (0..<count).map { run.outputs[$0 * all / count * outputs + o] - network.readoutBias[o] }
    }
    let sizes = columns.map { ($0.reduce(0) { $0 + $1 * $1 } / Double(max(count, 1))).squareRoot() }
    for o in 0..<outputs where sizes[o] > 0 { columns[o] = columns[o].map { $0 / sizes[o] } }
    let original = columns
    var (chosen, axes): ([Int], [[Double]]) = ([], [])
    func square(_ column: [Double]) -> Double { column.reduce(0) { $0 + $1 * $1 } }
    while chosen.count < Self.few {
      let rests = columns.map(square)
      guard let worst = rests.indices.max(by: { rests[$0] < rests[$1] }),
        rests[worst] > Self.rest * Self.rest * Double(count)
      else { break }
      let axis = columns[worst].map { $0 / rests[worst].squareRoot() }
      for o in 0..<outputs {
        let along = zip(axis, columns[o]).reduce(0) { $0 + $1.0 * $1.1 }
        for i in 0..<count { columns[o][i] -= along * axis[i] }
      }
      chosen.append(worst)
      axes.append(axis)
    }
    if chosen.isEmpty { chosen = [0] }
    // Q R of the chosen columns is triangular: B solves R_chosen B = Qᵀ z for every output.
    let places = axes.map { axis in original.map { zip(axis, $0).reduce(0) { $0 + $1.0 * $1.1 } } }
    var mixing = Matrix(rows: outputs, columns: chosen.count)
    for o in 0..<outputs where sizes[o] > 0 {
      for k in axes.indices.reversed() {
        var value = places[k][o]
        for later in axes.indices where later > k { value -= places[k][chosen[later]] * mixing[o, later] }
        mixing[o, k] = value / places[k][chosen[k]]
      }
      // Back from units of the RMS.
      for k in axes.indices { mixing[o, k] *= sizes[o] / sizes[chosen[k]] }
    }
    whole = network
    self.mixing = mixing
    var chosenOutputs = try Network(
      m: network.m, n: network.n,
      inputs: network.inputs,
      readouts: Matrix(rows: network.unitCount, columns: chosen.count) { network.readouts[$0, chosen[$1]] },
      bias: network.bias, current: network.current, form: network.form,
      denseConnectivity: network.denseConnectivity, transfer: network.transfer
    ).starting(at: network.start?.state)
    chosenOutputs.fullInputs = network.fullInputs
    self.network = chosenOutputs
  }

  /// The circuit with all outputs: moments of units are those of every w, of a fit the chosen ones stand for the rest.
  func expanding(_ circuit: EffectiveCircuit, closure: Closure, labels: [Int]) throws -> EffectiveCircuit {
    if closure == .moments { return try EffectiveCircuit(of: whole, labels: labels) }
    let (from, to) = (circuit.statistics.layout, whole.layout)
    // Each vector of the whole network as a sum of the circuit's.
    let parts = to.vectors.map { vector -> [(place: Int, weight: Double)] in
      if case .readout(let o) = vector {
        return (0..<mixing.columns).map { (from.rank + $0, mixing[o, $0]) }
      }
      return from.index(of: vector).map { [($0, 1)] } ?? []
    }
    let populations = circuit.statistics.populations.map { population in
      Population(
        layout: to, fraction: population.fraction,
        mean: parts.map { $0.reduce(0) { $0 + $1.weight * population.mean[$1.place] } },
        covariance: Matrix(rows: to.count, columns: to.count) { a, b in
          parts[a].reduce(0) { sum, left in
            sum
              + parts[b].reduce(0) {
                $0 + left.weight * $1.weight * population.covariance[left.place, $1.place]
              }
          }
        })
    }
    return EffectiveCircuit(
      ConnectivityStatistics(
        layout: to, unitCount: circuit.statistics.unitCount, populations: populations),
      settings: whole.settings)
  }
}
