// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Studies

extension Figure {
  /// Relative errors of z on the way from the network to the simplest circuit, with the band that finite N explains.
  public static func errorLadder(_ budget: ErrorBudget, band: SamplingBand?) -> Figure {
    let outputs = budget.stages.first?.comparison.outputs.count ?? 0
    // Errors span sixteen orders: a logarithmic axis, from rounding up.
    let floor = 1e-17
    var data = FigureData(
      "assumption", "relative error in all", "change by this assumption; a data set an output")
    for output in 0..<outputs {
      for (row, stage) in budget.stages.enumerated() {
        data.row(
          Double(row), max(stage.comparison.outputs[output].deviation.relative, floor),
          max(stage.costs[output], floor))
      }
      data.nextIndex()
    }
    let ticks = budget.stages.enumerated().map { "\(quotedTick($1.name)) \($0)" }.joined(separator: ", ")
    var script = """
      set multiplot layout \(max(outputs, 1)),1 margins 0.27,0.97,\(outputs > 1 ? 0.2 : 0.26),0.94 spacing 0.05,0.12
      set logscale x; set xrange [1e-17:10]; set format x '10^{%T}'
      set yrange [\(budget.stages.count).5-1:-0.5]; set ytics (\(ticks)) scale 0
      set xlabel 'RMS difference of z, relative to the network''s RMS' tc rgb ink offset 0,0.2
      set key bottom left Left reverse; set xtics 1e-16,100,1
      """ + "\n"
    for output in 0..<outputs {
      script += outputs > 1 ? "set title 'z\(output + 1)' tc rgb ink\n" : ""
      if let band, output < band.relative.count {
        let range = band.relative[output]
        script +=
          "set object 1 rect from \(max(range.lower, floor)),graph 0 to \(max(range.upper, floor)),graph 1 "
          + "fc rgb green fs solid 0.25 noborder behind\n"
      }
      script += """
        plot 'errors.values' index \(output) using 2:1 with points pt 7 ps 1.1 lc rgb vermillion title 'in all, against the network', \\
          '' index \(output) using 3:1 with points pt 6 ps 1.3 lw 2 lc rgb blue title 'this step alone'\(band == nil ? "" : ", \\\n  NaN with boxes fc rgb green fs solid 0.25 noborder title 'finite N alone, 5–95 %'")
        unset object 1

        """
    }
    script += "unset multiplot"
    return Figure(
      name: "errors",
      caption:
        "What each assumption costs: relative error of z from the exact manifold (rounding) to the circuit and "
        + "what is left of it without means and cross terms."
        + (band == nil
          ? ""
          : " The green band is what the same number of units, drawn from the circuit's own Gaussians, would give."),
      alternative: "Relative errors by stage: "
        + budget.stages.map { stage in
          "\(stage.name) "
            + stage.comparison.outputs.map { percent($0.deviation.relative) }.joined(separator: ", ")
        }.joined(separator: "; ") + ".",
      data: [("values", data.text)], script: script, size: (760, 90 + 180 * max(outputs, 1)))
  }
}
