// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import LowRank
import Studies

extension GaussianAnswer {
  /// Marginals, Mardia's test, and networks drawn from the Gaussian.
  func blocks(_ number: String, _ task: CourseTask) -> [Document.Block] {
    let vectors = task.circuit.statistics.layout.vectors
    let width = vectors.count
    let units = task.network.unitCount
    var draws = Document.Table(
      caption: "Networks drawn from the Gaussian, on the same 250 trials",
      header: ["", "right decisions (median)", "least", "loss (median)"])
    draws.add([
      "the trained network", .percent(trained.accuracy), .missing, .number(trained.loss, digits: 3),
    ])
    let names = [
      "\(redrawn[0].networks) networks of \(units) units", "the same, sample moments equal to the fit",
      "\(redrawn[2].networks) networks of \(redrawn[2].units) units",
    ]
    for (name, row) in zip(names, redrawn) {
      draws.add([
        .text(name), .percent(row.medianAccuracy), .percent(row.leastAccuracy),
        .number(row.medianLoss, digits: 3),
      ])
    }
    return [
      .paragraph(
        "I and w are still the Gaussian numbers they were drawn as; m and n have been moved by training. "
          + "The test asks whether the cloud is Gaussian; the redrawn networks ask whether it matters."),
      .table(
        Document.Table(
          caption: "Marginals: excess kurtosis, 0 for a Gaussian, with the standard error of "
            + "\(units) Gaussian units",
          header: [""] + vectors.map(\.description),
          rows: [
            ["excess kurtosis"] + excessKurtosis.map { .number($0, digits: 2) },
            ["in standard errors"] + excessKurtosis.map { .number($0 / kurtosisError, digits: 2) },
          ])),
      .table(
        Document.Table(
          caption: "Mardia's test of all \(width) at once, against Gaussian clouds of the same N and D",
          header: ["", "value", "p"],
          rows: [
            ["skewness b₁", .number(mardiaSkewness, digits: 3), .number(mardiaSkewnessP, digits: 2)],
            [
              "kurtosis b₂ (\(width * (width + 2)) for a Gaussian)", .number(mardiaKurtosis, digits: 4),
              .number(mardiaKurtosisP, digits: 2),
            ],
          ])),
      .table(draws), .figure(marginals(number, task)),
    ] + scatter(number, task)
  }

  /// Loadings of the trained network and of one drawn from the Gaussian, one over the other.
  private func scatter(_ number: String, _ task: CourseTask) -> [Document.Block] {
    guard let resampled else { return [] }
    let layout = task.circuit.statistics.layout
    let vectors = layout.vectors
    let own = task.network.loadings
    let rank = task.network.rank
    let pairs = (0..<rank).flatMap { r in
      [(.m(r), .n(r)), (.input(0), .n(r)), (.m(r), .readout(0))]
        as [(ConnectivityVector, ConnectivityVector)]
    }
    func points(_ loadings: Matrix, _ a: Int, _ b: Int) -> [(x: Double, y: Double)] {
      zip(loadings.column(a), loadings.column(b)).map { ($0, $1) }
    }
    return [
      .figure(
        Figure.curves(
          name: "\(number)-scatter",
          caption:
            "Loadings of the trained network and, over them, of a network of as many units drawn from its Gaussian.",
          alternative: "Scatter plots of trained and redrawn loadings.",
          panels: pairs.enumerated().compactMap { place, pair in
            guard let a = vectors.firstIndex(of: pair.0), let b = vectors.firstIndex(of: pair.1) else {
              return nil
            }
            return CurvePanel(
              title: "", axes: (pair.0.description, pair.1.description),
              curves: [
                CurvePanel.Curve(
                  place == 0 ? "trained" : "", points(own, a, b), look: .points, colour: 0),
                CurvePanel.Curve(
                  place == 0 ? "drawn" : "", points(resampled, a, b), look: .points, colour: 3),
              ], hasKeyBelow: true)
          }))
    ]
  }

  /// Histograms of the standardised loadings with the normal density.
  private func marginals(_ number: String, _ task: CourseTask) -> Figure {
    let loadings = task.network.loadings
    let population = task.circuit.statistics.populations[0]
    let vectors = task.circuit.statistics.layout.vectors
    let bin = 0.5
    let density = stride(from: -4.0, through: 4.0, by: 0.1).map {
      (x: $0, y: exp(-$0 * $0 / 2) / (2 * Double.pi).squareRoot())
    }
    let panels = vectors.enumerated().map { column, vector -> CurvePanel in
      var counts = [Double](repeating: 0, count: 17)
      let deviation = max(population.covariance(vector, vector), .leastNormalMagnitude).squareRoot()
      for value in loadings.column(column) {
        let place = ((value - population.mean(vector)) / deviation / bin).rounded()
        counts[Int(min(max(place, -8), 8)) + 8] += 1 / (Double(task.network.unitCount) * bin)
      }
      return CurvePanel(
        title: vector.description, axes: ("SD from the mean", "density"),
        curves: [
          CurvePanel.Curve(
            "", counts.enumerated().map { (Double($0.offset - 8) * bin, $0.element) }, look: .bars, colour: 0),
          CurvePanel.Curve("", density),
        ])
    }
    return Figure.curves(
      name: "\(number)-marginals",
      caption:
        "Distribution of each vector's entries over the units, and the Gaussian of the same mean and variance.",
      alternative: "Histograms of \(vectors.map(\.description).joined(separator: ", ")).", panels: panels)
  }
}
