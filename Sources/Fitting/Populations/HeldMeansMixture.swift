// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import LowRank

/// The mixture behind the stability index of Dubreuil, Valente et al. (2022): variational, with a Dirichlet prior over the
/// weights and means that a prior of precision 10⁵ holds at the data's mean, so that populations differ in covariance
/// alone.
///
/// Updates as in Bishop (2006, section 10.2), with the priors of the program the authors call (scikit-learn's
/// `BayesianGaussianMixture`, weight prior "dirichlet_distribution"): α₀ = 1/P, β₀ = 10⁵, m₀ the mean, ν₀ = D, W₀⁻¹ the
/// rows' covariance; soft random starts, the best by the bound. They run 50 starts to the end; here 50 run for a few
/// iterations and the best to the end.
struct HeldMeansMixture: Sendable {
  /// The most probable component of every row.
  let labels: [Int]
  /// The variational lower bound on the log evidence, up to a constant.
  let bound: Double

  /// Fits the standardised, independent columns of a table.
  init(_ standardised: Matrix, components: Int, starts: Int = 50, seed: UInt64) throws(LinearAlgebraError) {
    let table = MixtureTable(standardised)
    var runs = (0..<starts).compactMap { index -> VariationalRun? in
      var stream = RandomStream(seed: seed, stream: UInt64(index))
      var weights = (0..<(table.count * components)).map { _ in stream.uniform() }
      for base in stride(from: 0, to: weights.count, by: components) {
        let sum = (0..<components).reduce(0) { $0 + weights[base + $1] }
        for p in 0..<components { weights[base + p] /= max(sum, .leastNormalMagnitude) }
      }
      var run = VariationalRun(table, weights: weights, components: components)
      run?.iterate(table, atMost: 12)
      return run
    }
    runs = Array(runs.sorted { $0.bound > $1.bound }.prefix(5))
    for index in runs.indices { runs[index].iterate(table, atMost: 100) }
    guard let best = runs.max(by: { $0.bound < $1.bound }), best.bound.isFinite else {
      throw LinearAlgebraError(
        operation: "mixture of \(components) components with held means",
        reason: "no start led to covariances that can be inverted")
    }
    labels = mostProbable(best.responsibilities(table), components: components)
    bound = best.bound
  }
}

/// The iterates. Names as in Bishop: α of the weights; β and m of the means; ν and W of the precisions.
private struct VariationalRun: Sendable {
  private var forms: [QuadraticForm] = []
  private(set) var bound = -Double.infinity
  private var converged = false

  init?(_ table: MixtureTable, weights: [Double], components: Int) {
    guard update(table, table.sums(weights, components: components), entropy: 0) != nil else { return nil }
  }

  mutating func iterate(_ table: MixtureTable, atMost limit: Int) {
    for _ in 0..<limit where !converged {
      let (logSum, sums) = table.sweep(forms)
      // -Σ r log r = Σ log Σ_p exp(form_p) - Σ r form_p, and a form's sum over rows is linear in the rows' sums.
      let entropy = zip(forms, sums).reduce(logSum) { entropy, pair in
        entropy - zip(pair.0.coefficients, pair.1.values).reduce(0) { $0 + $1.0 * $1.1 }
      }
      guard let value = update(table, sums, entropy: entropy) else {
        converged = true
        return
      }
      converged = abs(value - bound) < 1e-3
      bound = value
    }
  }

  func responsibilities(_ table: MixtureTable) -> [Double] {
    var weights = [Double](repeating: 0, count: table.count * forms.count)
    let count = forms.count
    _ = table.sweep(forms) { row, component, share in weights[row * count + component] = share }
    return weights
  }

  /// New forms, and the bound; `nil` when a covariance cannot be inverted.
  private mutating func update(_ table: MixtureTable, _ sums: [MomentSums], entropy: Double) -> Double? {
    let (width, size) = (table.width, Double(table.width))
    let heldness = 1e5
    // Columns are standardised: their covariance with 1/(N - 1), as numpy's, is N/(N - 1) times the correlation.
    let prior = correlation(sums, width, Double(table.count))
    let alphas = sums.map { 1 / Double(sums.count) + $0.total }
    let alpha = alphas.reduce(0, +)
    var next: [QuadraticForm] = []
    var value = entropy - lgamma(alpha) + alphas.reduce(0) { $0 + lgamma($1) }
    for (component, own) in zip(sums, alphas) {
      let total = component.total + 10 * Double.ulpOfOne
      let (mean, covariance) = component.moments
      let beta = heldness + total
      let nu = size + total
      var scale = [Double](repeating: 0, count: width * width)
      for i in 0..<width {
        for j in 0..<width {
          scale[i * width + j] =
            (prior[i * width + j] + total * (covariance[i * width + j] + (i == j ? 1e-6 : 0))
              + total * heldness / beta * mean[i] * mean[j]) / nu
        }
      }
      var digammas = 0.0
      var gammas = 0.0
      for i in 0..<width {
        digammas += digamma((nu - Double(i)) / 2)
        gammas += lgamma((nu - Double(i)) / 2)
      }
      let offset =
        digamma(own) - digamma(alpha) - 0.5 * size * log(nu)
        + 0.5 * (size * log(2) + digammas - size / beta)
      guard
        let form = QuadraticForm(
          mean: mean.map { total * $0 / beta }, covariance: scale, offset: offset)
      else { return nil }
      value +=
        nu * (-form.logRoot - 0.5 * size * log(nu)) + 0.5 * nu * size * log(2) + gammas
        - 0.5 * size * log(beta)
      next.append(form)
    }
    forms = next
    return value
  }

  /// The rows' covariance with 1/(N - 1), from the sums over all components.
  private func correlation(_ sums: [MomentSums], _ width: Int, _ count: Double) -> [Double] {
    let whole = (0..<(sums.first?.values.count ?? 0)).map { f in sums.reduce(0) { $0 + $1.values[f] } }
    let moments = MomentSums(width: width, values: whole).moments
    return moments.covariance.map { $0 * count / max(count - 1, 1) }
  }
}
