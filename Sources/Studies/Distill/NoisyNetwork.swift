// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// The network with private noise on the trials of a distillation: what published losses and accuracies are about. All else
/// in a distillation is without noise, for equations have none.
public struct NoisyNetwork: Codable, Sendable, Hashable {
  /// One output.
  public struct Output: Codable, Sendable, Hashable {
    /// Share of right decisions, and loss, where the trials say what is right.
    public let accuracy, loss: Double?
    /// Share of trials on which the circuit, without noise, decides as the network does with it; `nil` without decisions.
    public let agreement: Double?
  }

  /// SD of each unit's noise per Euler step, x ← … + s ξ.
  public let deviation: Double
  /// Output by output.
  public let outputs: [Output]

  /// - Throws: a `StudyError` when the work is called off or the simulation runs away.
  init(_ run: SideBySide, deviation: Double, observer: some Observer) throws(StudyError) {
    let noisy = try StudyError.converting(about: run.subject.name) {
      var simulation = run.simulation
      simulation.noise = PrivateNoise(deviation: deviation, seed: run.trialSet.seed)
      return try observer.metered("simulating with noise", total: run.trials.stimulus.trials) {
        [simulation] meter in
        let trajectory = simulation.run(
          try NetworkDynamics(run.imported.network), under: run.trials.stimulus,
          progress: { meter.advance() })
        try trajectory.checkFinite(of: "network with private noise", run.subject.name)
        return trajectory
      }
    }
    let comparison = Comparison(of: run.circuit, against: noisy, trials: run.trials)
    self.deviation = deviation
    outputs = comparison.outputs.indices.map {
      let own = Performance(of: noisy, trials: run.trials, output: $0)
      return Output(
        accuracy: own?.accuracy, loss: own?.loss, agreement: comparison.outputs[$0].agreement)
    }
    observer.remark(
      .note(
        .privateNoise, sentence(beside: run.networkPerformance), values: ["noise": deviation]))
  }

  /// What noise does to loss and decisions.
  private func sentence(beside silent: [Performance?]) -> String {
    let parts = outputs.indices.map { output in
      let (with, without) = (outputs[output], silent[output])
      var said: [String] = []
      if let loss = with.loss, let before = without?.loss {
        said.append("a loss of \(text(loss, digits: 3)) (\(text(before, digits: 3)) without noise)")
      }
      if let right = with.accuracy {
        said.append("\(percent(right)) right decisions (\(percent(without?.accuracy)))")
      }
      if let agreement = with.agreement {
        said.append("the circuit's decision in \(percent(agreement)) of the trials")
      }
      return (outputs.count > 1 ? "output \(output + 1): " : "") + said.joined(separator: ", ")
    }
    return "with private noise of SD \(text(deviation)) per step the network has "
      + parts.joined(separator: "; ")
      + ". Everything else here is without private noise"
  }
}
