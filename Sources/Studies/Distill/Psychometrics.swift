// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import Tasks

extension DistillationFindings {
  /// Psychometric curves, of a task on trials of their own; none for tasks without a graded stimulus, and for trials from a
  /// file without conditions.
  func psychometricCurves(trials count: Int = 1200) throws -> (curves: [PsychometricCurve], asShare: Bool)? {
    guard let definition, let kind = definition.kind else { return labelledCurves() }
    guard kind != .delayedMatchToSample else { return nil }
    let drawn = definition.labelledTrials(count: count, seed: RandomStream.seed(seed, for: .psychometric))
    let stimulus = drawn.trials.stimulus
    let full = run.simulation.run(try NetworkDynamics(run.imported.network), under: stimulus)
    let reduced = run.simulation.run(run.document.circuit, under: stimulus)
    let network = drawn.trials.responses(of: full, output: 0).map { $0 ?? 0 }
    let circuit = drawn.trials.responses(of: reduced, output: 0).map { $0 ?? 0 }
    func curve(
      _ panel: String, _ quantity: String, _ values: [Double], _ isShown: [Bool], asShare: Bool = true
    )
      -> PsychometricCurve
    {
      let chosen = values.indices.filter { isShown[$0] }
      return PsychometricCurve(
        panel: panel, quantity: quantity, values: chosen.map { values[$0] },
        network: chosen.map { network[$0] },
        circuit: chosen.map { circuit[$0] }, asShare: asShare)
    }
    let all = [Bool](repeating: true, count: count)
    switch kind {
    case .perceptualDecision:
      return (drawn["coherence"].map { [curve("", "coherence", $0, all)] } ?? [], true)
    case .parametricWorkingMemory:
      guard let first = drawn["frequency 1"], let second = drawn["frequency 2"] else { return nil }
      return ([curve("", "f1 − f2 (Hz)", zip(first, second).map { $0 - $1 }, all, asShare: false)], false)
    case .contextDependentDecision:
      guard let context = drawn["context"], let colour = drawn["colour"], let motion = drawn["motion"] else {
        return nil
      }
      let curves = definition.inputNames.suffix(2).enumerated().flatMap { index, name in
        let shown = context.map { $0 == Double(index) }
        return [curve(name, "colour", colour, shown), curve(name, "motion", motion, shown)]
      }
      return (curves, true)
    case .multisensoryDecision:
      guard let modality = drawn["modality"], let visual = drawn["visual"], let auditory = drawn["auditory"]
      else {
        return nil
      }
      return (
        [
          curve("visual trials", "visual", visual, modality.map { $0 == 0 }),
          curve("auditory trials", "auditory", auditory, modality.map { $0 == 1 }),
          curve("trials with both", "visual", visual, modality.map { $0 == 2 }),
        ], true
      )
    case .delayedMatchToSample: return nil
    }
  }
}
