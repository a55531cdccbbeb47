// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles
import Studies
import TestSupport
import Testing

/// What is said about reading a network's file is refused beside a circuit's, which says it itself.
@Suite struct CircuitReadingTests {
  @Test func optionsForNetworksAreRefused() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let path = folder.path + "/circuit.json"
    try Subject(file: networksFolder + "/perceptual-decision.npz").circuit().write(to: path)
    for (field, request) in [
      ("transfer", ReadingRequest(transfer: .relu)), ("scaling", ReadingRequest(scaling: Scaling.none)),
      ("vectors", ReadingRequest(vectors: "m=a")), ("rank", ReadingRequest(rank: 2)),
      ("gauge", ReadingRequest(gauge: .svd)), ("form", ReadingRequest(form: .rate)),
      ("scale", ReadingRequest(scale: "J=2")),
      ("biasReachesReadout", ReadingRequest(biasReachesReadout: true)),
      ("initialState", ReadingRequest(initialState: "zero")),
    ] {
      let error = #expect(throws: StudyError.self) { try Subject(file: path, reading: request) }
      #expect(error?.kind == .usage && error?.description.contains(field) == true, "\(field)")
    }
    // The step is no part of the circuit.
    #expect(try Subject(file: path, reading: ReadingRequest(alpha: 0.05)).alpha == 0.05)
  }
}
