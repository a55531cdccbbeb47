// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Studies

extension Figure {
  /// Relative errors of z on the way from the network to the simplest circuit, with the band that finite N explains.
  public static func errorLadder(_ budget: ErrorBudget, band: SamplingBand?, outputs chosen: [Int]? = nil)
    -> Figure
  {
    let outputs = chosen ?? Array(0..<(budget.stages.first?.comparison.outputs.count ?? 0))
    let stages = budget.shownStages
    let values = stages.flatMap { stage in
      outputs.flatMap { [stage.costs[$0], stage.comparison.outputs[$0].deviation.relative] }
    }.filter { $0.isFinite && $0 > 0 }
    let bands = (band?.relative ?? []).flatMap { [$0.lower, $0.upper] }.filter { $0.isFinite && $0 > 0 }
    // Whole decades around what is shown; what is smaller by orders than the rest stands at the left end.
    let largest = max((values + bands).max() ?? 1, 1e-16)
    let least = max((values + bands).min() ?? 1e-3, 1e-6 * largest)
    let (low, high) = (powerOfTen(below: least / 1.3), 10 * powerOfTen(below: 1.3 * largest))
    func shown(_ value: Double) -> Double { min(max(value, low), high) }
    var data = FigureData(
      "assumption", "relative error in all", "change by this assumption; a data set an output")
    for output in outputs {
      for (row, stage) in stages.enumerated() {
        data.row(
          Double(row), stage.comparison.outputs[output].deviation.relative, stage.costs[output])
      }
      data.nextIndex()
    }
    let ticks = stages.enumerated().map { "\(quotedTick($1.name)) \($0)" }.joined(separator: ", ")
    let height = Double(
      108 + 34 * max(stages.count, 2) * max(outputs.count, 1) + 40 * max(outputs.count - 1, 0))
    var script = """
      set multiplot layout \(max(outputs.count, 1)),1 margins 0.27,0.97,\(84 / height),\(1 - 24 / height) spacing 0.05,\(40 / height)
      set logscale x; set xrange [\(low):\(high)]; set format x '10^{%T}'; set grid xtics lc rgb rule lw 0.6
      set yrange [\(stages.count).5-1:-0.5]; set ytics (\(ticks)) scale 0
      set xlabel 'RMS difference of z, relative to the network''s RMS' tc rgb ink offset 0,0.2
      set key at screen 0.52,\(16 / height) center vertical maxrows 1 samplen 1.5 Left reverse font ',11'
      f(x) = x < \(low) ? \(low) : x
      """ + "\n"
    for (place, output) in outputs.enumerated() {
      script +=
        budget.stages.first?.comparison.outputs.count ?? 0 > 1
        ? "set title 'z\(output + 1)' tc rgb ink\n" : ""
      if let band, output < band.relative.count {
        let range = band.relative[output]
        script +=
          "set object 1 rect from \(shown(range.lower)),graph 0 to \(shown(range.upper)),graph 1 "
          + "fc rgb green fs solid 0.25 noborder behind\n"
      }
      script += """
        plot 'errors.values' index \(place) using (f($2)):1 with points pt 7 ps 1.1 lc rgb vermillion title 'in all', \\
          '' index \(place) using (f($3)):1 with points pt 6 ps 1.3 lw 2 lc rgb blue title 'this step alone'\(band == nil ? "" : ", \\\n  NaN with boxes fc rgb green fs solid 0.25 noborder title 'finite N alone, 5–95 %'")
        unset object 1; unset key

        """
    }
    script += "unset multiplot"
    return Figure(
      name: "errors",
      caption:
        "What each assumption costs: relative error of z of \(stages.count < budget.stages.count ? "" : "manifold and ")the "
        + "circuit, and of what is left of it without means and cross terms."
        + (band == nil
          ? ""
          : " The green band is what the same number of units, drawn from the circuit's own Gaussians, would give."),
      alternative: "Relative errors by stage: "
        + stages.map { stage in
          "\(stage.name) "
            + outputs.map { percent(stage.comparison.outputs[$0].deviation.relative) }.joined(separator: ", ")
        }.joined(separator: "; ") + ".",
      data: [("values", data.text)], script: script, size: (640, Int(height)))
  }
}

/// The largest power of ten up to a positive number.
private func powerOfTen(below value: Double) -> Double {
  var power = 1.0
  while power > value { power /= 10 }
  while 10 * power <= value { power *= 10 }
  return power
}

extension ErrorBudget {
  /// The stages whose error is more than rounding: that of an exact manifold would take twelve orders of an axis to say
  /// that it is none. All, where all are exact.
  var shownStages: [Stage] {
    let shown = stages.filter { stage in
      stage.comparison.outputs.contains { !($0.deviation.relative < 1e-9) }
    }
    return shown.isEmpty ? stages : shown
  }
}
