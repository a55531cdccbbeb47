// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// What a file does not say about its network, said by the user.
public struct ImportOptions: Sendable, Hashable {
  /// φ; `nil` takes the file's, or tanh.
  public var transfer: TransferFunction?
  /// α = dt/τ; `nil` takes the file's, or its family's, or 0.2.
  public var alpha: Double?
  /// Where the factor 1/N stands; `nil` takes what the family says.
  public var scaling: Scaling?
  /// Which tensor is which part of the network, when the names are unknown or others are meant.
  public var vectors: VectorNames?
  /// The pair (m, n) in which κ is measured.
  public var gauge: Gauge
  /// How many singular values of a full-rank J to keep; `nil` leaves it to a rule that the result states.
  public var rank: Int?
  /// Current form or rate form; `nil` takes the file's, or its family's, or current form.
  public var form: NetworkForm?
  /// Factors of parts of the network that stand in the code, or in tensors of the file.
  public var scale: ScaleFactors?
  /// Whether the readout sees a bias inside φ; `nil` takes what the family says.
  public var biasReachesReadout: Bool?
  /// Where trials start.
  public var initialState: InitialStateChoice

  /// Options; what is left out is taken from the file or from the stated defaults.
  public init(
    transfer: TransferFunction? = nil, alpha: Double? = nil, scaling: Scaling? = nil,
    vectors: VectorNames? = nil, gauge: Gauge = .raw, rank: Int? = nil, form: NetworkForm? = nil,
    scale: ScaleFactors? = nil, biasReachesReadout: Bool? = nil, initialState: InitialStateChoice = .file
  ) {
    self.initialState = initialState
    self.transfer = transfer
    self.alpha = alpha
    self.scaling = scaling
    self.vectors = vectors
    self.gauge = gauge
    self.rank = rank
    self.form = form
    self.scale = scale
    self.biasReachesReadout = biasReachesReadout
  }
}

/// Where the factor 1/N of the connectivity stands.
public enum Scaling: String, Sendable, Hashable, CaseIterable, Codable {
  /// J = m nᵀ/N and z = wᵀφ/N: the tensors are of order 1.
  case mean
  /// J = m nᵀ and z = wᵀφ: the tensors carry the factor already.
  case none
}
