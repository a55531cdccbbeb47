// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels

/// Many trials of a circuit in rate form side by side.
///
///     s = (E[n φ], E[w φ]) at q = (κ, u_t, 1)      κ ← κ + α(s_n - κ)      z ← z + α(s_w + z₀ - z)
///
/// u stands in q unfiltered, and z = ζ + z₀ is filtered instead. The kernel of the current form gives the averages (a step
/// of size zero), the rest is done here. No operation mixes trials.
struct RateCircuitBlock: ~Copyable {
  private let kernel: CircuitKernel
  private let path = kappa_path_best()
  private let count, width: Int
  private let layout: LoadingLayout
  private let trials: kappa_circuit_trials
  /// E[w φ] + z₀, (O, width), an input of zeros, (K, width), and z, (O, width).
  private let averages, silence, readings: UnsafeMutablePointer<Double>

  init(_ circuit: EffectiveCircuit, kernel: CircuitKernel, for block: TrialBlock) {
    self.kernel = kernel
    count = block.count
    width = kappa_circuit_places(path, count)
    layout = circuit.statistics.layout
    let (variables, outputs) = (layout.driveCount + layout.weightCount, layout.outputCount)
    let rows = variables + layout.filteredCount + 2 * outputs
    let q: UnsafeMutablePointer<Double> = AlignedMemory.numbers(rows * width, zeros: rows * width)
    trials = kappa_circuit_trials(count: width, q: q, sums: q + layout.driveCount * width)
    silence = q + variables * width
    averages = silence + layout.filteredCount * width
    readings = averages + outputs * width
    let start = circuit.initialState()
    for r in 0..<layout.rank { (q + r * width).update(repeating: start[r], count: width) }
    for (j, value) in layout.stationaryExtras.enumerated() {
      (q + (layout.rank + layout.inputCount + j) * width).update(repeating: value, count: width)
    }
    for o in 0..<outputs {
      (readings + o * width)
        .update(repeating: start[layout.rank + o] + circuit.settings.readoutBias(o), count: width)
    }
  }

  deinit { trials.q.deallocate() }

  /// Euler steps of all trials.
  func run(_ block: TrialBlock, readoutBias: [Double]) {
    let (rank, inputs, outputs, alpha) = (layout.rank, layout.inputCount, layout.outputCount, block.alpha)
    let (q, sums) = (trials.q!, trials.sums!)
    for step in 0..<block.steps {
      for k in 0..<inputs {
        let row = q + (rank + k) * width
        for trial in 0..<count { row[trial] = block.input[(trial * block.steps + step) * inputs + k] }
      }
      kernel.run(
        trials, alpha: 0, noiseVariances: [0],
        records: kappa_circuit_records(
          inputs: silence, noise: nil, kappa: nil, outputs: averages, states: nil))
      for i in 0..<(rank * width) { q[i] += alpha * (sums[i] - q[i]) }
      for i in 0..<(outputs * width) { readings[i] += alpha * (averages[i] - readings[i]) }
      for trial in 0..<count {
        guard let row = block.row(trial: trial, step: step) else { break }
        for r in 0..<rank { block.kappa[row * rank + r] = q[r * width + trial] }
        for o in 0..<outputs { block.outputs[row * outputs + o] = readings[o * width + trial] }
        guard let states = block.states else { continue }
        let base = row * (rank + outputs)
        for r in 0..<rank { states[base + r] = q[r * width + trial] }
        for o in 0..<outputs { states[base + rank + o] = readings[o * width + trial] - readoutBias[o] }
      }
    }
  }
}
