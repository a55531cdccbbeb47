// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels

/// Many trials of a circuit side by side: the values of one variable lie next to one another, so that the loops over
/// trials are straight and the averages are taken for all of them at once.
///
/// No operation mixes trials: a trial's numbers are the same whichever others are in the block.
struct CircuitBlock: ~Copyable {
  private let kernel: CircuitKernel
  private let path = kappa_path_best()
  private let count: Int
  /// How many places the kernel wants for `count` trials; those beyond it have no input and are never read.
  private let width: Int
  private let rank, outputs: Int
  /// K of the stimulus, and how many inputs the kernel has: those of c and x0 besides, which are constant.
  private let channels, inputs: Int
  private let constants: [Double]
  /// q = (κ, v, …, 1), variable by variable, and E[a φ] for a = n, then w: what a run goes on from.
  private let trials: kappa_circuit_trials
  /// Some steps of u, κ, z and the state on their way from and to the batch, each (steps, variable, width).
  private let inputTile, latentTile, outputTile, stateTile: UnsafeMutablePointer<Double>

  /// Steps in a tile: whole vectors whatever the number of variables, and long enough for a trial's row of the batch to
  /// fill several cache lines.
  private static let tile = 32

  init(_ circuit: EffectiveCircuit, kernel: CircuitKernel, for block: TrialBlock) {
    self.kernel = kernel
    count = block.count
    let layout = circuit.statistics.layout
    (rank, inputs, outputs) = (layout.rank, layout.filteredCount, layout.outputCount)
    (channels, constants) = (layout.inputCount, layout.constantInputs)
    width = kappa_circuit_places(path, count)
    let variables = layout.driveCount + layout.weightCount
    // No more rows than there are steps: blocks of a few steps are many, and large memory is slow to come by.
    let kept = min(Self.tile, block.keptSteps)
    let read = max(1, kept, min(Self.tile, block.firstKept))
    let rows = read * inputs + kept * (rank + outputs) + (block.states == nil ? 0 : kept * (rank + inputs))
    // One allocation, of which q is the beginning. The averages at the start are taken under no input, which is zeros;
    // all other tiles are written before they are read.
    let q: UnsafeMutablePointer<Double> = AlignedMemory.numbers(
      (variables + rows) * width, zeros: (variables + inputs) * width)
    trials = kappa_circuit_trials(count: width, q: q, sums: q + layout.driveCount * width)
    inputTile = q + variables * width
    latentTile = inputTile + read * inputs * width
    outputTile = latentTile + kept * rank * width
    stateTile = outputTile + kept * outputs * width
    for row in 0..<(read * inputs) {
      // The places beyond `count` have no input; the inputs of c and x0 never change.
      (inputTile + row * width + count).update(repeating: 0, count: width - count)
      if row % inputs >= channels {
        (inputTile + row * width).update(repeating: constants[row % inputs - channels], count: count)
      }
    }
    let start = circuit.initialState()
    for j in 0..<layout.driveCount {
      (q + j * width).update(repeating: j < start.count ? start[j] : 1, count: width)
    }
  }

  deinit { trials.q.deallocate() }

  /// Euler steps of all trials.
  func run(_ block: TrialBlock) {
    // E[n φ] at the start, from which nothing is kept.
    advance(alpha: 0, noiseVariances: [block.noiseVariance(after: 0)], kept: nil)
    // Tiles of steps that are not kept, then of those that are.
    for first in stride(from: 0, to: block.firstKept, by: Self.tile) {
      pass(block, first..<min(first + Self.tile, block.firstKept), kept: nil)
    }
    for first in stride(from: block.firstKept, to: block.steps, by: Self.tile) {
      let steps = first..<min(first + Self.tile, block.steps)
      pass(block, steps, kept: block)
      write(latentTile, rank, to: block.kappa, block, steps)
      write(outputTile, outputs, to: block.outputs, block, steps)
      if let states = block.states { write(stateTile, rank + inputs, to: states, block, steps) }
    }
  }

  /// Some steps of a block; what `kept` keeps of them goes to the tiles.
  private func pass(_ block: TrialBlock, _ steps: Range<Int>, kept: TrialBlock?) {
    read(block, steps)
    advance(alpha: block.alpha, noiseVariances: steps.map { block.noiseVariance(after: $0 + 1) }, kept: kept)
  }

  private func advance(alpha: Double, noiseVariances: [Double], kept: TrialBlock?) {
    kernel.run(
      trials, alpha: alpha, noiseVariances: noiseVariances,
      records: kappa_circuit_records(
        inputs: inputTile, noise: nil, kappa: kept == nil ? nil : latentTile,
        outputs: kept == nil ? nil : outputTile, states: kept?.states == nil ? nil : stateTile))
  }

  /// u of some steps.
  private func read(_ block: TrialBlock, _ steps: Range<Int>) {
    guard let input = block.input.baseAddress else { return }
    let source = input + steps.lowerBound * channels
    if channels == inputs {
      kappa_transpose(
        path, count, steps.count * inputs, source, block.steps * inputs, inputTile, width)
    } else {
      for step in 0..<steps.count {
        kappa_transpose(
          path, count, channels, source + step * channels, block.steps * channels,
          inputTile + step * inputs * width, width)
      }
    }
  }

  /// κ, z or states of some kept steps.
  private func write(
    _ rows: UnsafePointer<Double>, _ variables: Int, to target: UnsafeMutableBufferPointer<Double>,
    _ block: TrialBlock, _ steps: Range<Int>
  ) {
    guard let target = target.baseAddress else { return }
    kappa_transpose(
      path, steps.count * variables, count, rows, width,
      target + (steps.lowerBound - block.firstKept) * variables, block.keptSteps * variables)
  }
}
