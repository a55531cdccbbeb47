// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import TestSupport
import Testing

/// The main job on networks that other people trained, where they are at hand.
@Suite struct RealNetworkTests {
  /// RMSE(z) of a single Gaussian over 300 trials, as measured with independent code.
  @Test(
    .enabled(if: sharedNetworksFolder != nil, "no folder shared/networks beside the checkout"),
    arguments: [
      ("rdm_lr_fig2.pt", ["perceptual-decision"], 0.052...0.058),
      ("romo_rank2_500.pt", ["parametric-working-memory"], 0.017...0.022),
      ("mante_lr_fig1.pt", ["context-dependent-decision"], 0.40...0.48),
      ("dms_rank2_500.pt", ["delayed-match-to-sample", "--delay", "500:2000"], 0.88...1.05),
    ])
  func singleGaussian(file: String, task: [String], expected: ClosedRange<Double>) throws {
    let path = try #require(sharedNetworksFolder) + "/" + file
    let object = try kappa(
      ["distill", path, "--task"] + task + ["--populations", "1", "--redraws", "0", "--json"]
    ).object()
    let comparison = try #require(object["comparison"] as? [String: Any])
    func output(_ dynamics: String) throws -> [String: Double] {
      let errors = try #require(comparison[dynamics] as? [String: Any])
      return try #require((errors["outputs"] as? [[String: Double]])?.first)
    }
    #expect(try #require(try output("manifold")["relative"]) <= 1e-12)
    let rmse = try #require(try output("circuit")["rmse"])
    #expect(expected.contains(rmse), "\(file): RMSE(z) \(rmse)")
    // The full network does its task, so that the trials are those it was trained on.
    let own = try #require((comparison["performance"] as? [[String: Double]])?.first)
    #expect(try #require(own["accuracy"]) > 0.95)
  }
}
