// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Closed starts of a fit, from what the activity says without any simulation.
///
/// 1. *Regression*: Y = (x_{t+1} - (1-α) x_t)/α is J φ(x_t) + I u_t exactly, in rate form a_t = J r_t + I u_t. Ridge
///    regression of rank R (Izenman 1975) gives m, n and I: exact for a network of rank R without noise.
/// 2. *Directions*: what the drives leave of x has m for principal directions, its projections are κ, and n is the ridge
///    regression of (κ_{t+1} - (1-α) κ_t)/α on φ(mκ + Iv): not so exact, and robust.
struct ActivityStarts {
  private let activity: Activity
  private let columns: [ActivityDrives.Column]
  private let drives: ActivityDrives
  /// Parameters that are not searched for: what is given.
  private let base: ActivityParameters
  private let rank: Int

  init(_ activity: Activity, rank: Int, columns: [ActivityDrives.Column], base: ActivityParameters) {
    self.activity = activity
    self.columns = columns
    self.base = base
    self.rank = rank
    drives = ActivityDrives(
      columns, under: activity.stimulus, alpha: activity.given.alpha, form: activity.given.form)
  }

  /// Ridges that are tried, in units of the largest square of the predictors.
  static let ridges = [1e-10, 1e-7, 1e-5, 1e-4, 1e-3, 1e-2]

  /// Starts of both kinds, for every ridge; one alone where it needs no company.
  ///
  /// - Parameter isExact: whether a start gives the activity to rounding.
  func all(isExact: (ActivityParameters) -> Bool) throws
    -> (regression: [ActivityParameters], directions: [ActivityParameters])
  {
    let rates = Self.filled(activity.rates, activity: activity, isRate: true)
    if let arguments = activity.arguments {
      let filled = Self.filled(arguments, activity: activity, isRate: false)
      let found = try regression(filled, rates, isExact: isExact)
      return (found, found.count == 1 ? [] : try directions(filled))
    }
    // Near the ends of φ's range an exact rate says exactly what x was, and a noisy one nothing: both are tried.
    let inverted = Self.margins.map {
      Self.filled(Self.inverted(activity, margin: $0), activity: activity, isRate: false)
    }
    var found: [ActivityParameters] = []
    for arguments in inverted.reversed() {
      let next = try regression(arguments, rates, isExact: isExact)
      if next.count == 1 { return (next, []) }
      found += next
    }
    return (found, try directions(inverted[0]))
  }

  /// Regressions once more, with a start's own arguments where φ⁻¹ says no more than that they lie beyond an end of φ's
  /// range; none where φ⁻¹ was not needed.
  func imputed(by start: ActivityParameters) throws -> [ActivityParameters] {
    guard activity.arguments == nil, activity.given.transfer != .linear else { return [] }
    let rates = Self.filled(activity.rates, activity: activity, isRate: true)
    let model = FilteredRegression.arguments(start, activity, columns: columns)
    guard model.allSatisfy(\.isFinite) else { return [] }
    let transfer = activity.given.transfer
    return try Self.margins.flatMap { margin in
      var inverted = Self.inverted(activity, margin: margin)
      let low = transfer.inverse(-1e300, margin: margin)
      let high = transfer.inverse(1e300, margin: margin)
      for i in inverted.indices where !inverted[i].isNaN {
        if inverted[i] >= high { inverted[i] = max(high, model[i]) }
        if inverted[i] <= low { inverted[i] = min(low, model[i]) }
      }
      return try regression(Self.filled(inverted, activity: activity, isRate: false), rates)
    }
  }

  private var units: Int { activity.units }
  private var steps: Int { activity.stimulus.steps }
  private var trials: Int { activity.stimulus.trials }
  private var inputs: Int { activity.stimulus.channels }

  // MARK: Regression

