// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// How well fits of one rank predict what they have not seen: trials and neurons that were held out.
///
/// In each fold a share of the trials stays away from the fit, and is predicted from the inputs alone. In some folds a
/// second fit does without a fifth of the neurons as well: its latents are then all that is known of them, their loadings
/// are fitted to the latents on the fit's own trials (co-smoothing), and they are predicted on the trials that were held
/// out. The rank is chosen by the former: neurons that are missing also miss as parts of the network, so that the activity
/// of the others is that of no network of the same rank.
public struct HeldOutPrediction: Sendable, Hashable, Codable {
  /// R.
  public let rank: Int
  /// R² of all neurons on the trials held out, fold by fold.
  public let folds: [Double]
  /// R² of the neurons held out on the trials held out, fold by fold.
  public let neuronFolds: [Double]
  /// R² of as many principal components of the fit's trials as the network has dimensions, on the trials held out.
  public let principalComponents: Double

  /// The mean over folds.
  public var mean: Double { folds.reduce(0, +) / Double(max(folds.count, 1)) }
  /// The standard error of the mean over folds.
  public var standardError: Double { Self.error(folds) }
  /// The mean over folds of the neurons that were held out; `nil` where there were too few to hold any out.
  public var neurons: Double? {
    neuronFolds.isEmpty ? nil : neuronFolds.reduce(0, +) / Double(neuronFolds.count)
  }

  static func error(_ values: [Double]) -> Double {
    guard values.count > 1 else { return 0 }
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
    return (variance / Double(values.count)).squareRoot()
  }

  /// Fits and predicts.
  ///
  /// - Parameters:
  ///   - groups: trials that belong together, such as those of a condition, are held out together; `nil` where each stands
  ///     for itself.
  ///   - journal: where what is done is kept, under names that begin with the rank.
  public init(
    of activity: Activity, options: ActivityFitOptions, folds count: Int, groups: [Int]? = nil,
    journal: FitJournal? = nil, progress: (Double) -> Void = { _ in }, isCancelled: () -> Bool = { false }
  ) throws {
    rank = options.rank
    let deal = Deal(activity, folds: count, groups: groups, seed: options.seed)
    var (results, neuronResults, components) = ([Double](), [Double](), 0.0)
    for fold in 0..<deal.folds {
      if isCancelled() { break }
      let training = activity.selecting(trials: deal.kept(fold))
      let test = activity.selecting(trials: deal.held(fold))
      func share(_ from: Double, _ done: Double) {
        progress((Double(fold) + from + 0.7 * done) / Double(deal.folds))
      }
      let seen = try journal.result(of: "rank-\(rank)-fold-\(fold)") {
        let fit = try ActivityFit(
          to: training, options: options, journal: journal, progress: { share(0, $0) },
          isCancelled: isCancelled)
        if isCancelled() { return nil }
        let explained = ExplainedVariance(
          of: try fit.rates(under: test.stimulus, threads: options.threads), against: test.rates,
          units: activity.units)
        return explained.spread > 0 ? [explained.r2] : []
      }
      // What was called off is not made: nothing behind it may take its place.
      guard let seen else { break }
      results += seen
      let away = deal.away(fold)
      if fold < Self.neuronFolds, !away.isEmpty {
        let unseen = try journal.result(of: "rank-\(rank)-neurons-\(fold)") {
          let present = (0..<activity.units).filter { !away.contains($0) }
          var fewer = options
          fewer.rounds = 1
          fewer.starts = 1
          let others = training.selecting(units: present)
          let fit = try ActivityFit(
            to: others, options: fewer, journal: journal, progress: { share(0.7, 0.4 * $0) },
            isCancelled: isCancelled)
          if isCancelled() { return nil }
          let explained = try CoSmoothing(fit, training: training.selecting(units: away), present: others)
            .explained(test.selecting(units: away), present: test.selecting(units: present))
          return explained.spread > 0 ? [explained.r2] : []
        }
        guard let unseen else { break }
        neuronResults += unseen
      }
      let dimensions = rank + activity.stimulus.channels
      let described = try journal.result(of: "components-\(dimensions)-\(fold)") {
        [try Self.components(dimensions, of: training, on: test)]
      }
      components += (described?.first ?? 0) / Double(deal.folds)
    }
    folds = results
    neuronFolds = neuronResults
    principalComponents = components
  }

