// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LibC
import LowRank
import Report
import Studies

/// "Fit a Gaussian to the loadings, compare it with their distribution, and draw networks from it."
extension CourseTask {
  func gaussianSection(_ number: String) throws -> CourseSection {
    let statistics = circuit.statistics
    let width = statistics.layout.count
    var section = CourseSection(
      "\(number)-gaussian", "\(number). \(title): is one \(width)-D Gaussian enough?")
    let normality = try Normality(network.loadings, seed: seed)
    let vectors = statistics.layout.vectors
    section.tables = [
      ReportPage.Table(
        caption: "Marginals: excess kurtosis, 0 for a Gaussian, with the standard error of "
          + "\(network.unitCount) Gaussian units",
        header: [""] + vectors.map(\.description),
        rows: [
          ["excess kurtosis"] + normality.excessKurtosis.map { text($0, digits: 2) },
          ["in standard errors"]
            + normality.excessKurtosis.map { text($0 / normality.kurtosisError, digits: 2) },
        ]),
      ReportPage.Table(
        caption: "Mardia's test of all \(width) at once, against Gaussian clouds of the same N and D",
        header: ["", "value", "p"],
        rows: [
          ["skewness b₁", text(normality.skewness, digits: 3), text(normality.skewnessPValue, digits: 2)],
          [
            "kurtosis b₂ (\(width * (width + 2)) for a Gaussian)", text(normality.kurtosis, digits: 4),
            text(normality.kurtosisPValue, digits: 2),
          ],
        ]),
    ]
    let redraws = 40
    var rows: [[String]] = []
    var values: [CourseValue] = []
    func draw(_ label: String, units: Int, _ rule: ConnectivityStatistics.MomentRule, count: Int) throws
      -> Double
    {
      var accuracies: [Double] = []
      var losses: [Double] = []
      for k in 0..<count {
        var stream = RandomStream(seed: seed, purpose: .redraws, stream: UInt64(k))
        let other = try statistics.redraw(
          units: units, moments: rule, transfer: network.transfer, stream: &stream)
        guard let result = performance(of: try ManifoldDynamics(other), trials: 250) else { continue }
        accuracies.append(result.accuracy ?? 0)
        losses.append(result.loss)
      }
      let sorted = accuracies.sorted()
      let median = sorted.isEmpty ? .nan : sorted[sorted.count / 2]
      let loss = losses.sorted()
      rows.append([
        label, percent(median), percent(sorted.first ?? .nan),
        text(loss.isEmpty ? .nan : loss[loss.count / 2], digits: 3),
      ])
      values.append(
        .object([
          "units": .integer(units), "moments": .text(rule.rawValue), "networks": .integer(count),
          "medianAccuracy": .number(median), "leastAccuracy": .number(sorted.first ?? .nan),
          "medianLoss": .number(loss.isEmpty ? .nan : loss[loss.count / 2]),
        ]))
      return median
    }
    let same = try draw(
      "\(redraws) networks of \(network.unitCount) units", units: network.unitCount, .sampled, count: redraws)
    _ = try draw(
      "the same, sample moments equal to the fit", units: network.unitCount, .matched, count: redraws)
    _ = try draw(
      "10 networks of \(8 * network.unitCount) units", units: 8 * network.unitCount, .sampled, count: 10)
    rows.insert(
      [
        "the trained network", percent(performance(of: try ManifoldDynamics(network), trials: 250)?.accuracy),
        "–",
        text(performance(of: try ManifoldDynamics(network), trials: 250)?.loss ?? .nan, digits: 3),
      ], at: 0)
    section.tables.append(
      ReportPage.Table(
        caption: "Networks drawn from the Gaussian, on the same 250 trials",
        header: ["", "right decisions (median)", "least", "loss (median)"], rows: rows))
    let rejected = normality.skewnessPValue < 0.05 || normality.kurtosisPValue < 0.05
    section.answer =
      "Mardia's test \(rejected ? "rejects" : "does not reject") a Gaussian (p = "
      + "\(text(normality.skewnessPValue, digits: 2)) and \(text(normality.kurtosisPValue, digits: 2))); networks "
      + "drawn from it are right in \(percent(same)) of the trials (median)"
    section.paragraphs = [
      "I and w are still the Gaussian numbers they were drawn as; m and n have been moved by training. "
        + "The test asks whether the cloud is Gaussian; the redrawn networks ask whether it matters."
    ]
    section.figures = [marginalsFigure(number)]
    section.values = [
      "excessKurtosis": .numbers(normality.excessKurtosis), "kurtosisError": .number(normality.kurtosisError),
      "mardiaSkewness": .number(normality.skewness), "mardiaSkewnessP": .number(normality.skewnessPValue),
      "mardiaKurtosis": .number(normality.kurtosis), "mardiaKurtosisP": .number(normality.kurtosisPValue),
      "redrawn": .list(values),
    ]
    return section
  }

  /// Histograms of the standardised loadings with the normal density.
  private func marginalsFigure(_ number: String) -> Figure {
    let loadings = network.loadings
    let population = circuit.statistics.populations[0]
    let bin = 0.5
    let density = stride(from: -4.0, through: 4.0, by: 0.1).map {
      (x: $0, y: exp(-$0 * $0 / 2) / (2 * Double.pi).squareRoot())
    }
    let panels = circuit.statistics.layout.vectors.enumerated().map { column, vector -> CurvePanel in
      var counts = [Double](repeating: 0, count: 17)
      let deviation = max(population.covariance(vector, vector), .leastNormalMagnitude).squareRoot()
      for value in loadings.column(column) {
        let place = ((value - population.mean(vector)) / deviation / bin).rounded()
        counts[Int(min(max(place, -8), 8)) + 8] += 1 / (Double(network.unitCount) * bin)
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
      alternative:
        "Histograms of \(circuit.statistics.layout.vectors.map(\.description).joined(separator: ", ")).",
      panels: panels)
  }
}
