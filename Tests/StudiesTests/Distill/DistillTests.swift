// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import NetworkFiles
import Report
import Studies
import TestSupport
import Testing

/// Distillation in process: what is found, and what is not claimed.
@Suite struct DistillTests {
  private let file = networksFolder + "/perceptual-decision.npz"

  private func distill(_ circuit: CircuitRequest, depth: Distill.Depth = .summary) -> Distill {
    Distill(
      trials: TrialRequest(task: "perceptual-decision", trialCount: 20), circuit: circuit, redraws: 20,
      replicates: 20, closures: 0, depth: depth)
  }

  /// A circuit file of the network's own moments, with N or without.
  private func circuitFile(in folder: TemporaryFolder, units: Bool) throws -> String {
    let own = try Subject(file: file).circuit()
    let statistics = own.circuit.statistics
    let circuit = own.circuit.replacing(
      statistics: ConnectivityStatistics(
        layout: statistics.layout, unitCount: units ? statistics.unitCount : 0,
        populations: statistics.populations))
    let path = folder.path + "/circuit.json"
    try CircuitFile(circuit: circuit, alpha: own.alpha, closure: .moments, provenance: [:]).write(to: path)
    return path
  }

  @Test func aCircuitOfUnknownUnitsHasNoStandardErrors() throws {
    let folder = TemporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder.path) }
    let subject = try Subject(file: file)
    for units in [true, false] {
      let request = CircuitRequest(file: try circuitFile(in: folder, units: units))
      let result = try distill(request, depth: .report).run(on: subject)
      #expect((result.findings?.terms.unitCount != nil) == units)
      let written = try DistillationReport(result).write(to: folder.path + "/report", formats: [])
      let page = try String(
        contentsOfFile: try #require(written.first { $0.hasSuffix("report.html") }), encoding: .utf8)
      #expect(page.contains(" ± ") == units)
      let circuit = try CircuitFile.read(try #require(written.first { $0.hasSuffix("circuit.json") }))
      #expect((circuit.units != nil) == units)
    }
  }

  /// Private noise is beside everything else, not in it, and its loss is that of a comparison with as much noise.
  @Test func privateNoiseIsSaidBesideTheRest() throws {
    let subject = try Subject(file: file)
    let one = CircuitRequest(populations: .fixed(1))
    let silent = try distill(one).run(on: subject)
    var study = distill(one)
    study.noise = 0.5
    let result = try study.run(on: subject)
    #expect(result.comparison.circuit == silent.comparison.circuit && silent.noisy == nil)
    let noisy = try #require(result.noisy)
    let compared = try Compare(trials: study.trials, circuit: one, noise: 0.5).run(on: subject)
    let own = try #require(compared.performance?.first)
    #expect(noisy.deviation == 0.5 && noisy.outputs.count == 1)
    #expect(noisy.outputs[0].loss == own.loss && noisy.outputs[0].accuracy == own.accuracy)
    #expect(noisy.outputs[0].loss != silent.comparison.performance?.first?.loss)
    #expect(result.remarks.contains { $0.code == .privateNoise && $0.text.contains("SD 0.5") })
    #expect(throws: StudyError.self) {
      study.noise = -1
      try study.validate()
    }
  }

  /// A trials file names its inputs, and the page calls them so; it begins with three sentences at most, and a page to try
  /// things out with stands within it.
  @Test func inputsOfAFileHaveItsNames() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var u = [Double](repeating: 0, count: 12 * 30)
    for trial in 0..<12 { for step in 10..<25 { u[trial * 30 + step] = trial % 2 == 0 ? 0.5 : -0.5 } }
    let trials = folder.path + "/trials.npz"
    try NPZFile.write(
      [
        Tensor(name: "u", shape: [12, 30, 1], values: u),
        Tensor(name: "input_names", shape: [1], text: ["drift"]),
      ], to: trials)
    let study = Distill(
      trials: TrialRequest(file: trials), circuit: CircuitRequest(populations: .fixed(1)), redraws: 0,
      replicates: 0, closures: 0)
    let result = try study.run(on: try Subject(file: file))
    var report = try DistillationReport(result)
    report.explorer = "<p>try \"it\"</p>"
    let document = report.document()
    #expect((1...3).contains(document.verdict.count), "\(document.verdict)")
    let page = HTMLRenderer().page(document)
    #expect(page.contains("drift 0.50") && !page.contains("u 0.50") && page.contains("v1 drift."))
    #expect(page.contains("srcdoc=\"<p>try &quot;it&quot;</p>\""))
    #expect(document.sections.map(\.title).contains("Try it"))
  }

  /// Redrawn networks say what finite N costs a circuit of a network's own moments. A file's circuit need not be that.
  @Test func aFilesCircuitHasNoSamplingBand() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let subject = try Subject(file: file)
    let own = try distill(CircuitRequest(populations: .fixed(1))).run(on: subject)
    #expect(own.samplingBand != nil && own.findings?.bandRemark == nil)
    let request = CircuitRequest(file: try circuitFile(in: folder, units: true))
    let result = try distill(request).run(on: subject)
    #expect(result.samplingBand == nil && result.intervals == nil)
    #expect(result.remarks.filter { $0.code == .leftOut }.count == 2)
    #expect(result.verdict.allSatisfy { !$0.contains("finite N") })
    // The same circuit: only what was claimed beside it differs.
    #expect(result.comparison.circuit == own.comparison.circuit)
  }
}
