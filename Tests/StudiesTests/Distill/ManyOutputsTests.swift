// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import NetworkFiles
import Report
import Studies
import TestSupport
import Testing

/// Networks that read out every unit, as fits to recordings do: circuits are fitted to the few outputs that the others
/// follow from, and nothing grows with their number that need not.
@Suite struct ManyOutputsTests {
  private func trials() -> TrialRequest {
    var request = TrialRequest(file: "")
    request.file = nil
    let u = (0..<(24 * 30)).map { place -> Double in
      let level = Double((place / 30) % 7 - 3) / 3
      return place % 30 < 5 ? 0 : level
    }
    request.arrays = [Tensor(name: "u", shape: [24, 30, 1], values: u)]
    return request
  }

  /// The rates of all units as outputs, z = φ N/N.
  private func subject() throws -> Subject {
    let plain = try randomNetwork(units: 60, rank: 1, inputs: 1, outputs: 1, seed: 21)
    let readouts = Matrix(rows: 60, columns: 60) { $0 == $1 ? 60 : 0 }
    return Subject(
      try Network(m: plain.m, n: plain.n, inputs: plain.inputs, readouts: readouts), alpha: 0.2)
  }

  @Test(arguments: [Closure.moments, .regressed]) func everyOutputHasItsEquation(closure: Closure) throws {
    let subject = try subject()
    let result = try Compare(
      trials: trials(), circuit: CircuitRequest(populations: .fixed(2), closure: closure)
    ).run(on: subject)
    #expect(result.circuit.outputs.count == 60)
    let run = try #require(result.run)
    #expect(run.circuit.outputCount == 60 && run.shownOutputs.count == SideBySide.mostShown)
    let circuit = run.reduction.circuit
    if closure == .moments {
      // Clusters know every w: the circuit is that of the labels.
      let own = try EffectiveCircuit(of: subject.network(), labels: try #require(run.reduction.labels))
      #expect(circuit == own)
    } else {
      // Fitted to eight outputs, the circuit follows sixty.
      let errors = result.circuit.outputs.map(\.relative).sorted()
      #expect(errors[30] < 0.05, "half of them to \(errors[30])")
    }
  }

  @Test func theReportShowsTheWorstOnes() throws {
    let result = try Distill(
      trials: trials(), circuit: CircuitRequest(populations: .fixed(1)), redraws: 40, replicates: 100,
      closures: 0
    ).run(on: subject())
    #expect(result.samplingBand == nil && result.intervals == nil)
    #expect(result.remarks.contains { $0.code == .leftOut && $0.text.contains("60 readouts") })
    #expect(result.equations.count > 60, "the JSON has all of them")
    var report = try DistillationReport(result)
    report.explorer = nil
    let page = HTMLRenderer().page(report.document())
    #expect(page.contains("The 8 of 60 outputs that the circuit misses most"))
    #expect(page.contains("z5 to z60 have equations of the same form"))
    #expect(page.utf8.count < 400_000, "\(page.utf8.count)")
  }

  /// The interactive page has the outputs that are met worst, and says which they are.
  @Test func thePageHasSliders() throws {
    let exploration = try Explore(trials: trials(), circuit: CircuitRequest(populations: .fixed(1)))
      .run(on: subject())
    #expect(exploration.file.circuit.outputCount == SideBySide.mostShown)
    #expect(exploration.sentence.contains("Of its 60 outputs this page has the 8"))
    let trials = try #require(exploration.trials)
    #expect(trials.outputs.count == trials.count * trials.steps * SideBySide.mostShown)
  }

  @Test func inspectPrintsASummary() throws {
    let result = try Inspect().run(on: subject())
    #expect(result.moments[0].vectors == ["n1", "m1", "I1"])
    #expect(try JSONEncoder().encode(result).count < 20_000)
    #expect(result.remarks.contains { $0.code == .leftOut })
    #expect(try Inspect().run(on: randomSubject()).moments[0].vectors == ["n1", "w1", "m1", "I1"])
  }
}
