// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import NetworkFiles
import Studies
import TestSupport
import Testing

@testable import Report

@Suite struct ExplorerPageTests {
  /// The examples of FIPS 180-4, one of them over two blocks.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func hashIsTheStandards(text: String, hash: String) {
    let found = SHA256.hash(text.utf8).map { String(format: "%02x", $0) }.joined()
    #expect(found == hash)
  }

  @Test func base64IsFoundations() {
    for count in 0..<9 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: 37 &* $0 &+ 201) }
      #expect(base64(bytes) == Data(bytes).base64EncodedString())
    }
  }

  /// Every script is named by its hash; a circuit's words cannot end the element they stand in.
  @Test func hostileWordsStayData() throws {
    let network = try randomNetwork(units: 40, rank: 2, inputs: 2, outputs: 1, seed: 3)
    let file = CircuitFile(
      circuit: try EffectiveCircuit(of: network), alpha: 0.2, closure: .moments,
      provenance: ["network": "</script><script>alert(1)</script>{{script}}"])
    let result = try Explore().run(
      on: Subject(circuit: file, name: "</title><img src=x onerror=alert(1)>{{style}}.json"))
    let page = ExplorerPage(result).html
    #expect(page.ranges(of: "<script").count == 2)
    #expect(page.ranges(of: "</script>").count == 2)
    #expect(!page.contains("<img"))
    #expect(page.ranges(of: "script-src 'sha256-").count == 1)
    #expect(page.utf8.count < 200_000)
  }

  @Test func twentyTrialsFitIntoAPage() throws {
    let network = try randomNetwork(units: 60, rank: 3, inputs: 4, outputs: 2, seed: 4)
    let stimulus = Stimulus(
      trials: 40, steps: 900, channels: 4,
      values: (0..<(40 * 900 * 4)).map { sin(Double($0)) })
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let path = folder.path + "/trials.npz"
    try NPZFile.write([Tensor(name: "u", shape: [40, 900, 4], values: stimulus.values)], to: path)
    var study = Explore(trials: TrialRequest(file: path))
    study.circuit = CircuitRequest(populations: .fixed(1))
    let result = try study.run(on: Subject(network, alpha: 0.2))
    let trials = try #require(result.trials)
    #expect(trials.total == 40)
    #expect(trials.count >= 10 && trials.steps == 900)
    #expect(ExplorerPage(result).html.utf8.count <= 700_000)
  }

  @Test func aPageHasLimits() throws {
    let network = try randomNetwork(units: 60, rank: 9, inputs: 1, outputs: 1, seed: 3)
    let error = try #require(throws: StudyError.self) { try Explore().run(on: Subject(network, alpha: 0.2)) }
    #expect(error.description.contains("expected rank up to 8 for a page, found rank 9"))
  }

  @Test func circuitsOfANetworkNeedTrialsUnlessTheyAreItsMoments() throws {
    let network = try randomNetwork(units: 40, rank: 1, inputs: 1, outputs: 1, seed: 3)
    #expect(throws: StudyError.self) {
      try Explore(circuit: CircuitRequest(populations: .fixed(2))).run(on: Subject(network, alpha: 0.2))
    }
    let result = try Explore().run(on: Subject(network, alpha: 0.2))
    #expect(result.trials == nil)
    let population = result.file.circuit.statistics.populations[0]
    let errors = try #require(result.standardErrors(population))
    // √((σ_aa σ_bb + σ_ab²)/N) of n1 and m1, which are the first and the third vector.
    let (a, b, c) = (population.covariance[0, 0], population.covariance[2, 2], population.covariance[0, 2])
    #expect(abs(errors.covariance[0, 2] - ((a * b + c * c) / 40).squareRoot()) < 1e-12)
  }
}
