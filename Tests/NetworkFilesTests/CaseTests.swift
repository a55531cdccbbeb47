// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import TestSupport
import Testing

@testable import NetworkFiles

/// Small inputs that were once read wrongly or refused without need (shared/cases), as far as reading goes.
@Suite(.enabled(if: sharedCasesFolder != nil, "no folder shared/cases above the package"))
struct CaseTests {
  private func load(_ name: String, _ options: ImportOptions = ImportOptions()) throws -> ImportedNetwork {
    let folder = try #require(sharedCasesFolder)
    return try NetworkFile.load("\(folder)/\(name)", options)
  }

  @Test func biasesMayStandElsewhere() throws {
    func network(_ role: String, _ reaches: Bool? = nil) throws -> Network {
      try load(
        "bias-not-in-readout/net.npz",
        ImportOptions(
          transfer: .relu, alpha: 0.1, vectors: VectorNames("m=mm,n=nn,I=ii,w=ww,\(role)=bb"),
          biasReachesReadout: reaches)
      ).network
    }
    #expect(try network("bias").bias?.reachesReadout == true)
    #expect(try network("bias", false).bias?.reachesReadout == false)
    #expect(try network("current").current == network("bias").bias?.values)
    #expect(try network("current").bias == nil)
  }

  @Test(arguments: ["scalar.pt", "arrays.pt", "namespace.pt", "dict.pkl"])
  func checkpointsWithNumPyObjects(name: String) throws {
    let imported = try load("checkpoint-with-numpy-scalar/\(name)")
    #expect(imported.network.unitCount == 60)
    #expect(imported.dialect == "plain")
    #expect(imported.summary.unread.map(\.name) == (name == "namespace.pt" ? ["args"] : []))
    #expect(!imported.remarks.contains { $0.code == .unused })
  }

  @Test func fullRankNames() throws {
    for options in [ImportOptions(), ImportOptions(vectors: try VectorNames("J=W_rec,I=W_in,w=W_out"))] {
      let network = try load("fullrank-names/net.npz", options).network
      let folder = try #require(sharedCasesFolder)
      let weights = try #require(TensorFile.read("\(folder)/fullrank-names/net.npz")["W_rec"])
      let j = try #require(network.denseConnectivity)
      #expect((0..<60).allSatisfy { i in (0..<60).allSatisfy { j[i, $0] == weights.values[60 * i + $0] } })
    }
    let transposed = try load(
      "fullrank-names/net.npz", ImportOptions(vectors: VectorNames("J'=W_rec,I=W_in,w=W_out")))
    let straight = try load("fullrank-names/net.npz")
    #expect(transposed.network.denseConnectivity == straight.network.denseConnectivity?.transposed)
  }

  @Test func aFullJIsNotItsTruncation() throws {
    let imported = try load("fullrank-verdict/net.npz")
    #expect(imported.network.denseConnectivity != nil)
    let remark = try #require(imported.remarks.first { $0.code == .truncated })
    #expect(abs(try #require(remark.values["lost"]) - 0.880) < 5e-4)
  }

  @Test func initialStatesAreTheFiles() throws {
    let imported = try load("initial-state-compare/net.pt")
    let start = try #require(imported.network.start)
    #expect(imported.initialState == start.state)
    #expect(start.state.contains { $0 != 0 })
  }

  @Test(arguments: ["net.npz", "net_bytes_complex.npz", "ok.npz"])
  func entriesThatNobodyNeeds(name: String) throws {
    let imported = try load("npz-object-entry/\(name)")
    #expect(imported.summary.unread.isEmpty == (name == "ok.npz"))
    #expect(imported.warnings.isEmpty)
  }

  @Test func partsThatChangeTheNetwork() throws {
    #expect(try load("output-bias-and-bulk/bout.npz").network.readoutBias == [0.7])
    #expect(try load("output-bias-and-bulk/x0.npz").network.start != nil)
    #expect(try load("output-bias-and-bulk/nonlin.npz").transfer == .relu)
    // J = g C + m nᵀ/N, with κ of the file's m and n.
    let bulk = try load("output-bias-and-bulk/bulk.npz")
    #expect(bulk.network.denseConnectivity != nil && bulk.randomPart != nil)
    #expect(!bulk.remarks.contains { $0.code == .unused })
    #expect(bulk.remarks.contains { $0.code == .bulk } && bulk.remarks.contains { $0.code == .truncated })
  }

  @Test func scalesAreApplied() throws {
    let known = try load("readout-scale/net_state_dict.pkl")
    #expect(known.dialect == "py-rnn")
    #expect(known.network.start != nil)
    #expect(!known.remarks.contains { $0.code == .unused })
    let named = try load(
      "readout-scale/net_state_dict.pkl",
      ImportOptions(
        vectors: VectorNames("m=rnn.m,n=rnn.n,I=rnn.w_inp,w=rnn.w_out,x0=x0"),
        scale: ScaleFactors("I=rnn.w_inp_scale,w=rnn.w_out_scale")))
    #expect(named.network == known.network)
    let bare = try load(
      "readout-scale/net_state_dict.pkl",
      ImportOptions(vectors: VectorNames("m=rnn.m,n=rnn.n,I=rnn.w_inp,w=rnn.w_out")))
    #expect(bare.remarks.count { $0.code == .unused } == 3)
  }

  @Test func oneTensorHasOneRole() throws {
    let error = #expect(throws: VectorNamesError.self) { try VectorNames("m=W,n=W,I=I,w=w") }
    #expect(error?.description.contains("J=W") == true)
    let network = try load(
      "same-tensor-twice/net.npz", ImportOptions(vectors: VectorNames("J=W,I=I,w=w"))
    ).network
    #expect(network.denseConnectivity != nil)
  }

  @Test func theFormIsAnOption() throws {
    #expect(try load("rate-form/net.npz").network.form == .current)
    #expect(try load("rate-form/net.npz", ImportOptions(form: .rate)).network.form == .rate)
    #expect(try load("rate-form/net.npz").assumptions.contains { $0.contains("--form rate otherwise") })
  }
}
