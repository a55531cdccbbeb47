// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Fitting
import LowRank
import NetworkFiles
import Synchronization

/// The fits of one study: a choice of a circuit and a survey of circuits share whatever they have in common.
final class SharedFits: Sendable {
  private let imported: ImportedNetwork
  private let trials: TrialSet
  private let made = Mutex<Distiller?>(nil)

  init(_ imported: ImportedNetwork, _ trials: TrialSet) {
    self.imported = imported
    self.trials = trials
  }

  /// Fits to the trials for fitting. Clusters alone need no trials; where there are none, those that are judged serve, and
  /// nobody reads the fit's errors.
  func distiller() throws -> Distiller {
    if let distiller = made.withLock({ $0 }) { return distiller }
    let distiller = try Distiller(
      of: imported.network, training: trials.training ?? trials.trials.stimulus,
      validation: trials.validation ?? trials.trials.stimulus, alpha: imported.alpha, seed: trials.seed)
    made.withLock { $0 = distiller }
    return distiller
  }
}
