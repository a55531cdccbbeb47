// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// How figures count time; their data count steps.
public struct TimeAxis: Sendable, Hashable {
  /// What stands below the axis.
  let label: String
  /// How much one step is.
  let perStep: Double

  /// Steps.
  public static let steps = TimeAxis(label: "step", perStep: 1)

  /// Milliseconds, where a step has so many; otherwise time constants, of which a step is the share α.
  public init(millisecondsPerStep: Int?, alpha: Double) {
    if let milliseconds = millisecondsPerStep, milliseconds > 1 {
      self.init(label: "time (ms)", perStep: Double(milliseconds))
    } else {
      self.init(label: "time (τ)", perStep: alpha)
    }
  }

  private init(label: String, perStep: Double) {
    self.label = label
    self.perStep = perStep
  }

  /// gnuplot's expression for the time of a step in the first column.
  var column: String { perStep == 1 ? "1" : "($1*\(perStep))" }

  /// When the last of so many steps is.
  func end(_ steps: Int) -> Double { Double(max(steps - 1, 1)) * perStep }
}
