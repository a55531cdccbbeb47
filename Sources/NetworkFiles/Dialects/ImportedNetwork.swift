// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// A network from a file, in the canonical convention, with everything that was assumed on the way.
public struct ImportedNetwork: Sendable {
  /// The network.
  public let network: Network
  /// α = dt/τ.
  public let alpha: Double
  /// The population of every unit, when the file defines populations.
  public let populationLabels: [Int]?
  /// x(0) when the file has one that is not zero.
  public let initialState: [Double]?
  /// J before training, N × N without 1/N, when the file holds it beside a full J.
  public let initialConnectivity: Matrix?
  /// The losses of the training, update by update, when the file holds them, as those of `kappa train` do.
  public let trainingLosses: [Double]
  /// What the user should know, with codes for programs.
  public let remarks: [ImportRemark]
  /// Everything `kappa inspect` prints.
  public let summary: NetworkSummary
  /// Whether the file says that every output is the rate of one unit, as that of a fit to recordings does: such a readout
  /// says nothing of populations.
  public internal(set) var readsOwnRates = false
  /// gC, (N, N), where the file has J = gC + m nᵀ/N with m and n of its own.
  public internal(set) var randomPart: Matrix?

  /// The same file with a network of lower rank standing in for its own, which was fitted to its activity.
  ///
  /// - Throws: `ShapeError` when the fit has other units or inputs.
  public func represented(by fit: Network) throws(ShapeError) -> ImportedNetwork {
    // The rank of a truncation is that of no network here.
    replacing(
      try network.represented(by: fit), gauge: .svd, remarks: remarks.filter { $0.code != .truncated },
      assumptions: summary.assumptions.filter { !Reduction.isAssumption($0) })
  }

  /// The same without readouts.
  ///
  /// - Throws: `ShapeError`, never in fact.
  public func withoutReadouts() throws(ShapeError) -> ImportedNetwork { try keeping(outputs: []) }

  /// The same with some of the readouts, in this order.
  ///
  /// - Throws: `ShapeError`, never in fact.
  public func keeping(outputs: [Int]) throws(ShapeError) -> ImportedNetwork {
    replacing(
      try network.keeping(outputs: outputs), gauge: summary.gauge, remarks: remarks,
      assumptions: summary.assumptions)
  }

  private func replacing(
    _ network: Network, gauge: Gauge, remarks: [ImportRemark], assumptions: [String]
  ) -> ImportedNetwork {
    ImportedNetwork(
      network: network, alpha: alpha, populationLabels: populationLabels, initialState: initialState,
      initialConnectivity: initialConnectivity, trainingLosses: trainingLosses, remarks: remarks,
      summary: NetworkSummary(
        network, alpha: alpha, dialect: summary.dialect, scaling: summary.scaling, gauge: gauge,
        container: summary.container, populations: summary.populations, tensors: summary.tensors,
        unread: summary.unread, assumptions: assumptions, warnings: summary.warnings))
  }

  /// φ.
  public var transfer: TransferFunction { network.transfer }
  /// The dialect's name, `-unscaled` appended where `--scaling none` was given to one that carries 1/N by itself.
  public var dialect: String { summary.dialect }
  /// What was not in the file, and where it came from.
  public var assumptions: [String] { summary.assumptions }
  /// What the user should know.
  public var warnings: [String] { summary.warnings }
}

/// What is in a network's file and what was made of it.
public struct NetworkSummary: Sendable, Hashable, Codable {
  /// N.
  public let units: Int
  /// R.
  public let rank: Int
  /// K.
  public let inputs: Int
  /// O.
  public let outputs: Int
  /// φ.
  public let transfer: TransferFunction
  /// α = dt/τ.
  public let alpha: Double
  /// Current form or rate form.
  public let form: NetworkForm
  /// The family's name (`Family.all`: `plain`, `valente`, `torch-rnn`, …) or `named`, perhaps with `-unscaled`.
  public let dialect: String
  /// Where the factor 1/N stood in the file.
  public let scaling: Scaling
  /// The pair (m, n) in which κ is measured.
  public let gauge: Gauge
  /// `NumPy .npz`, `PyTorch (zip)` or `PyTorch (legacy)`.
  public let container: String
  /// Whether φ has a bias inside.
  public let bias: Bool
  /// Whether J is a full matrix, of which m and n are a reduction.
  public let fullRank: Bool
  /// Whether there are a bias in the current, a readout bias and an initial state that is not zero.
  public let current, readoutBias, initialState: Bool
  /// Units per population, when the file defines populations.
  public let populations: [Int]?
  /// Singular values of a full-rank J: those kept, and those lost.
  public let singularValues: SingularValues?
  /// Every tensor of the file and what it was used for.
  public let tensors: [TensorSummary]
  /// What else is in the file: objects, complex numbers and the like.
  public let unread: [UnreadEntry]
  /// What was not in the file, and where it came from.
  public let assumptions: [String]
  /// What the user should know.
  public let warnings: [String]
}

/// One tensor of a file.
public struct TensorSummary: Sendable, Hashable, Codable {
  /// Its name in the file.
  public let name: String
  /// Its shape in the file.
  public let shape: [Int]
  /// Its type in the file.
  public let type: String
  /// What it was used for: `m`, `n`, `I`, `w`, `bias`, `input scale`, …, or `unused`.
  public let role: String
}

/// The singular values of a full-rank connectivity J (without 1/N).
public struct SingularValues: Sendable, Hashable, Codable {
  /// Those that the network keeps, descending.
  public let kept: [Double]
  /// Those that were cut off, descending.
  public let lost: [Double]
  /// Σ lost² / Σ all², the share of J's squared norm that is lost.
  public let lostShare: Double
}

extension NetworkSummary {
  /// What is said about a network; the rest about its file.
  init(
    _ network: Network, alpha: Double, dialect: String, scaling: Scaling, gauge: Gauge, container: String,
    populations: [Int]?, singularValues: SingularValues? = nil, tensors: [TensorSummary] = [],
    unread: [UnreadEntry] = [], assumptions: [String] = [], warnings: [String] = []
  ) {
    self.init(
      units: network.unitCount, rank: network.rank, inputs: network.inputCount,
      outputs: network.outputCount, transfer: network.transfer, alpha: alpha, form: network.form,
      dialect: dialect, scaling: scaling, gauge: gauge, container: container, bias: network.bias != nil,
      fullRank: network.denseConnectivity != nil, current: network.current != nil,
      readoutBias: network.readoutBias.contains { $0 != 0 }, initialState: network.start != nil,
      populations: populations, singularValues: singularValues, tensors: tensors, unread: unread,
      assumptions: assumptions, warnings: warnings)
  }
}
