// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles

/// How a network's file is to be read: what the file itself does not say.
public struct ReadingRequest: Codable, Sendable, Hashable {
  /// φ of the units; `nil` takes the file's, or tanh.
  public var transfer: TransferFunction?
  /// α = dt/τ; `nil` takes the file's, or 0.2.
  public var alpha: Double?
  /// The time step, together with `tau`, instead of `alpha`.
  public var dt: Double?
  /// The time constant, in the unit of `dt`.
  public var tau: Double?
  /// Where the factor 1/N stands; `nil` takes what the file's family says.
  public var scaling: Scaling?
  /// Which tensor is which part of the network, when the names are unknown: `m=KEY,n=KEY,I=KEY,w=KEY` or
  /// `J=KEY,I=KEY,w=KEY`, also `bias`, `current`, `x0`, `z0` (see `VectorNames`).
  public var vectors: String?
  /// Current form or rate form; `nil` takes the file's, or its family's, or current form.
  public var form: NetworkForm?
  /// Factors of parts of the network: `J=1.5,I=KEY,w=KEY`, numbers or tensors (see `ScaleFactors`).
  public var scale: String?
  /// Whether the readout sees a bias inside φ; `nil` takes what the file's family says.
  public var biasReachesReadout: Bool?
  /// The pair (m, n) in which κ is measured.
  public var gauge: Gauge
  /// For a full-rank J: how many singular values to keep; `nil` lets the spectrum choose.
  public var rank: Int?

  /// Where trials start: `file` for the file's own initial state, which `nil` takes as well, `zero`, or the path of a .npz
  /// file with one value per unit.
  public var initialState: String?

  /// A request; what is left out is taken from the file or from the stated defaults.
  public init(
    transfer: TransferFunction? = nil, alpha: Double? = nil, dt: Double? = nil, tau: Double? = nil,
    scaling: Scaling? = nil, vectors: String? = nil, gauge: Gauge = .raw, rank: Int? = nil,
    form: NetworkForm? = nil, scale: String? = nil, biasReachesReadout: Bool? = nil,
    initialState: String? = nil
  ) {
    self.initialState = initialState
    self.form = form
    self.scale = scale
    self.biasReachesReadout = biasReachesReadout
    self.transfer = transfer
    self.alpha = alpha
    self.dt = dt
    self.tau = tau
    self.scaling = scaling
    self.vectors = vectors
    self.gauge = gauge
    self.rank = rank
  }

  /// α, if the request says it.
  public var stepSize: Double? {
    if let dt, let tau { return dt / tau }
    return alpha
  }

  /// Refuses numbers that make no sense.
  public func validate() throws(StudyError) {
    if alpha != nil && (dt != nil || tau != nil) {
      throw StudyError(.usage, "", "`alpha` says it already: leave out `dt` and `tau`.")
    }
    if (dt == nil) != (tau == nil) { throw StudyError(.usage, "", "`dt` and `tau` come together.") }
    for (name, value) in [("alpha", alpha), ("dt", dt), ("tau", tau)] {
      if let value, !(value > 0 && value.isFinite) {
        throw StudyError(.usage, name, "expected a positive number, found \(value).")
      }
    }
    if let alpha = stepSize, alpha > 1 {
      throw StudyError(
        .usage, "alpha", "expected dt/τ of at most 1, beyond which Euler steps overshoot, found \(alpha).")
    }
    if let rank, rank < 1 { throw StudyError(.usage, "rank", "expected at least 1, found \(rank).") }
  }

  /// The same as the reader of files wants it.
  func importOptions() throws(StudyError) -> ImportOptions {
    var options = ImportOptions(
      transfer: transfer, alpha: stepSize, scaling: scaling, gauge: gauge, rank: rank, form: form,
      biasReachesReadout: biasReachesReadout)
    if let scale {
      do {
        options.scale = try ScaleFactors(scale)
      } catch {
        throw StudyError(.usage, "scale", error.description)
      }
    }
    switch initialState {
    case nil, "file": break
    case "zero": options.initialState = .zero
    case let path?: options.initialState = try StudyError.converting { try InitialStateChoice.read(path) }
    }
    if let vectors {
      do {
        options.vectors = try VectorNames(vectors)
      } catch {
        throw StudyError(.usage, "vectors", error.description)
      }
    }
    return options
  }

  /// A circuit file says all of this itself, except the step.
  ///
  /// - Throws: a `StudyError` that names the first field which concerns networks alone.
  func refuseForCircuit(_ path: String) throws(StudyError) {
    let given: [(String, Bool)] = [
      ("transfer", transfer != nil), ("scaling", scaling != nil), ("vectors", vectors != nil),
      ("rank", rank != nil), ("gauge", gauge != .raw), ("form", form != nil), ("scale", scale != nil),
      ("biasReachesReadout", biasReachesReadout != nil), ("initialState", initialState != nil),
    ]
    for (name, isGiven) in given where isGiven {
      throw StudyError(
        .usage, name, "expected a network file beside it, found the circuit file \(path)")
    }
  }
}
