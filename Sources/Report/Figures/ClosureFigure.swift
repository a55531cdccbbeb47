import Analysis
import LowRank

extension Figure {
  /// Error of z against the number of populations, under each condition of a closure table.
  ///
  /// Rows of one name, ordered by P, are a curve; a name with one row is a point of its own.
  public static func closures(_ table: ClosureTable) -> Figure {
    var names: [String] = []
    for row in table.rows where row.populations != nil && !names.contains(row.name) { names.append(row.name) }
    func error(_ comparison: Comparison) -> Double {
      comparison.outputs.map(\.deviation.relative).max() ?? .nan
    }
    var data = FigureData()
    for name in names {
      for row in table.rows where row.name == name {
        data.row([Double(row.populations ?? 0)] + row.comparisons.map { max(error($0), 1e-16) })
      }
      data.nextIndex()
    }
    let most = table.rows.compactMap(\.populations).max() ?? 1
    var plots: [String] = []
    for (condition, title) in table.conditions.enumerated() {
      for (index, name) in names.enumerated() {
        let isCurve = table.rows.count { $0.name == name } > 1
        let colour = FigureStyle.colour(condition)
        plots.append(
          "'closures.values' index \(index) using 1:\(2 + condition) with \(isCurve ? "linespoints lw 1.8 pt 6" : "points pt 7") ps 1.1 "
            + "lc rgb '\(colour)' title \(quoted("\(name), \(title)"))")
      }
    }
    let script = """
      set logscale y; set format y '10^{%T}'; set grid ytics lc rgb rule lw 0.6
      set xrange [0.6:\(most).4]; set xtics 1,1,\(most)
      set xlabel 'populations P' tc rgb ink; set ylabel 'relative error of z' tc rgb ink offset 0.5,0
      set key outside right top Left reverse; set lmargin 9
      plot \(plots.joined(separator: ", \\\n  "))
      """
    return Figure(
      name: "closures",
      caption:
        "Error against the number of populations: circuits of clusters' moments, and the circuit of this report. "
        + "Held-out trials are like those it was made with; the other conditions are strange to it.",
      alternative: table.rows.map { row in
        "\(row.name)\(row.populations.map { ", P = \($0)" } ?? ""): "
          + zip(table.conditions, row.comparisons).map { "\($0) \(percent(error($1)))" }.joined(
            separator: ", ")
      }.joined(separator: "; ") + ".",
      data: [("values", data.text)], script: script, size: (760, 340))
  }
}
