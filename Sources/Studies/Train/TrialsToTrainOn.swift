// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles
import Tasks

/// A file of trials to train on: u (B, T, K), target (B, T, O) and, if there is one, a mask. Every update draws its batch from
/// them; some are held out, and the trained network is judged by those.
public struct TrialsToTrainOn: Codable, Sendable, Hashable {
  /// The .npz file.
  public var file: String
  /// The share of the trials that is held out; `nil` for a fifth.
  public var heldOut: Double?
  /// α = dt/τ of the network that is trained; `nil` for 0.2.
  public var alpha: Double?
  /// SD of fresh noise on the inputs, per step, whenever a trial is drawn; `nil` for none.
  public var inputNoise: Double?
  /// What deals them out; `nil` for 1.
  public var seed: UInt64?

  /// The trials of a file.
  public init(
    file: String, heldOut: Double? = nil, alpha: Double? = nil, inputNoise: Double? = nil, seed: UInt64? = nil
  ) {
    self.file = file
    self.heldOut = heldOut
    self.alpha = alpha
    self.inputNoise = inputNoise
    self.seed = seed
  }

  /// Refuses numbers that make no sense.
  func validate() throws(StudyError) {
    if let heldOut, !(heldOut > 0 && heldOut < 1) {
      throw StudyError(.usage, "heldOut", "expected a share above 0 and below 1, found \(heldOut).")
    }
    if let alpha, !(alpha > 0 && alpha <= 1) {
      throw StudyError(.usage, "alpha", "expected a number above 0, at most 1, found \(alpha).")
    }
    if let inputNoise, !(inputNoise.isFinite && inputNoise >= 0) {
      throw StudyError(
        .usage, "inputNoise", "expected a standard deviation of at least 0, found \(inputNoise).")
    }
  }

  /// Where the task comes from that these trials are.
  func source() throws(StudyError) -> TaskSource {
    try StudyError.converting {
      try TaskSource(
        trialsIn: file, heldOut: heldOut ?? 0.2, seed: seed ?? 1, alpha: alpha ?? 0.2, noise: inputNoise)
    }
  }

  /// What to know about them.
  func remarks(on task: Tasks.Task) -> [Remark] {
    alpha == nil
      ? [
        .note(
          .reading,
          "\(file): α = dt/τ of the network is taken to be \(text(task.alpha)); `alpha` says otherwise")
      ]
      : []
  }

  /// What is said beside a resumed file has to be what that says.
  func checkAgreement(with began: TaskSource.TrialsSource, noise: Double?) throws(StudyError) {
    for (field, asked, recorded) in [
      ("heldOut", heldOut, began.heldOut), ("alpha", alpha, began.alpha),
      ("inputNoise", inputNoise, noise ?? 0),
    ] {
      if let asked, asked != recorded {
        throw StudyError(
          .usage, field,
          "expected \(recorded), with which the training began, found \(asked): leave it out, or begin anew without `resume`"
        )
      }
    }
  }
}