  private func regression(
    _ arguments: [Double], _ rates: [Double], isExact: (ActivityParameters) -> Bool = { _ in false }
  ) throws(LinearAlgebraError) -> [ActivityParameters] {
    let given = activity.given
    let alpha = given.alpha
    let isCurrent = given.form == .current
    // Current form: rows t -> t+1 within a trial. Rate form: a_t and the rate before it.
    let perTrial = steps - 1
    guard perTrial > 0 else { return [] }
    let hasConstant = columns.contains(.bias)
    let covariates = inputs + (hasConstant ? 1 : 0)
    let rows = trials * perTrial
    var predictors = Samples(rows: rows, width: units)
    var known = Samples(rows: rows, width: covariates)
    var response = Samples(rows: rows, width: units)
    for trial in 0..<trials {
      for t in 0..<perTrial {
        let row = trial * perTrial + t
        let now = (trial * steps + t) * units
        let next = now + units
        for i in 0..<units {
          predictors.values[row * units + i] = rates[now + i]
          let constant = isCurrent ? given.bias?[i] ?? 0 : 0
          response.values[row * units + i] =
            isCurrent
            ? (arguments[next + i] - constant - (1 - alpha) * (arguments[now + i] - constant)) / alpha
              - (given.current?[i] ?? 0)
            : arguments[next + i] - (hasConstant ? 0 : given.bias?[i] ?? 0)
          if isCurrent, hasConstant { response.values[row * units + i] += constant }
        }
        for k in 0..<inputs { known.values[row * covariates + k] = activity.stimulus[trial, t + 1, k] }
        if hasConstant { known.values[row * covariates + inputs] = 1 }
      }
    }
    // What the inputs explain is taken out first: they are not bound to rank R.
    var cleanPredictors = predictors
    var cleanResponse = response
    var inverse: RidgeRegression?
    if covariates > 0 {
      let onPredictors = try RidgeRegression(known, predictors)
      cleanPredictors = predictors - known.times(onPredictors.solution(ridge: 1e-12))
      let onResponse = try RidgeRegression(known, response)
      cleanResponse = response - known.times(onResponse.solution(ridge: 1e-12))
      inverse = onResponse
    }
    let ridge = try RidgeRegression(cleanPredictors, cleanResponse)
    let covariateOnPredictors = try covariates > 0 ? RidgeRegression(known, predictors) : nil
    var starts: [ActivityParameters] = []
    for strength in Self.ridges {
      // Ŷ = F B with FᵀF = diag(s): the R leading right singular vectors of diag(√s) B are m.
      let b = ridge.coefficients(ridge: strength)
      let scaled = Matrix(rows: b.rows, columns: b.columns) { b[$0, $1] * ridge.squares[$0].squareRoot() }
      let outer = scaled.product(scaled.transposed)
      let (values, vectors) = try outer.symmetricEigensystem()
      var p = base
      for r in 0..<min(rank, values.count) {
        let index = values.count - 1 - r
        guard values[index] > 0 else { continue }
        let left = Matrix(rows: b.rows, columns: 1, elements: Array(vectors.column(index)))
        let sigma = values[index].squareRoot()
        // v = (√s B)ᵀ u / σ, n = Q B v
        let v = scaled.transposed.product(left)
        let direction = ridge.directions.product(b.product(v))
        for i in 0..<units {
          p.m[r * units + i] = v.elements[i] / sigma
          p.n[r * units + i] = direction.elements[i] / sigma * Double(units)
        }
      }
      if covariates > 0, let inverse, let covariateOnPredictors {
        // I = (cᵀc)⁻¹cᵀ(Y - Φ J^T), with J of rank R.
        let onY = inverse.solution(ridge: 1e-12)
        let onP = covariateOnPredictors.solution(ridge: 1e-12)
        for (s, column) in columns.enumerated() {
          let row: Int
          switch column {
          case .input(let k): row = k
          case .bias: row = inputs
          default: continue
          }
          for i in 0..<units { p.loads[s * units + i] = onY[row, i] }
          for r in 0..<rank {
            var overlap = 0.0
            for j in 0..<units { overlap += onP[row, j] * p.n[r * units + j] }
            overlap /= Double(units)
            for i in 0..<units { p.loads[s * units + i] -= p.m[r * units + i] * overlap }
          }
        }
      }
      guard p.isFinite else { continue }
      // With the least ridge, activity of a network of this rank without noise is met at once.
      if starts.isEmpty, isExact(p) { return [p] }
      starts.append(p)
    }
    return starts
  }

  // MARK: Directions