  /// Folds in which neurons are held out, too: each takes a fit of its own.
  private static let neuronFolds = 2

  /// R² on `test` of so many principal components of `training`.
  static func components(_ count: Int, of training: Activity, on test: Activity) throws -> Double {
    let units = training.units
    let rates = ActivityStarts.filled(training.rates, activity: training, isRate: true)
    var means = [Double](repeating: 0, count: units)
    let rows = rates.count / units
    for i in rates.indices { means[i % units] += rates[i] / Double(rows) }
    func centred(_ values: [Double]) -> Samples {
      var samples = Samples(rows: values.count / units, width: units, values: values)
      for i in samples.values.indices { samples.values[i] -= means[i % units] }
      return samples
    }
    let (_, vectors) = try centred(rates).gram.symmetricEigensystem()
    let kept = Matrix(
      columns: (0..<min(count, units)).map { Array(vectors.column(units - 1 - $0)) }, rows: units)
    let other = centred(ActivityStarts.filled(test.rates, activity: test, isRate: true))
    var predicted = other.times(kept).times(kept.transposed).values
    for i in predicted.indices { predicted[i] += means[i % units] }
    return ExplainedVariance(of: predicted, against: test.rates, units: units).r2
  }
}

/// Who is held out in which fold.
private struct Deal {
  let folds: Int
  private let foldOf: [Int]
  private let neurons: [Int]

  init(_ activity: Activity, folds count: Int, groups: [Int]?, seed: UInt64) {
    let labels = groups ?? Array(0..<activity.stimulus.trials)
    let names = Array(Set(labels)).sorted()
    let folds = max(2, min(count, names.count))
    var stream = RandomStream(seed: seed, stream: 0xF01D)
    let shuffled = stream.sample(names.count, below: names.count).map { names[$0] }
    let byName = Dictionary(uniqueKeysWithValues: shuffled.enumerated().map { ($1, $0 % folds) })
    self.folds = folds
    foldOf = labels.map { byName[$0] ?? 0 }
    neurons = stream.sample(activity.units, below: activity.units)
  }

  func held(_ fold: Int) -> [Int] { foldOf.indices.filter { foldOf[$0] == fold } }

  func kept(_ fold: Int) -> [Int] { foldOf.indices.filter { foldOf[$0] != fold } }

  /// Latents need neurons: a fifth is held out, and none where there are few.
  func away(_ fold: Int) -> [Int] {
    neurons.count < 10 ? [] : neurons.indices.filter { $0 % 5 == fold % 5 }.map { neurons[$0] }.sorted()
  }
}

/// Loadings of neurons that a fit has not seen, fitted to its latents.
struct CoSmoothing {
  private let fit: ActivityFit
  /// Of every neuron (R + S): m and the loadings of the drives.
  private let loadings: [[Double]]
  private let ranges: NeuronRanges
  private let transfer: TransferFunction

  /// - Parameters:
  ///   - training: rates of the neurons on the fit's trials.
  ///   - present: those of the fit's own neurons on the same trials.
  init(_ fit: ActivityFit, training: Activity, present: Activity) throws {
    self.fit = fit
    transfer = fit.given.transfer
    let ranges = NeuronRanges(training)
    self.ranges = ranges
    let features = Self.features(fit, present)
    let targets = training.targets
    let units = training.units
    let every = max(1, features.rows / 4000)
    let transfer = fit.given.transfer
    loadings = try (0..<units).map { unit in
      try Self.loading(
        features, rates: { row in (targets[row * units + unit] - ranges.offsets[unit]) / ranges.gains[unit] },
        transfer: transfer, every: every)
    }
  }

