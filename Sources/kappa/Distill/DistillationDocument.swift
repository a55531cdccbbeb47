import LowRank
import Report

/// The JSON of `kappa distill`: that of `compare`, with verdict, equations and error budget.
struct DistillationDocument: Encodable {
  struct Stage: Encodable {
    let name: String
    let costs: [Double]
    let outputs: [ComparisonDocument.Output]
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

  let comparison: ComparisonDocument
  let verdict: [String]
  let equations: [String]
  let budget: [Stage]
  let samplingBand: Band?
  let files: [String]

  init(_ distillation: DistillRun, files: [String]) {
    comparison = ComparisonDocument(distillation.run, source: distillation.source)
    verdict = distillation.verdict.sentences + distillation.contexts.sentences
    equations = EquationText(distillation.terms).lines
    budget = distillation.budget.stages.map {
      Stage(name: $0.name, costs: $0.costs, outputs: ComparisonDocument.Errors($0.comparison).outputs)
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
