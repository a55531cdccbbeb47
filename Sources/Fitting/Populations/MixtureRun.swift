// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// One start of a mixture and the iterations of expectation–maximisation made from it.
struct MixtureRun: Sendable {
  /// Weight and density of each component.
  private(set) var forms: [QuadraticForm] = []
  /// Sums that `forms` was made from.
  private(set) var sums: [MomentSums]
  /// Log-likelihood of all rows under the forms before the last update.
  private(set) var logLikelihood = -Double.infinity
  private(set) var iterations = 0
  private(set) var converged = false
  /// A covariance that could not be factored ended the run.
  private(set) var failed = false
  /// Variance added to every column within a component.
  private(set) var floor: Double

  /// Begins with components that the rows belong to with given weights, (N, P) row by row.
  init(_ table: MixtureTable, weights: [Double], components: Int, floor: Double) {
    self.floor = floor
    sums = table.sums(weights, components: components)
    maximise(table)
  }

  /// Rows of the smallest component.
  var smallest: Double { sums.map(\.total).min() ?? 0 }

  /// Iterates until the mean log-likelihood per row changes by less than `tolerance`, or so many times.
  mutating func iterate(_ table: MixtureTable, atMost limit: Int, tolerance: Double) {
    for _ in 0..<limit where !converged && !failed {
      let (value, sums) = table.sweep(forms)
      guard value.isFinite else {
        failed = true
        return
      }
      converged = abs(value - logLikelihood) < tolerance * Double(table.count)
      logLikelihood = value
      self.sums = sums
      iterations += 1
      maximise(table)
    }
  }

  /// Whether a component is so thin in some direction that the floor is a part of its variance: a column's variance
  /// within it, given the others, is no more than thirty floors.
  func isThin(_ table: MixtureTable) -> Bool {
    forms.contains { form in
      (0..<table.width).contains { 1 / form.precision($0, width: table.width) < 30 * floor }
    }
  }

  /// The same run, to be iterated on with another floor.
  func continued(floor: Double, _ table: MixtureTable) -> MixtureRun {
    var run = self
    (run.floor, run.converged, run.logLikelihood) = (floor, false, -.infinity)
    run.maximise(table)
    return run
  }

  /// Means, covariances and weights from the sums.
  private mutating func maximise(_ table: MixtureTable) {
    var next: [QuadraticForm] = []
    for component in sums {
      var (mean, covariance) = component.moments
      for j in 0..<table.width { covariance[j * table.width + j] += floor }
      let share = max(component.total / Double(table.count), .leastNormalMagnitude)
      guard let form = QuadraticForm(mean: mean, covariance: covariance, offset: logarithm(share)) else {
        failed = true
        return
      }
      next.append(form)
    }
    forms = next
  }

  /// Responsibilities (N, P) row by row, and the log-likelihood of the forms as they are.
  func expect(_ table: MixtureTable) -> (responsibilities: [Double], logLikelihood: Double) {
    var weights = [Double](repeating: 0, count: table.count * forms.count)
    let count = forms.count
    let value = table.sweep(forms) { row, component, share in weights[row * count + component] = share }
    return (weights, value.logLikelihood)
  }
}