  /// How much of the neurons' rates on other trials the fit's latents explain there.
  func explained(_ test: Activity, present: Activity) -> ExplainedVariance {
    let features = Self.features(fit, present)
    let targets = test.targets
    let units = test.units
    var predicted = [Double](repeating: 0, count: targets.count)
    for row in 0..<features.rows {
      for unit in 0..<units {
        var a = 0.0
        for (j, loading) in loadings[unit].enumerated() {
          a += loading * features.values[row * features.width + j]
        }
        predicted[row * units + unit] = ranges.gains[unit] * transfer.value(a) + ranges.offsets[unit]
      }
    }
    return ExplainedVariance(of: predicted, against: targets, units: units)
  }

  /// (κ, drives) of every trial and known state, row-major.
  private static func features(_ fit: ActivityFit, _ present: Activity) -> Samples {
    let engine = ActivityEngine<Float>(present, rank: fit.rank, columns: fit.columns, threads: 1)
    let trials = present.stimulus.trials
    let (states, first, known) = (engine.shape.states, engine.shape.first, engine.shape.known)
    let latents = engine.run(fit.parameters, trials: Array(0..<trials)).latents
    let drives = engine.drives.values
    let (rank, count) = (fit.rank, fit.columns.count)
    var result = Samples(rows: trials * known, width: rank + count)
    for trial in 0..<trials {
      for t in 0..<known {
        let (row, state) = ((trial * known + t) * (rank + count), trial * states + t + first)
        for r in 0..<rank { result.values[row + r] = latents[state * rank + r] }
        for s in 0..<count { result.values[row + rank + s] = drives[state * count + s] }
      }
    }
    return result
  }

  /// Least squares of r on φ(y·q) by Levenberg and Marquardt, from the regression of φ⁻¹(r).
  private static func loading(
    _ features: Samples, rates: (Int) -> Double, transfer: TransferFunction, every: Int
  ) throws -> [Double] {
    let width = features.width
    let rows = stride(from: 0, to: features.rows, by: every).filter { !rates($0).isNaN }
    var y = [Double](repeating: 0, count: width)
    guard rows.count > width else { return y }
    func normal(_ weight: (Int) -> (slope: Double, error: Double)) -> (Matrix, [Double], Double) {
      var (h, g, cost) = (Matrix(rows: width, columns: width), [Double](repeating: 0, count: width), 0.0)
      for row in rows {
        let (slope, error) = weight(row)
        cost += error * error
        for i in 0..<width {
          let q = slope * features.values[row * width + i]
          g[i] += q * error
          for j in 0...i { h.elements[j * width + i] += q * slope * features.values[row * width + j] }
        }
      }
      for i in 0..<width { for j in 0..<i { h.elements[i * width + j] = h.elements[j * width + i] } }
      return (h, g, cost)
    }
    func solve(_ h: Matrix, _ g: [Double], damping: Double) -> [Double]? {
      var damped = h
      let largest = (0..<width).map { h[$0, $0] }.max() ?? 0
      for i in 0..<width { damped[i, i] += damping * h[i, i] + 1e-9 * largest + 1e-300 }
      return try? damped.solvePositiveDefinite(g)
    }
    let (h, g, _) = normal { (1, transfer.inverse(rates($0))) }
    y = solve(h, g, damping: 0) ?? y
    func argument(_ row: Int, _ y: [Double]) -> Double {
      (0..<width).reduce(0) { $0 + y[$1] * features.values[row * width + $1] }
    }
    func at(_ y: [Double]) -> (Matrix, [Double], Double) {
      normal { row in
        let a = argument(row, y)
        return (transfer.derivative(a), rates(row) - transfer.value(a))
      }
    }
    var now = at(y)
    var damping = 1e-3
    for _ in 0..<15 {
      guard let step = solve(now.0, now.1, damping: damping) else { break }
      let moved = zip(y, step).map { $0 + $1 }
      let next = at(moved)
      if next.2 < now.2 {
        let gain = 1 - next.2 / now.2
        (y, now) = (moved, next)
        damping /= 5
        if gain < 1e-6 { break }
      } else {
        damping *= 8
        if damping > 1e6 { break }
      }
    }
    return y
  }
}
