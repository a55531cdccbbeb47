// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Studies

/// Prints how many dimensions a network's activity fills.
func printActivity(_ activity: InspectionResult.Activity, of network: Network) {
  let (activations, rates) = (activity.activations, activity.rates)
  Console.heading("Activity: how many dimensions it fills")
  Console.print("  \(activity.trials) trials of \(activity.steps) steps: \(activity.source)")
  if activations.points < activity.trials * activity.steps {
    Console.print(
      "  \(activations.points) of the \(activity.trials * activity.steps) states, drawn at random")
  }
  var table = Table(["share of the variance explained", "x", "φ(x)"])
  for (index, pair) in zip(activations.explained, rates.explained).enumerated() {
    table.add(["principal component \(index + 1)", percent(pair.0), percent(pair.1)])
  }
  let whose = network.standIn.map { " of the \($0)" } ?? ""
  table.add(["inside the span of [m I]\(whose)", percent(activations.insideSpan), percent(rates.insideSpan)])
  table.add(["inside the span of m\(whose)", percent(activations.insideM), percent(rates.insideM)])
  table.add([
    "participation ratio", text(activations.participationRatio, digits: 3),
    text(rates.participationRatio, digits: 3),
  ])
  table.print()
}
