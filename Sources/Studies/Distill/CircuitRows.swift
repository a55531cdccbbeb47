// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// One circuit beside others, on the trials that are judged.
public struct CircuitRow: Codable, Sendable, Hashable {
  /// How it was found.
  public let closure: Closure
  /// P.
  public let populations: Int
  /// Relative error of z, the worst output's; of κ where nothing is read out.
  public let relative: Double
  /// Share of decisions that are the network's, the worst output's; `nil` where there are none.
  public let agreement: Double?
  /// Whether it is the study's circuit.
  public let chosen: Bool

  init(_ comparison: Comparison, _ circuit: EffectiveCircuit, _ closure: Closure, isChosen: Bool) {
    self.closure = closure
    populations = circuit.statistics.populations.count
    relative = Fidelity.worstError(comparison)
    agreement = Fidelity.judged(comparison).compactMap(\.agreement).min()
    chosen = isChosen
  }

  /// The single Gaussian, every circuit that was tried, and the study's own, on the same trials.
  static func rows(_ run: SideBySide) throws(StudyError) -> [CircuitRow] {
    var others = run.reduction.tried.map { (circuit: $0.circuit, closure: $0.closure) }
    let single = try StudyError.converting(about: run.path) { try EffectiveCircuit(of: run.imported.network) }
    if !others.contains(where: { $0.circuit == single }) { others.insert((single, .moments), at: 0) }
    let own = run.reduction.circuit
    if !others.contains(where: { $0.circuit == own }) { others.append((own, run.reduction.closure)) }
    return others.map { circuit, closure in
      let isOwn = circuit == own
      let comparison =
        isOwn
        ? run.circuitComparison
        : Comparison(
          of: run.simulation.run(circuit, under: run.trials.stimulus), against: run.network,
          trials: run.trials)
      return CircuitRow(comparison, circuit, closure, isChosen: isOwn)
    }
  }
}
