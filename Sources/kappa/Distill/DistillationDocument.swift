import LowRank
import Report
import Studies

/// The JSON of `kappa distill`: that of `compare`, with verdict, equations and error budget.
struct DistillationDocument: Encodable {
  struct Stage: Encodable {
    let name: String
    let costs: [Double]
    let outputs: [ComparisonErrors.Output]
  }

  struct Band: Encodable {
    let redraws: Int
    let trials: Int
    let lower: [Double]
    let median: [Double]
    let upper: [Double]
    let observed: [Double]
    let explains: [Bool]
  }

  /// A number of the circuit with both intervals.
  struct Number: Encodable {
    let population: Int
    let name: String
    let value: Double
    let bootstrap: [Double]
    let redraw: [Double]
  }

  /// How often a band holds the network's own course.
  struct Coverage: Encodable {
    let quantity: String
    let bootstrap: Double
    let bootstrapWidth: Double
    let redraw: Double
    let redrawWidth: Double
  }

  /// What single units are tuned to at one moment.
  struct Tuning: Encodable {
    /// One task variable: correlations over units of measured slopes with those predicted from loadings.
    struct Variable: Encodable {
      let name: String
      let correlation: Double
      let circuitCorrelation: Double?
      let rateChange: Double
      let populations: [Double]
    }

    let moment: String
    let variables: [Variable]
    let constant: [String]
    let dependent: [String]
  }

  struct Intervals: Encodable {
    let level: Double
    let replicates: Int
    let trials: Int
    let numbers: [Number]
    let coverage: [Coverage]
  }

  let comparison: ComparisonResult
  let verdict: [String]
  let equations: [String]
  let budget: [Stage]
  let samplingBand: Band?
  let intervals: Intervals?
  let tuning: [Tuning]
  let files: [String]

  init(_ distillation: DistillRun, files: [String]) {
    comparison = ComparisonResult(distillation.run)
    verdict = distillation.sentences
    intervals = distillation.intervals.map { found in
      let bands = found.bands.bands
      return Intervals(
        level: DistillationIntervals.level, replicates: found.replicates, trials: found.trials.count,
        numbers: found.numbers(distillation.run.document.circuit.statistics.layout).map {
          Number(
            population: $0.population + 1, name: $0.name, value: $0.value,
            bootstrap: [$0.bootstrap.lower, $0.bootstrap.upper], redraw: [$0.redraw.lower, $0.redraw.upper])
        },
        coverage: found.quantities.enumerated().map { index, name in
          Coverage(
            quantity: name, bootstrap: bands[0].coverage[index], bootstrapWidth: bands[0].width[index],
            redraw: bands[1].coverage[index], redrawWidth: bands[1].width[index])
        })
    }
    tuning = distillation.tuning.moments.map { moment in
      Tuning(
        moment: moment.moment,
        variables: moment.rows.map {
          Tuning.Variable(
            name: $0.name, correlation: $0.correlation, circuitCorrelation: $0.circuitCorrelation,
            rateChange: $0.size, populations: $0.sizes)
        }, constant: moment.constant, dependent: moment.dependent)
    }
    equations = EquationText(distillation.terms).lines
    budget = distillation.budget.stages.map {
      Stage(name: $0.name, costs: $0.costs, outputs: ComparisonErrors($0.comparison).outputs)
    }
    samplingBand = distillation.band.map { band in
      Band(
        redraws: band.redraws, trials: band.trials, lower: band.relative.map(\.lower),
        median: band.relative.map(\.median), upper: band.relative.map(\.upper), observed: band.observed,
        explains: band.observed.indices.map { band.explains(output: $0) })
    }
    self.files = files
  }
}
