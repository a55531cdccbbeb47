// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles
import Studies

extension Registry {
  private struct GainRequest: Codable {
    var transfer: TransferFunction
    var rule: String
  }

  /// Gaussian averages, element by element of `delta` and `mean`, arrays of one shape.
  static func gain(_ call: Call) throws(StudyError) -> Answer {
    let request = try call.request(over: GainRequest(transfer: .tanh, rule: "auto"))
    guard let delta = call.array("delta"), delta.text == nil else {
      throw StudyError(.usage, "delta", "expected an array of numbers, found none")
    }
    let mean = call.array("mean")
    guard let rule = QuadratureRule(request.rule) else {
      throw StudyError(
        .usage, "rule",
        "expected auto, qag, qagi, cquad, hermite:N, trapezoid or table, found \(request.rule)")
    }
    if let mean, mean.shape != delta.shape || mean.text != nil {
      throw StudyError(.usage, "mean", "expected the shape of delta, \(delta.shape), found \(mean.shape)")
    }
    var columns: [[Double]] = Array(repeating: [], count: 6)
    if !delta.values.isEmpty {
      let table = try GaussianAverages(
        deviations: delta.values, means: mean?.values ?? [], transfer: request.transfer, rule: rule
      ).run()
      for row in table.rows {
        let values = [row.rate, row.gain, row.gain2, row.gain3, row.square, row.error]
        for (place, value) in values.enumerated() { columns[place].append(value) }
      }
    }
    let names = ["rate", "gain", "gain2", "gain3", "square", "error"]
    return try answer(
      SmallResult(name: request.transfer.rawValue),
      arrays: zip(names, columns).map { Tensor(name: $0, shape: delta.shape, values: $1) })
  }

  private struct FlowRequest: Codable { var on: Simulate.Kind? }

  /// τ dκ/dt and z at states: arrays `kappa` (S, R) and `v` (S, K), or (K) for all.
  ///
  /// In current form v are the filtered inputs, and a bias in the current has relaxed; in rate form they are the inputs
  /// themselves, and z is where the readout relaxes to.
  static func flow(_ call: Call) throws(StudyError) -> Answer {
    let request = try call.request(over: FlowRequest())
    let subject = try call.needed()
    switch (subject.matter, request.on ?? .circuit) {
    case (.circuit(let file), .circuit): return try flow(of: file.circuit, call)
    case (.network(let imported), .manifold):
      let manifold = try StudyError.converting(about: subject.name) {
        try ManifoldDynamics(imported.network)
      }
      return try flow(of: manifold, call)
    case (.network, .circuit):
      return try flow(of: subject.circuit().circuit, call)
    case (_, let kind):
      throw StudyError(.usage, "on", "expected circuit, or manifold for a network, found \(kind.rawValue)")
    }
  }

  private static func flow(of dynamics: some ReducedDynamics, _ call: Call) throws(StudyError) -> Answer {
    let (rank, inputs) = (dynamics.rank, dynamics.inputCount)
    guard let kappa = call.array("kappa"), kappa.shape.count == 2, kappa.shape[1] == rank else {
      throw StudyError(
        .usage, "kappa",
        "expected shape (states, \(rank)), found \(call.array("kappa").map { "\($0.shape)" } ?? "none")")
    }
    let count = kappa.shape[0]
    let v = call.array("v")
    if let v, v.shape != [inputs], v.shape != [count, inputs] {
      throw StudyError(.usage, "v", "expected shape (\(inputs)) or (\(count), \(inputs)), found \(v.shape)")
    }
    var (speeds, outputs): ([Double], [Double]) = ([], [])
    for state in 0..<count {
      let own = Array(kappa.values[state * rank..<(state + 1) * rank])
      let input: [Double] =
        switch v {
        case .none: [Double](repeating: 0, count: inputs)
        case .some(let v) where v.shape.count == 1: v.values
        case .some(let v): Array(v.values[state * inputs..<(state + 1) * inputs])
        }
      var full = own + dynamics.relaxedState(input: input)
      var derivative = [Double](repeating: 0, count: dynamics.dimension)
      var z = [Double](repeating: 0, count: dynamics.outputCount)
      var span = derivative.mutableSpan
      dynamics.derivative(of: full.span, input: input.span, noiseVariance: 0, into: &span)
      speeds += derivative[..<rank]
      if dynamics.settings.form == .rate {
        // z has relaxed: ζ is where its derivative from zero points.
        for o in 0..<dynamics.outputCount { full[rank + o] = derivative[rank + o] }
      }
      var readouts = z.mutableSpan
      dynamics.outputs(of: full.span, noiseVariance: 0, into: &readouts)
      outputs += z
    }
    return try answer(
      SmallResult(),
      arrays: [
        Tensor(name: "dkappa", shape: [count, rank], values: speeds),
        Tensor(name: "z", shape: [count, dynamics.outputCount], values: outputs),
      ])
  }
}
