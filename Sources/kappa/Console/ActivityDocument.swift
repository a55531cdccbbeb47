import Analysis
import NetworkFiles
import Report

/// How many dimensions a network's activity fills, for JSON and for people.
struct ActivityDocument: Encodable {
  struct Dimensions: Encodable {
    /// Shares of the variance that the leading principal components explain.
    let explained: [Double]
    let participationRatio: Double
    /// Shares of the variance in the span of [m I], and in that of m alone.
    let insideSpan, insideM: Double
    /// Σ over units of the variance over trials and steps.
    let variance: Double
    let points: Int

    init(_ dimensions: ActivityDimensions, shown: Int) {
      explained = Array(dimensions.components.shares.prefix(shown))
      participationRatio = dimensions.components.participationRatio
      insideSpan = dimensions.insideSpan
      insideM = dimensions.insideM
      variance = dimensions.components.totalVariance
      points = dimensions.components.pointCount
    }
  }

  let source: String
  let trials, steps: Int
  /// Of x.
  let activations: Dimensions
  /// Of φ(x).
  let rates: Dimensions

  func print() {
    Console.heading("Activity: how many dimensions it fills")
    Console.print("  \(trials) trials of \(steps) steps: \(source)")
    if activations.points < trials * steps {
      Console.print("  \(activations.points) of the \(trials * steps) states, drawn at random")
    }
    var table = Table(["share of the variance explained", "x", "φ(x)"])
    for (index, pair) in zip(activations.explained, rates.explained).enumerated() {
      table.add(["principal component \(index + 1)", percent(pair.0), percent(pair.1)])
    }
    table.add(["inside the span of [m I]", percent(activations.insideSpan), percent(rates.insideSpan)])
    table.add(["inside the span of m", percent(activations.insideM), percent(rates.insideM)])
    table.add([
      "participation ratio", text(activations.participationRatio, digits: 3),
      text(rates.participationRatio, digits: 3),
    ])
    table.print()
  }
}

/// The JSON of `kappa inspect`.
struct InspectionDocument: Encodable {
  let summary: NetworkSummary
  let activity: ActivityDocument?

  private enum Key: CodingKey { case activity }

  func encode(to encoder: any Encoder) throws {
    try summary.encode(to: encoder)
    guard let activity else { return }
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(activity, forKey: .activity)
  }
}
