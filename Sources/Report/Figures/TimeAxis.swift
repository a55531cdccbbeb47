// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Studies

/// How figures count time; their data count steps.
public struct TimeAxis: Sendable, Hashable {
  /// What stands below the axis.
  let label: String
  /// How much one step is.
  let perStep: Double
  /// Length of a step, where it has one in ms, and its share of τ.
  private let milliseconds: Double?
  private let alpha: Double

  /// Steps.
  public static let steps = TimeAxis(label: "step", perStep: 1)

  /// Milliseconds, where a step has so many; otherwise time constants, of which a step is the share α.
  public init(millisecondsPerStep: Int?, alpha: Double) {
    if let milliseconds = millisecondsPerStep, milliseconds > 1 {
      self.init(
        label: "time (ms)", perStep: Double(milliseconds), milliseconds: Double(milliseconds), alpha: alpha)
    } else {
      self.init(label: "time (τ)", perStep: alpha)
    }
  }

  private init(label: String, perStep: Double, milliseconds: Double? = nil, alpha: Double = 1) {
    (self.label, self.perStep, self.milliseconds, self.alpha) = (label, perStep, milliseconds, alpha)
  }

  /// `100 ms`: τ, where steps have a length in ms.
  var timeConstant: String? { milliseconds.map { "\(Studies.text($0 / alpha, digits: 3)) ms" } }

  /// gnuplot's expression for the time of a step in the first column.
  var column: String { perStep == 1 ? "1" : "($1*\(perStep))" }

  /// `stimulus, 100–900 ms`: an epoch with its time; without, where that is not known or all of the trials.
  package func title(_ panel: TaskPanel) -> String {
    guard let steps = panel.steps, self != .steps else { return panel.title }
    let unit = label == "time (ms)" ? "ms" : "τ"
    func time(_ step: Int) -> String {
      let value = Double(step) * perStep
      return value == value.rounded() ? "\(Int(value))" : text(value, digits: 3)
    }
    return "\(panel.title), \(time(steps.lowerBound))–\(time(steps.upperBound)) \(unit)"
  }

  /// When the last of so many steps is.
  func end(_ steps: Int) -> Double { Double(max(steps - 1, 1)) * perStep }
}
