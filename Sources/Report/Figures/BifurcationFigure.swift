import Analysis
import LowRank

extension Figure {
  /// Branches of fixed points over a parameter: stable parts drawn through, unstable ones dashed.
  public static func bifurcations(
    _ diagram: BifurcationDiagram, parameter: String, range: ClosedRange<Double>
  )
    -> Figure
  {
    let rank = diagram.branches.first?.points.first?.kappa.count ?? 0
    let outputs = diagram.branches.first?.points.first?.outputs.count ?? 0
    var data = FigureData()
    for stable in [true, false] {
      for branch in diagram.branches {
        for (index, point) in branch.points.enumerated() {
          // A piece between points of different stability belongs to both, so that no gap is left.
          let neighbours = [index - 1, index + 1].filter(branch.points.indices.contains)
          if point.isStable == stable || neighbours.contains(where: { branch.points[$0].isStable == stable })
          {
            data.row([point.parameter] + point.kappa + point.outputs)
          } else {
            data.gap()
          }
        }
        data.gap()
      }
      data.row([Double](repeating: .nan, count: 1 + rank + outputs))
      data.nextIndex()
    }
    var marks = FigureData()
    for item in diagram.bifurcations { marks.row([item.parameter] + item.kappa) }
    marks.row([Double](repeating: .nan, count: 1 + rank))
    let labels =
      (0..<rank).map { rank == 1 ? "κ" : "κ\($0 + 1)" }
      + (0..<outputs).map { outputs == 1 ? "z" : "z\($0 + 1)" }
    let columns = max(1, min(3, labels.count))
    let rows = max(1, (labels.count + columns - 1) / columns)
    var script = """
      set multiplot layout \(rows),\(columns) margins 0.1,0.98,\(rows == 1 ? 0.2 : 0.12),0.95 spacing 0.09,0.14
      set xrange [\(range.lowerBound):\(range.upperBound)]; set xlabel \(quoted(parameter)) tc rgb ink offset 0,0.4
      unset key
      """ + "\n"
    for (index, label) in labels.enumerated() {
      let mark =
        index < rank
        ? ", \\\n  'bifurcations.marks' using 1:\(index + 2) with points pt 7 ps 0.9 lc rgb vermillion" : ""
      script += """
        set ylabel \(quoted(label)) tc rgb ink offset 0.5,0
        plot 'bifurcations.branches' index 0 using 1:\(index + 2) with lines lw 2.2 lc rgb blue, \\
          '' index 1 using 1:\(index + 2) with lines lw 1.6 dt (5,4) lc rgb blue\(mark)

        """
    }
    script += "unset multiplot"
    let list = diagram.bifurcations.map { "\($0.kind.rawValue) at \(text($0.parameter, digits: 5))" }
    return Figure(
      name: "bifurcations",
      caption: "Fixed points over \(parameter): stable (drawn through) and unstable (dashed); "
        + (list.isEmpty ? "no bifurcations in this range." : list.joined(separator: ", ") + "."),
      alternative: "Bifurcation diagram over \(parameter) with \(diagram.branches.count) branches; "
        + (list.isEmpty ? "no bifurcations." : list.joined(separator: ", ") + "."),
      data: [("branches", data.text), ("marks", marks.text)], script: script,
      size: (max(440, 380 * columns), 320 * rows))
  }
}
