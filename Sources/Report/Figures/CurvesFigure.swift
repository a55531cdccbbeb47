// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Studies

/// One plot of a figure of curves: a title, axes, and the curves.
public struct CurvePanel: Sendable {
  /// How a curve is drawn.
  public enum Look: Sendable {
    /// A line.
    case line
    /// A dashed line.
    case dashed
    /// Points alone.
    case points
    /// Bars from zero.
    case bars
  }

  /// One curve.
  public struct Curve: Sendable {
    /// Its name in the key; empty for none.
    public let name: String
    /// (x, y); what is not finite is a gap.
    public let points: [(x: Double, y: Double)]
    /// How it is drawn.
    public let look: Look
    /// Its place in the palette; `nil` is ink.
    public let colour: Int?

    /// A curve from its points.
    public init(_ name: String, _ points: [(x: Double, y: Double)], look: Look = .line, colour: Int? = nil) {
      self.name = name
      self.points = points
      self.look = look
      self.colour = colour
    }
  }

  /// What stands above.
  public let title: String
  /// Labels of the axes.
  public let axes: (x: String, y: String)
  /// The curves.
  public let curves: [Curve]
  /// Whether y is logarithmic.
  public let isLogarithmic: Bool
  /// Whether the key stands below the panels, where it covers nothing; for figures of one row.
  public let hasKeyBelow: Bool

  /// A panel from its parts.
  public init(
    title: String, axes: (x: String, y: String), curves: [Curve], isLogarithmic: Bool = false,
    hasKeyBelow: Bool = false
  ) {
    self.title = title
    self.axes = axes
    self.curves = curves
    self.isLogarithmic = isLogarithmic
    self.hasKeyBelow = hasKeyBelow
  }
}

extension CurvePanel {
  /// A round distance between ticks of x, at most seven of them: gnuplot's own choice crowds small panels.
  fileprivate var tickStep: String {
    let values = curves.flatMap { $0.points.map(\.x) }.filter(\.isFinite)
    guard let low = values.min(), let high = values.max(), high > low else { return "autofreq" }
    var step = 1.0
    while step > (high - low) / 6 { step /= 10 }
    while step * 10 < (high - low) / 6 { step *= 10 }
    for factor in [1.0, 2, 5, 10] where (high - low) / (step * factor) <= 6 { return "\(step * factor)" }
    return "autofreq"
  }
}

extension Figure {
  /// Panels of curves side by side, at most `columns` in a row.
  public static func curves(
    name: String, caption: String, alternative: String, panels: [CurvePanel], columns most: Int = 3
  ) -> Figure {
    var data = FigureData(
      "x",
      "y; a data set a curve: \(panels.flatMap { panel in panel.curves.map { [panel.title, $0.name].filter { !$0.isEmpty }.joined(separator: " ") } }.joined(separator: ", "))"
    )
    var place = 0
    let columns = max(1, min(most, panels.count))
    let rows = max(1, (panels.count + columns - 1) / columns)
    // Room for a key of two lines below the axes.
    let below = panels.contains(where: \.hasKeyBelow) ? 46 : 0
    let height = 50 + 285 * rows + below
    var script = """
      set multiplot layout \(rows),\(columns) margins 0.12,0.97,\(Double(58 + below) / Double(height)),\(1 - 30.0 / Double(height)) spacing 0.11,\(94.0 / Double(height))
      """ + "\n"
    for panel in panels {
      var plots = panel.isLogarithmic ? [] : ["0 ls 9 notitle"]
      for curve in panel.curves {
        for point in curve.points { data.row(point.x, point.y) }
        // An empty data set would end the file for gnuplot.
        data.row(.nan, .nan)
        data.nextIndex()
        let colour = curve.colour.map { FigureStyle.colour($0) } ?? FigureStyle.ink
        let look =
          switch curve.look {
          case .line: "lines lw 1.8 lc rgb '\(colour)'"
          case .dashed: "lines lw 1.8 dt (6,4) lc rgb '\(colour)'"
          case .points: "points pt 7 ps 0.5 lc rgb '\(colour)'"
          case .bars: "boxes lc rgb '\(colour)' fs solid 0.3 noborder"
          }
        plots.append(
          "'\(name).values' index \(place) using 1:2 with \(look) "
            + (curve.name.isEmpty ? "notitle" : "title \(quoted(curve.name))"))
        place += 1
      }
      script += """
        set title \(quoted(panel.title)) tc rgb ink
        \(panel.hasKeyBelow ? "set key at screen 0.5,\(Double(below) / Double(height)) center top maxrows 2" : "set key top right") Left reverse font ',11'
        \(panel.isLogarithmic ? "unset offsets" : "set offsets graph 0, graph 0, graph 0.05, graph 0.05")
        set xlabel \(quoted(panel.axes.x)) tc rgb ink offset 0,0.4
        set xtics \(panel.tickStep)
        set ylabel \(quoted(panel.axes.y)) tc rgb ink offset 1,0
        \(panel.isLogarithmic ? "set logscale y; set format y '10^{%T}'" : "unset logscale y; set format y")
        plot \(plots.joined(separator: ", \\\n  "))

        """
    }
    script += "unset multiplot"
    return Figure(
      name: name, caption: caption, alternative: alternative, data: [("values", data.text)], script: script,
      size: (columns == 1 ? 560 : 760, height))
  }

  /// The loss of every update of a training, and its mean over windows of fifty.
  public static func loss(_ losses: [Double], name: String = "loss") -> Figure {
    // As many points as a picture can show.
    let stride = max(1, losses.count / 1500)
    let raw = losses.indices.filter { $0 % stride == 0 }.map { (x: Double($0 + 1), y: losses[$0]) }
    var smooth: [(x: Double, y: Double)] = []
    var sum = 0.0
    for (index, loss) in losses.enumerated() {
      sum += loss
      if index >= 50 { sum -= losses[index - 50] }
      if index % stride == 0 { smooth.append((Double(index + 1), max(sum / Double(min(index + 1, 50)), 0))) }
    }
    let last = losses.suffix(50)
    let mean = last.reduce(0, +) / Double(max(last.count, 1))
    return curves(
      name: name,
      caption: "Loss of each batch before its update, and its mean over fifty updates: "
        + "\(text(mean, digits: 3)) over the last fifty of \(losses.count).",
      alternative: "Loss over \(losses.count) updates, from \(text(losses.first ?? 0, digits: 3)) to "
        + "\(text(mean, digits: 3)).",
      panels: [
        CurvePanel(
          title: "", axes: ("update", "loss"),
          curves: [
            CurvePanel.Curve("batch", raw, look: .points, colour: 5), CurvePanel.Curve("mean of 50", smooth),
          ], isLogarithmic: true)
      ])
  }

  /// The same figure under another name, for pages and folders that hold several of a kind.
  public func renamed(_ other: String) -> Figure {
    Figure(
      name: other, caption: caption, alternative: alternative, data: data,
      script: script.replacing("'\(name).", with: "'\(other)."), size: size)
  }
}
