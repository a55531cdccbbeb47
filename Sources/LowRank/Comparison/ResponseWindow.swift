// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// The steps at which an output counts: the mask's support, or the last step without a mask.
struct ResponseWindow {
  private let trials: Int
  private let steps: Int
  private let output: Int
  private let outputCount: Int
  private let mask: [Double]

  init(_ trials: Trials, output: Int, outputCount: Int) {
    self.trials = trials.stimulus.trials
    self.output = output
    self.outputCount = outputCount
    steps = trials.stimulus.steps
    mask = trials.outputs == outputCount ? trials.mask : []
  }

  /// The mean over the window of values (B, T, O), one per trial; `nil` for a trial that is not asked anything.
  func means(of values: [Double]) -> [Double?] {
    (0..<trials).map { trial in
      let (sum, total) = weighted(trial, binary: true) { values[$0] }
      return total == 0 ? nil : sum / total
    }
  }

  /// The mean over trials of each trial's mask-weighted mean square difference: a long window counts as much as a short
  /// one. Trials without a window do not count.
  func meanSquare(of values: [Double], against target: [Double]) -> Double {
    let asked = meanSquares(of: values, against: target).compactMap { $0 }
    return asked.isEmpty ? 0 : asked.reduce(0, +) / Double(asked.count)
  }

  /// Each trial's mask-weighted mean square difference; `nil` for a trial that is not asked anything.
  func meanSquares(of values: [Double], against target: [Double]) -> [Double?] {
    (0..<trials).map { trial in
      let part = weighted(trial, binary: false) { (values[$0] - target[$0]) * (values[$0] - target[$0]) }
      return part.total > 0 ? part.sum / part.total : nil
    }
  }

  private func weighted(_ trial: Int, binary: Bool, _ value: (Int) -> Double) -> (sum: Double, total: Double)
  {
    var sum = 0.0
    var total = 0.0
    // Without a mask the last step alone counts.
    for step in (mask.isEmpty ? max(0, steps - 1) : 0)..<steps {
      let index = (trial * steps + step) * outputCount + output
      let weight = mask.isEmpty ? 1 : mask[index]
      if weight == 0 { continue }
      sum += (binary ? 1 : weight) * value(index)
      total += binary ? 1 : weight
    }
    return (sum, total)
  }
}

extension Trials {
  /// The mean of one output over each trial's response window (the mask's support; the last step without a mask), (B).
  ///
  /// `nil` for a trial that is not asked anything.
  public func responses(of trajectory: Trajectory, output: Int) -> [Double?] {
    precondition(
      trajectory.trials == stimulus.trials && trajectory.steps == stimulus.steps,
      "a trajectory of other trials")
    return ResponseWindow(self, output: output, outputCount: trajectory.outputCount).means(
      of: trajectory.outputs)
  }
}
