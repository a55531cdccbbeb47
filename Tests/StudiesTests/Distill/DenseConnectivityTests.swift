// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import Foundation
import LowRank
import NetworkFiles
import Report
import Studies
import TestSupport
import Testing

/// Of a dense J nothing that holds for its truncation alone is said under the name of the network: every sentence, JSON
/// text and page of a run is searched.
@Suite struct DenseConnectivityTests {
  /// Claims that hold for m nᵀ/N alone, as they stand elsewhere.
  private static let claims = [
    "exact manifold", "exact 2-dimensional", "exact 3-dimensional", "reproduces the network",
    "finite N alone",
    "compatible with finite N", "the network has", "The network has", "the network's own, and",
    "its units in the network", "units move in", "unit moves in", "its units the network",
  ]

  private func subject(_ form: NetworkForm) throws -> Subject {
    // Two directions and a bulk that matters.
    let units = 60
    var stream = RandomStream(seed: 41)
    func normals(_ columns: Int) -> Matrix {
      Matrix(rows: units, columns: columns) { _, _ in stream.normal() }
    }
    let (a, b) = (normals(2), normals(2))
    let j = Matrix(rows: units, columns: units) { i, k in
      let few = a[i, 0] * b[k, 0] + a[i, 1] * b[k, 1]
      return few * 1.5 / Double(units) + 0.9 * stream.normal() / Double(units).squareRoot()
    }
    let part = try TruncatedConnectivity(of: j, rank: 2)
    let network = try Network(
      m: part.m, n: part.n, inputs: normals(1), readouts: normals(1), form: form, denseConnectivity: j)
    return Subject(network, alpha: 0.2)
  }

  private func trials() -> TrialRequest {
    var request = TrialRequest(file: "")
    request.file = nil
    let u = (0..<(12 * 25)).map { place -> Double in
      let trial = place / 25
      let size = 0.3 + Double(trial) / 20
      return place % 25 < 5 ? 0 : trial % 2 == 0 ? size : -size
    }
    request.arrays = [
      Tensor(name: "u", shape: [12, 25, 1], values: u),
      Tensor(name: "target", shape: [12, 25, 1], values: u.map { $0 > 0 ? 1 : -1 }),
    ]
    return request
  }

  @Test(arguments: NetworkForm.allCases) func nothingIsClaimedUnderTheNetworksName(form: NetworkForm) throws {
    let subject = try subject(form)
    let study = Distill(
      trials: trials(), circuit: CircuitRequest(populations: .fixed(2)), redraws: 20, replicates: 20,
      closures: 0)
    let result = try study.run(on: subject)
    let truncated = try #require(result.comparison.truncation?.outputs.first)
    #expect(truncated.relative > 0.05, "the cut loses something")
    // The network in every table is the file's.
    let own = Simulation(alpha: 0.2).run(
      try NetworkDynamics(try subject.network()), under: try #require(result.comparison.run).trials.stimulus)
    #expect(result.comparison.run?.network.outputs == own.outputs)
    #expect(result.comparison.network.fullRank == true)
    #expect(
      result.samplingBand == nil && result.intervals == nil
        && result.budget.first?.name == "rank 2 instead of J")
    #expect(result.budget.map(\.name).allSatisfy { $0 != "exact manifold" })
    let json = String(decoding: try JSONEncoder().encode(result), as: UTF8.self)
    let page = HTMLRenderer().page(try DistillationReport(result).document())
    for (place, text) in [("JSON", json), ("page", page), ("verdict", result.verdict.joined(separator: " "))]
    {
      for claim in Self.claims { #expect(!text.contains(claim), "\(place) says: \(claim)") }
    }
    // The words are there for a network that is m nᵀ/N itself, so that the search can find them.
    let reduced = try study.run(on: Subject(try subject.network().reduced, alpha: 0.2))
    let words = String(decoding: try JSONEncoder().encode(reduced), as: UTF8.self)
    #expect(words.contains("exact manifold") && words.contains("units move in"))
    #expect(reduced.comparison.network.fullRank == nil)
  }

  /// Principal components and participation ratio are those of the file's network.
  @Test func activityIsTheFilesOwn() throws {
    let subject = try subject(.current)
    let activity = try #require(try Inspect(trials: trials()).run(on: subject).activity)
    let network = try subject.network()
    let stimulus = try TrialSet(trials(), for: subject).trials.stimulus
    let run = Simulation(alpha: 0.2, keepsStates: true).run(try NetworkDynamics(network), under: stimulus)
    let dynamics = try NetworkDynamics(network)
    let components = try PrincipalComponents(
      of: dynamics.activationsAndRates(of: run, under: stimulus).activations, width: 60, keeping: 0)
    #expect(abs(activity.activations.participationRatio - components.participationRatio) < 1e-9)
    let cut = try #require(
      try Inspect(trials: trials()).run(on: Subject(network.reduced, alpha: 0.2)).activity)
    #expect(abs(activity.activations.participationRatio - cut.activations.participationRatio) > 1e-3)
    #expect(activity.activations.insideSpan < 0.999 && cut.activations.insideSpan > 1 - 1e-9)
  }
}
