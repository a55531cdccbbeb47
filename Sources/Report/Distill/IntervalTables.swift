// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import Studies

extension DistillationIntervals {
  /// Covariances and means with both intervals, one table a population.
  func momentTables(_ statistics: ConnectivityStatistics) -> [Document.Table] {
    let all = numbers(statistics.layout)
    let level = percent(Self.level)
    let counts = moments.map(\.replicates.count)
    return statistics.populations.indices.map { population -> Document.Table in
      let name = statistics.populations.count == 1 ? "All units" : "Population \(population + 1)"
      let rows = all.filter { $0.population == population }.map { number -> [Document.Cell] in
        [
          .text(number.name), .number(number.value, digits: 3), Self.range(number.bootstrap),
          Self.range(number.redraw),
        ]
      }
      return Document.Table(
        caption: "\(name): \(level) intervals from \(counts[0]) bootstraps and \(counts[1]) redraws",
        header: ["", "value", "bootstrap over units", "redrawn networks"], rows: rows)
    }
  }

  /// How often the bands hold the network's own course.
  var coverageTable: Document.Table {
    Document.Table(
      caption:
        "Share of steps at which the network's own value lies in the \(percent(Self.level)) band, and the band's mean "
        + "width over the value's RMS (\(trials.count) trials)",
      header: ["", "this network", "bootstrap over units", "width", "redrawn networks", "width"],
      rows: quantities.enumerated().map { index, name in
        [.text(name), "exact, no band"]
          + bands.bands.flatMap { [.percent($0.coverage[index]), .percent($0.width[index])] }
      })
  }

  /// What the three answers mean, and the coverage of z in words.
  var paragraphs: [String] {
    [
      "Three different questions. This network: its exact manifold follows from its weights and has no sampling error. The "
        + "ensemble: its units are a sample, and drawing them again with replacement (bootstrap) shows how well they "
        + "determine the circuit. Another network: N units drawn from a Gaussian with these means and covariances."
    ]
  }

  /// One line for a terminal; empty without an output that does anything.
  package var sentence: String {
    let shares = quantities.indices.filter { index in
      index >= bands.rank && bands.bands.allSatisfy { $0.width[index].isFinite }
    }.map {
      "\(quantities[$0]) of the network lies in the \(percent(Self.level)) band of resampled units at "
        + "\(percent(bands.bands[0].coverage[$0])) of the steps (mean width \(percent(bands.bands[0].width[$0])) of its RMS), "
        + "in that of redrawn networks at \(percent(bands.bands[1].coverage[$0])) "
        + "(\(percent(bands.bands[1].width[$0])))"
    }
    return shares.isEmpty
      ? ""
      : shares.joined(separator: "; ")
        + "; \(counted(replicates, "replicate")) each, \(counted(trials.count, "trial"))."
  }

  private static func range(_ interval: Uncertainty.Interval) -> Document.Cell {
    .interval(interval.lower, interval.upper)
  }

  /// The bands on the trials on which the circuit does best, middling and worst.
  package func figure(_ run: SideBySide, time: TimeAxis = .steps) -> Figure {
    let (network, circuit) = (run.network.selecting(trials), run.circuit.selecting(trials))
    let order = circuit.trialsByError(against: network)
    let chosen = Set([0, order.count / 2, order.count - 1]).sorted().map { order[$0] }
    return .bands(
      bands, network: network, circuit: circuit,
      shown: chosen.map { ($0, "trial \(trials[$0] + 1)") }, time: time)
  }
}