  private func directions(_ arguments: [Double]) throws(LinearAlgebraError) -> [ActivityParameters] {
    let given = activity.given
    let (alpha, count) = (given.alpha, columns.count)
    let rows = trials * steps
    let states = Samples(rows: rows, width: units, values: arguments)
    var known = Samples(rows: rows, width: count)
    for trial in 0..<trials {
      for t in 0..<steps {
        for s in 0..<count {
          known.values[(trial * steps + t) * count + s] =
            drives.values[(trial * drives.states + t + drives.first) * count + s]
        }
      }
    }
    var loads = Matrix(rows: count, columns: units)
    var rest = states
    if count > 0 {
      loads = try RidgeRegression(known, states).solution(ridge: 1e-10)
      rest = states - known.times(loads)
    }
    let (_, vectors) = try rest.gram.symmetricEigensystem()
    var p = base
    let kept = min(rank, units)
    let m = Matrix(columns: (0..<kept).map { Array(vectors.column(units - 1 - $0)) }, rows: units)
    for r in 0..<kept { for i in 0..<units { p.m[r * units + i] = m[i, r] } }
    for s in 0..<count { for i in 0..<units { p.loads[s * units + i] = loads[s, i] } }
    // κ is 0 before the first update in current form, and is not known before the first rate in rate form.
    let kappa = rest.times(m)
    let model = kappa.times(m.transposed)
    let transfer = given.transfer
    let perTrial = steps - 1
    guard perTrial > 0 else { return [] }
    var predictors = Samples(rows: trials * perTrial, width: units)
    var response = Samples(rows: trials * perTrial, width: kept)
    let driven = count > 0 ? known.times(loads) : Samples(rows: rows, width: units)
    for trial in 0..<trials {
      for t in 0..<perTrial {
        let (row, now) = (trial * perTrial + t, trial * steps + t)
        for i in 0..<units {
          predictors.values[row * units + i] =
            transfer.value(model.values[now * units + i] + driven.values[now * units + i]) / Double(units)
        }
        for r in 0..<kept {
          response.values[row * kept + r] =
            (kappa.values[(now + 1) * kept + r] - (1 - alpha) * kappa.values[now * kept + r]) / alpha
        }
      }
    }
    let ridge = try RidgeRegression(predictors, response)
    return Self.ridges.compactMap { strength in
      let n = ridge.solution(ridge: strength)
      var start = p
      for r in 0..<kept { for i in 0..<units { start.n[r * units + i] = n[i, r] } }
      return start.isFinite ? start : nil
    }
  }

  // MARK: What is missing

  /// φ⁻¹ of the rates (rate form: of φ(a)); beyond φ's range, what lies just inside it.
  static func inverted(_ activity: Activity, margin: Double) -> [Double] {
    let transfer = activity.given.transfer
    return activity.targets.map { transfer.inverse($0, margin: margin) }
  }

  /// How far inside φ's range rates are taken to be at most.
  static let margins = [1e-3, 1e-12]

  /// Missing values bridged linearly in time within a trial, at its ends held; zero where a unit has none in a trial.
  static func filled(_ values: [Double], activity: Activity, isRate: Bool) -> [Double] {
    guard values.contains(where: \.isNaN) else { return values }
    var result = values
    let (units, steps) = (activity.units, activity.stimulus.steps)
    var means = [Double](repeating: 0, count: units)
    var counts = [Double](repeating: 0, count: units)
    for i in values.indices where !values[i].isNaN {
      means[i % units] += values[i]
      counts[i % units] += 1
    }
    for i in 0..<units where counts[i] > 0 { means[i] /= counts[i] }
    for trial in 0..<activity.stimulus.trials {
      for unit in 0..<units {
        func place(_ t: Int) -> Int { (trial * steps + t) * units + unit }
        var last: Int?
        for t in 0..<steps where !values[place(t)].isNaN {
          let from = last.map { values[place($0)] } ?? values[place(t)]
          let first = last ?? -1
          for gap in (first + 1)..<max(t, first + 1) {
            let share = last == nil ? 1 : Double(gap - first) / Double(t - first)
            result[place(gap)] = from + share * (values[place(t)] - from)
          }
          last = t
        }
        let held = last.map { values[place($0)] } ?? means[unit]
        for t in ((last ?? -1) + 1)..<steps { result[place(t)] = held }
      }
    }
    return result
  }
}
