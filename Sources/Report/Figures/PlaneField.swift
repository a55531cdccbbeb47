// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// A planar flow on a grid: arrows, and the lines on which a component vanishes.
struct PlaneField {
  private let reach: [Double]
  private let cells: Int
  private let values: [[Double]]

  /// Evaluates the flow at (cells + 1)² points of the box |κ_r| ≤ reach_r.
  init(reach: [Double], cells: Int, flow: ([Double]) -> [Double]) {
    self.reach = reach
    self.cells = cells
    var values: [[Double]] = []
    for j in 0...cells {
      for i in 0...cells {
        values.append(
          flow([
            reach[0] * (2 * Double(i) / Double(cells) - 1), reach[1] * (2 * Double(j) / Double(cells) - 1),
          ]))
      }
    }
    self.values = values
  }

  private func point(_ i: Double, _ j: Double) -> [Double] {
    [reach[0] * (2 * i / Double(cells) - 1), reach[1] * (2 * j / Double(cells) - 1)]
  }

  private func value(_ i: Int, _ j: Int) -> [Double] { values[j * (cells + 1) + i] }

  /// Rows (x, y, dx, dy): directions as they look in the picture, lengths by the square root of the speed, so that slow
  /// flow can still be seen.
  func arrows(every stride: Int) -> [[Double]] {
    var arrows: [[Double]] = []
    var fastest = 0.0
    for j in Swift.stride(from: stride / 2, through: cells, by: stride) {
      for i in Swift.stride(from: stride / 2, through: cells, by: stride) {
        let (x, y) = (value(i, j)[0] / reach[0], value(i, j)[1] / reach[1])
        let speed = (x * x + y * y).squareRoot()
        fastest = max(fastest, speed)
        arrows.append(point(Double(i), Double(j)) + [x, y, speed])
      }
    }
    let longest = 1.8 * Double(stride) / Double(cells)
    return arrows.filter { $0[4] > 0 }.map { arrow in
      let length = longest * (arrow[4] / fastest).squareRoot() / arrow[4]
      let (dx, dy) = (arrow[2] * length * reach[0], arrow[3] * length * reach[1])
      return [arrow[0] - dx / 2, arrow[1] - dy / 2, dx, dy]
    }
  }

  /// Segments (x, y, x', y') of the line on which a component vanishes: marching squares with linear interpolation.
  func zeros(of component: Int) -> [[Double]] {
    var segments: [[Double]] = []
    for j in 0..<cells {
      for i in 0..<cells {
        let corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]
        var crossings: [[Double]] = []
        for k in 0..<4 {
          let (a, b) = (corners[k], corners[(k + 1) % 4])
          let (left, right) = (value(a.0, a.1)[component], value(b.0, b.1)[component])
          guard (left < 0) != (right < 0) else { continue }
          let share = left / (left - right)
          crossings.append(
            point(Double(a.0) + share * Double(b.0 - a.0), Double(a.1) + share * Double(b.1 - a.1)))
        }
        for k in Swift.stride(from: 0, to: crossings.count - 1, by: 2) {
          segments.append(crossings[k] + crossings[k + 1])
        }
      }
    }
    return segments
  }
}
