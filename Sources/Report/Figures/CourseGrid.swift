// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// The panels that figures of courses share: a row for each z and κ, a column for each of a few trials.
struct CourseGrid {
  /// Names of the rows: outputs first.
  let labels: [String]
  /// Of the figure, in pixels.
  let height: Double
  /// How time is counted.
  let time: TimeAxis

  init(rank: Int, outputs: Int, time: TimeAxis = .steps) {
    self.init(
      rank: rank, outputs: (0..<outputs).map { outputs == 1 ? "z" : "z\($0 + 1)" }, time: time)
  }

  init(rank: Int, outputs: [String], time: TimeAxis) {
    self.time = time
    labels =
      outputs
      + (0..<rank).map { rank == 1 ? "κ" : "κ\($0 + 1)" }
    height = Double(110 + 140 * labels.count)
  }

  /// What stands before the first panel.
  func head(columns: Int, steps: Int) -> String {
    """
    set multiplot layout \(labels.count),\(max(columns, 1)) margins 0.125,0.975,\(80.0 / height),\(1 - 30.0 / height) spacing 0.035,\(20 / height)
    set xrange [0:\(time.end(steps))]; set xtics \(tickStep(time.end(steps) / 2))
    """ + "\n"
  }

  /// Titles, axes and key of a panel: each where it is not said by a neighbour.
  func axes(row: Int, column: Int, title: String) -> String {
    (row == 0 ? "set title \(quoted(title)) tc rgb ink\n" : "unset title\n")
      + (column == 0
        ? "set ylabel \(quoted(labels[row])) tc rgb ink offset 0.5,0; set format y\n"
        : "unset ylabel; set format y ''\n")
      + (row == labels.count - 1
        ? "set xlabel '\(time.label)' tc rgb ink offset 0,0.3; set format x\n"
        : "unset xlabel; set format x ''\n")
      + (row == 0 && column == 0
        ? "set key at screen 0.5,\(14.0 / height) center vertical maxrows 1 samplen 1.8 Left reverse font ',11'\n"
        : "unset key\n")
  }
}

extension FigureData {
  /// `set yrange` for some neighbouring columns over all rows, a little widened.
  func range(ofColumnsFrom first: Int, count: Int) -> String {
    var (low, high) = (Double.infinity, -Double.infinity)
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let cells = line.split(separator: " ")
      for cell in cells.dropFirst(first).prefix(count) {
        if let value = Double(cell), value.isFinite { (low, high) = (min(low, value), max(high, value)) }
      }
    }
    if low > high {
      (low, high) = (-1, 1)
    } else {
      let margin = max(0.06 * (high - low), 1e-9 * max(abs(low), abs(high)), 1e-12)
      (low, high) = (low - margin, high + margin)
    }
    return "set yrange [\(low):\(high)]\n"
  }
}

extension Trajectory {
  /// The RMS of each trial's outputs.
  var outputSizes: [Double] {
    let width = steps * outputCount
    return (0..<trials).map { trial in
      let sum = outputs[(trial * width)..<((trial + 1) * width)].reduce(0) { $0 + $1 * $1 }
      return (sum / Double(max(width, 1))).squareRoot()
    }
  }

  /// The trials, from that whose outputs are nearest to another run's to that whose outputs are farthest.
  public func trialsByError(against other: Trajectory) -> [Int] {
    let width = steps * outputCount
    let errors = (0..<trials).map { trial -> Double in
      (0..<width).reduce(0) { sum, i in
        let difference = outputs[trial * width + i] - other.outputs[trial * width + i]
        return sum + difference * difference
      }
    }
    return errors.indices.sorted { (errors[$0], $0) < (errors[$1], $1) }
  }
}
