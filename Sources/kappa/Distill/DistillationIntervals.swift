import Analysis
import LowRank
import Report
import Studies

/// How certain the circuit's numbers and courses are: the bootstrap over units and networks redrawn from the mixture.
struct DistillationIntervals {
  /// What both kinds of resampling do to means and covariances: bootstrap, then redraws.
  let moments: [Uncertainty]
  /// What they do to κ and z.
  let bands: TrajectoryBands
  /// The report's trials on which κ and z were followed.
  let trials: [Int]
  let replicates: Int

  /// The probability inside all intervals.
  static let level = 0.9
  /// Numbers that are held for the bands: half a gigabyte of them, with what sorting takes.
  private static let largest = 30_000_000
  /// On how many trials κ and z are followed.
  static let trialLimit = 20

  /// Resamples.
  ///
  /// - Parameter labels: the populations of the units; `nil` for one.
  init(_ run: SideBySide, labels: [Int]?, replicates: Int, seed: UInt64) throws {
    let count = run.trials.stimulus.trials
    // All replicates are in memory at once: fewer trials where they are long.
    let numbers = replicates * run.trials.stimulus.steps * (run.circuit.rank + run.circuit.outputCount)
    guard numbers <= Self.largest else {
      throw Failure(
        .usage,
        "--replicates: expected at most \(replicates * Self.largest / numbers) for trials of "
          + "\(counted(run.trials.stimulus.steps, "step")), found \(replicates)")
    }
    let kept = min(count, Self.trialLimit, max(1, Self.largest / max(1, numbers)))
    trials = (0..<kept).map { $0 * count / kept }
    self.replicates = replicates
    let progress = CountProgress("resampling units", total: 4 * replicates)
    defer { progress.finish() }
    let advance: @Sendable () -> Void = { progress.advance() }
    moments = try [Uncertainty.Source.bootstrap, .redraw].map {
      try Uncertainty.moments(
        of: run.imported.network, source: $0, labels: labels, replicates: replicates, seed: seed,
        progress: advance)
    }
    bands = try TrajectoryBands(
      of: run.imported.network, labels: labels, stimulus: run.trials.selecting(trials).stimulus,
      own: run.network.selecting(trials), alpha: run.imported.alpha, replicates: replicates,
      level: Self.level,
      seed: seed, progress: advance)
  }

  /// A number of the circuit with both intervals.
  struct Number {
    let population: Int
    let name: String
    let value: Double
    let bootstrap: Uncertainty.Interval
    let redraw: Uncertainty.Interval
  }

  /// The means and covariances that the equations are made of: those of the drives (m, I, b), and of n and w with them.
  func numbers(_ layout: LoadingLayout) -> [Number] {
    let vectors = layout.vectors
    let per = vectors.count + vectors.count * (vectors.count + 1) / 2
    let found = moments.map { $0.intervals(level: Self.level) }
    func number(_ population: Int, _ name: String, _ place: Int) -> Number {
      let index = population * per + place
      return Number(
        population: population, name: name, value: moments[0].values[index], bootstrap: found[0][index],
        redraw: found[1][index])
    }
    return (0..<(moments[0].values.count / per)).flatMap { population -> [Number] in
      let covariances = (layout.weightCount..<vectors.count).flatMap { i in
        (0...i).map { j in
          number(
            population, "σ(\(vectors[j]), \(vectors[i]))", vectors.count + i * (i + 1) / 2 + j)
        }
      }
      return covariances.filter { $0.value != 0 }
        + vectors.indices.map { number(population, "mean of \(vectors[$0])", $0) }.filter { $0.value != 0 }
    }
  }

  /// Names of κ and z in the order of the bands' coverage.
  var quantities: [String] {
    (0..<bands.rank).map { "κ\($0 + 1)" } + (0..<bands.outputCount).map { "z\($0 + 1)" }
  }
}

extension DistillationIntervals {
  /// Covariances and means with both intervals, one table a population.
  func momentTables(_ statistics: ConnectivityStatistics) -> [ReportPage.Table] {
    let all = numbers(statistics.layout)
    let level = percent(Self.level)
    let counts = moments.map(\.replicates.count)
    return statistics.populations.indices.map { population -> ReportPage.Table in
      let name = statistics.populations.count == 1 ? "All units" : "Population \(population + 1)"
      let rows = all.filter { $0.population == population }.map { number -> [String] in
        [number.name, text(number.value, digits: 3), Self.range(number.bootstrap), Self.range(number.redraw)]
      }
      return ReportPage.Table(
        caption: "\(name): \(level) intervals from \(counts[0]) bootstraps and \(counts[1]) redraws",
        header: ["", "value", "bootstrap over units", "redrawn networks"], rows: rows)
    }
  }

  /// How often the bands hold the network's own course.
  var coverageTable: ReportPage.Table {
    ReportPage.Table(
      caption:
        "Share of steps at which the network's own value lies in the \(percent(Self.level)) band, and the band's mean "
        + "width over the value's RMS (\(trials.count) trials)",
      header: ["", "this network", "bootstrap over units", "width", "redrawn networks", "width"],
      rows: quantities.enumerated().map { index, name in
        [name, "exact, no band"]
          + bands.bands.flatMap { [percent($0.coverage[index]), percent($0.width[index])] }
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
  var sentence: String {
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

  private static func range(_ interval: Uncertainty.Interval) -> String {
    "\(text(interval.lower, digits: 3)) … \(text(interval.upper, digits: 3))"
  }

  /// The bands on the trials on which the circuit does best, middling and worst.
  func figure(_ run: SideBySide) -> Figure {
    let (network, circuit) = (run.network.selecting(trials), run.circuit.selecting(trials))
    let order = circuit.trialsByError(against: network)
    let chosen = Set([0, order.count / 2, order.count - 1]).sorted().map { order[$0] }
    return .bands(
      bands, network: network, circuit: circuit,
      shown: chosen.map { ($0, "trial \(trials[$0] + 1)") })
  }
}
