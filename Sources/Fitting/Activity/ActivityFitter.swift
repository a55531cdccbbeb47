// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// How a network is fitted to activity.
public struct ActivityFitOptions: Sendable, Hashable, Codable {
  /// R.
  public var rank: Int
  /// What is free; gains and offsets are those of neurons outside φ's range.
  public var free: Set<ActivityParameters.Part> = [.m, .n, .inputs]
  /// Fixes batches and jittered starts, and with them every bit of the result.
  public var seed: UInt64 = 1
  /// Starts that are raced against one another: closed ones, and jittered copies of the best where these are too few.
  public var starts = 3
  /// Trials of an update.
  public var batch = 32
  /// Updates of a round; the step size falls from its largest to a hundredth in each.
  public var updates = 1000
  /// The most rounds.
  public var rounds = 6
  /// The largest step of Adam, in units of each vector's RMS.
  public var rate = 0.02
  /// Noise on m and n of the start, in units of their RMS: 0 for none, so that several fits begin at several places.
  public var perturbation = 0.0
  /// Whether the closed starts are made with less, as for one of many fits that are to be compared.
  public var isBrief = false
  /// Threads; `nil` for all cores. Changes no bit of the result.
  public var threads: Int?

  /// A fit of this rank.
  public init(rank: Int) { self.rank = rank }
}

/// A network of rank R fitted to activity: the best of two closed starts, then Adam on the exact gradient through time.
///
/// Rounds of updates, each with a step size that falls from η to η/100, follow one another as long as a round takes a
/// twentieth off the cost on trials that the gradient does not see.
public struct ActivityFit: Sendable {
  /// Where a fit may begin.
  public enum Start: String, Sendable, Hashable, Codable, CaseIterable {
    /// The reduced-rank regression of what moves the units on their rates.
    case regression
    /// Principal directions of what the drives leave unexplained.
    case directions
    /// The regression, with the fit's own arguments where φ⁻¹ says nothing.
    case imputed
    /// The regression behind φ with latents driven by the activity.
    case filtered
    /// Small random vectors.
    case random
    /// The best of the others with noise on it.
    case jittered
    /// The same where every fit is to begin elsewhere.
    case perturbed
  }

  /// The fitted numbers.
  public let parameters: ActivityParameters
  /// Drives of the loadings.
  let columns: [ActivityDrives.Column]
  /// What was given.
  public let given: Activity.Given
  /// R.
  public let rank: Int
  /// Updates made, in all rounds, those of the race among the starts left out.
  public let updates: Int
  /// Which start won.
  public let start: Start
  /// 1 - R² of the start, free-running on the trials of the fit.
  public let startCost: Double
  /// 1 - R² of the rates and squared relative error of z, on the trials of the fit.
  public let trainingCost: (rates: Double, outputs: Double)
  /// Neurons that have a gain and offset of their own, because they leave φ's range.
  public let scaled: [Int]

  /// Fits a network.
  ///
  /// - Parameters:
  ///   - journal: where the fit is kept while it is under way, and from where it goes on.
  ///   - piece: what its result is called there; `nil` where whoever asks keeps what it makes of the fit.
  ///   - progress: is given the share that is done, at most 1; from the caller's thread.
  ///   - isCancelled: asked between updates; the fit then ends with what it has.
  /// - Throws: `DistillationError` when the activity is of no use, or the journal is another fit's; `LinearAlgebraError`;
  ///   what writing the journal down throws.
  public init(
    to activity: Activity, options: ActivityFitOptions, journal: FitJournal? = nil, piece: String? = nil,
    progress: (Double) -> Void = { _ in }, isCancelled: () -> Bool = { false }
  ) throws {
    var search = try ActivitySearch(activity, options)
    var found: ActivitySearchState?
    func run() throws -> [Double]? {
      let state = try search.run(journal: journal, progress: progress, isCancelled: isCancelled)
      found = state
      return search.isCut ? nil : state.finished
    }
    let kept = try piece.map { try journal.result(of: $0, run) } ?? run()
    if found == nil, let kept { found = ActivitySearchState(finished: kept, like: search.base) }
    guard let found else { throw search.refusal }
    parameters = found.best.parameters
    columns = search.columns
    given = activity.given
    rank = options.rank
    updates = found.updates
    start = found.best.start
    startCost = found.best.cost
    let all = search.engine.evaluate(found.best.parameters, trials: search.allTrials, wantsGradient: false)
    trainingCost = (all.rates, all.outputs)
    scaled = search.scaled
  }

  /// The network, in the SVD gauge with signs fixed, so that two fits can be compared.
  ///
  /// - Parameter readoutBias: z₀ of what was fitted.
  public func network(readouts: Matrix? = nil, readoutBias: [Double] = []) throws -> Network {
    let units = parameters.gains.count
    func load(_ column: ActivityDrives.Column) -> [Double]? {
      columns.firstIndex(of: column).map { Array(parameters.loads[($0 * units)..<(($0 + 1) * units)]) }
    }
    let inputCount = columns.count { if case .input = $0 { true } else { false } }
    let network = try Network(
      m: Matrix(rows: units, columns: rank, elements: parameters.m),
      n: Matrix(rows: units, columns: rank, elements: parameters.n),
      inputs: Matrix(
        rows: units, columns: inputCount, elements: (0..<inputCount).flatMap { load(.input($0)) ?? [] }),
      readouts: readouts ?? given.readouts,
      bias: load(.bias).map {
        Network.Bias(values: $0, reachesReadout: given.biasReachesReadout)
      },
      current: load(.current), readoutBias: readoutBias, form: given.form, transfer: given.transfer)
    let start = given.form == .rate ? given.start : load(.start)
    return try network.inSVDGauge().starting(at: start)
  }
}

/// One fit on its way.
struct ActivitySearch {
  let activity: Activity
  let options: ActivityFitOptions
  let columns: [ActivityDrives.Column]
  let engine: ActivityEngine<Float>
  let base: ActivityParameters
  let scaled: [Int]
  let allTrials: [Int]
  /// Trials of the gradient, and others by which rounds are judged (the same where there are few).
  let fitted, judged: [Int]
  /// Whether the fit was called off before its end.
  private(set) var isCut = false

  init(_ activity: Activity, _ options: ActivityFitOptions) throws(DistillationError) {
    let (given, units) = (activity.given, activity.units)
    guard options.rank >= 1, options.rank <= min(units, ActivityShape.most) else {
      throw DistillationError(
        quantity: "rank", expected: "1 to \(min(units, ActivityShape.most))", found: "\(options.rank)")
    }
    var columns = (0..<activity.stimulus.channels).map { ActivityDrives.Column.input($0) }
    if given.bias != nil || options.free.contains(.bias) { columns.append(.bias) }
    if given.form == .current {
      if given.current != nil { columns.append(.current) }
      if given.start != nil || options.free.contains(.start) { columns.append(.start) }
    }
    guard columns.count <= ActivityShape.most else {
      throw DistillationError(
        quantity: "inputs", expected: "at most \(ActivityShape.most - 3)",
        found: "\(activity.stimulus.channels)")
    }
    var base = ActivityParameters(
      m: [Double](repeating: 0, count: units * options.rank),
      n: [Double](repeating: 0, count: units * options.rank),
      loads: [Double](repeating: 0, count: units * columns.count),
      gains: [Double](repeating: 1, count: units), offsets: [Double](repeating: 0, count: units))
    for (s, column) in columns.enumerated() {
      let values: [Double]? =
        switch column {
        case .input(let k): given.inputs.map { Array($0.column(k)) }
        case .bias: given.bias
        case .current: given.current
        case .start: given.start
        }
      if let values { base.loads.replaceSubrange((s * units)..<((s + 1) * units), with: values) }
    }
    let ranges = NeuronRanges(activity)
    base.gains = ranges.gains
    base.offsets = ranges.offsets
    scaled = ranges.scaled
    let trials = activity.stimulus.trials
    var stream = RandomStream(seed: options.seed, stream: 0xF17)
    let order = stream.sample(trials, below: trials)
    let held = trials >= 16 ? min(64, trials / 6) : 0
    judged = held > 0 ? order[..<held].sorted() : Array(0..<trials)
    fitted = order[held...].sorted()
    allTrials = Array(0..<trials)
    self.activity = activity
    self.options = options
    self.columns = columns
    self.base = base
    engine = ActivityEngine(activity, rank: options.rank, columns: columns, threads: options.threads)
    guard engine.rateSquare > 0 else {
      throw DistillationError(
        quantity: "activity", expected: "rates that vary", found: "every unit constant, or nothing known")
    }
  }

  /// Cost on trials, infinite where it is no number.
  func cost(_ p: ActivityParameters, _ trials: [Int]) -> Double {
    let value = engine.evaluate(p, trials: trials, wantsGradient: false).total(engine.outputWeight)
    return value.isFinite ? value : .infinity
  }

  /// Latents of RMS 1, so that one step size serves m and n.
  func balanced(_ p: ActivityParameters) -> ActivityParameters {
    let sample = Array(fitted.prefix(16))
    let latents = engine.run(p, trials: sample).latents
    var squares = [Double](repeating: 0, count: options.rank)
    for (i, value) in latents.enumerated() { squares[i % options.rank] += value * value }
    let rows = Double(latents.count / max(options.rank, 1))
    return p.rescaled(by: squares.map { ($0 / rows).squareRoot() })
  }

  /// What is said of a journal that holds another fit.
  var refusal: DistillationError {
    DistillationError(
      quantity: "resume", expected: "a fit of rank \(options.rank) to these \(activity.units) units",
      found: "one of other sizes")
  }

  mutating func run(journal: FitJournal?, progress: (Double) -> Void, isCancelled: () -> Bool) throws
    -> ActivitySearchState
  {
    var state: ActivitySearchState
    if let underway = journal?.underway, !underway.isEmpty {
      guard let kept = ActivitySearchState(underway, like: base) else { throw refusal }
      state = kept
    } else {
      state = try starting(progress: progress, isCancelled: isCancelled)
      // Starts that were called off are not those of a fit that nobody disturbs.
      isCut = isCancelled()
      if isCut { return state }
    }
    // The race: a short run of each, the best on the judging trials goes on.
    while state.raced < state.candidates.count {
      let (number, all) = (state.raced, Double(state.candidates.count))
      let candidate = state.candidates[number]
      let run = try descend(
        &state, from: candidate.parameters, updates: Self.updatesOfRace, rate: options.rate,
        stream: UInt64(1000 + number), journal: journal, isCancelled: isCancelled, progress: { _ in })
      guard let run else { return state }
      let reached = cost(run, judged)
      if reached < state.bestCost {
        state.best = candidate
        state.best.parameters = run
        state.bestCost = reached
      }
      state.raced += 1
      progress(0.02 + 0.08 * Double(number + 1) / all)
    }
    let share = 0.9 / Double(max(options.rounds, 1))
    while !state.isOver, state.rounds < options.rounds, state.bestCost > Self.exact {
      let round = state.rounds
      let from = 0.1 + share * Double(round)
      let run = try descend(
        &state, from: balanced(state.best.parameters), updates: options.updates, rate: state.rate,
        stream: UInt64(round), journal: journal, isCancelled: isCancelled,
        progress: { progress(from + share * $0) })
      guard let run else { return state }
      state.updates += options.updates
      state.rounds += 1
      let reached = cost(run, judged)
      let gain = 1 - reached / state.bestCost
      if reached < state.bestCost {
        state.best.parameters = run
        state.bestCost = reached
      }
      if gain < 0 { state.rate /= 4 } else if gain < 0.05 { state.isOver = true }
    }
    return state
  }

  /// Updates that a start has in the race.
  private static let updatesOfRace = 150

  /// The best of the starts, with those that are to be raced.
  private func starting(progress: (Double) -> Void, isCancelled: () -> Bool) throws
    -> ActivitySearchState
  {
    typealias Candidate = ActivitySearchState.Candidate
    let sample = Array(fitted.prefix(96))
    func rated(_ start: ActivityFit.Start, _ p: ActivityParameters) -> Candidate {
      Candidate(start: start, parameters: p, cost: cost(p, sample))
    }
    let chosen = activity.selecting(trials: sample).scaled(gains: base.gains, offsets: base.offsets)
    let starts = ActivityStarts(chosen, rank: options.rank, columns: columns, base: base)
    let closed = try starts.all { cost($0, sample) < Self.exact }
    progress(0.02)
    var candidates: [Candidate] = []
    for (name, starts) in [
      (ActivityFit.Start.regression, closed.regression), (.directions, closed.directions),
    ] {
      let all = starts.map { rated(name, balanced($0)) }
      if let best = all.min(by: { $0.cost < $1.cost }), best.cost.isFinite { candidates.append(best) }
    }
    for _ in 0..<Self.imputations {
      guard let best = candidates.min(by: { $0.cost < $1.cost }), best.cost > Self.exact else { break }
      let all = try starts.imputed(by: best.parameters).map { rated(.imputed, balanced($0)) }
      guard let next = all.min(by: { $0.cost < $1.cost }), next.cost < 0.9 * best.cost else { break }
      candidates.append(next)
    }
    candidates += try polished(candidates, chosen, sample, isCancelled)
    // A start that runs away is worth less than none: from small random vectors the gradient finds its way.
    if candidates.isEmpty || candidates.allSatisfy({ $0.cost > 1.5 }) {
      candidates.append(rated(.random, random(number: 0)))
    }
    candidates.sort { $0.cost < $1.cost }
    if options.perturbation > 0 {
      candidates = [
        rated(
          .perturbed, jittered(candidates[0].parameters, number: 77, size: options.perturbation))
      ]
    }
    for number in 0..<max(0, options.starts - candidates.count) {
      candidates.append(rated(.jittered, jittered(candidates[0].parameters, number: number, size: 0.2)))
    }
    candidates = Array(candidates.prefix(max(1, options.starts)))
    var state = ActivitySearchState(
      candidates[0], cost: cost(candidates[0].parameters, judged), rate: options.rate)
    if candidates.count > 1, state.bestCost > Self.exact { state.candidates = candidates }
    return state
  }

  /// The better closed start, moved to the least squares of the rates behind φ with a weak ridge on n and a stronger one.
  private func polished(
    _ candidates: [ActivitySearchState.Candidate], _ chosen: Activity, _ sample: [Int],
    _ isCancelled: () -> Bool
  ) throws -> [ActivitySearchState.Candidate] {
    guard options.free.isSuperset(of: [.m, .n]), let best = candidates.min(by: { $0.cost < $1.cost }),
      best.cost > Self.exact, best.cost.isFinite
    else { return [] }
    let regression = try FilteredRegression(
      chosen, rank: options.rank, columns: columns, isFree: { isFree($0) }, base: base,
      effort: options.isBrief ? .brief : .full,
      threads: options.threads)
    var result: [ActivitySearchState.Candidate] = []
    var start = best.parameters
    for ridge in [1e-12, 1e-5] where !isCancelled() {
      guard let p = regression.polished(start, ridge: ridge) else { continue }
      let found = balanced(p)
      let reached = cost(found, sample)
      if reached.isFinite {
        result.append(ActivitySearchState.Candidate(start: .filtered, parameters: found, cost: reached))
      }
      if reached < Self.exact { break }
      start = p
    }
    return result
  }

  /// Whether a drive's loadings are fitted.
  private func isFree(_ column: ActivityDrives.Column) -> Bool {
    switch column {
    case .input: options.free.contains(.inputs)
    case .bias: options.free.contains(.bias)
    case .start: options.free.contains(.start)
    case .current: false
    }
  }

  /// Costs below this are rounding in single precision.
  static let exact = 1e-7
  /// How often arguments beyond the ends of φ's range are replaced by the fit's own.
  private static let imputations = 4

  private func random(number: UInt64) -> ActivityParameters {
    var stream = RandomStream(seed: options.seed, stream: 0x5EED &+ number)
    var p = base
    for i in p.m.indices { p.m[i] = stream.normal() }
    for i in p.n.indices { p.n[i] = p.m[i] + stream.normal() }
    for (s, column) in columns.enumerated() {
      guard case .input = column, activity.given.inputs == nil else { continue }
      for i in 0..<activity.units { p.loads[s * activity.units + i] = 0.3 * stream.normal() }
    }
    return p
  }

  private func jittered(_ start: ActivityParameters, number: Int, size share: Double) -> ActivityParameters {
    var stream = RandomStream(seed: options.seed, stream: 0x717E &+ UInt64(number))
    var p = start
    for block in [\ActivityParameters.m, \ActivityParameters.n]
      as [WritableKeyPath<ActivityParameters, [Double]>]
    {
      let size = Self.rms(p[keyPath: block][...])
      for i in p[keyPath: block].indices { p[keyPath: block][i] += share * size * stream.normal() }
    }
    return p
  }

  static func rms(_ values: ArraySlice<Double>) -> Double {
    values.isEmpty ? 0 : (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
  }

  /// The step of every number, zero for what is not free: relative to the RMS of its vector.
  private func steps(_ p: ActivityParameters) -> ActivityParameters {
    let units = activity.units
    var steps = p.zeros
    func fill(_ block: WritableKeyPath<ActivityParameters, [Double]>, column: Int, size: Double) {
      for i in (column * units)..<((column + 1) * units) { steps[keyPath: block][i] = size }
    }
    let whole = 0..<options.rank
    for r in whole {
      let range = (r * units)..<((r + 1) * units)
      if options.free.contains(.m) { fill(\.m, column: r, size: max(Self.rms(p.m[range]), 1e-3)) }
      if options.free.contains(.n) { fill(\.n, column: r, size: max(Self.rms(p.n[range]), 1e-3)) }
    }
    for (s, column) in columns.enumerated() {
      guard isFree(column) else { continue }
      fill(\.loads, column: s, size: max(Self.rms(p.loads[(s * units)..<((s + 1) * units)]), 1e-2))
    }
    for unit in scaled {
      steps.gains[unit] = abs(p.gains[unit])
      steps.offsets[unit] = abs(p.gains[unit])
    }
    if options.free.contains(.gain) { for i in 0..<units { steps.gains[i] = abs(p.gains[i]) } }
    if options.free.contains(.offset) { for i in 0..<units { steps.offsets[i] = abs(p.gains[i]) } }
    return steps
  }

  /// Adam with a step that falls along half a cosine, from `start` or from where the state says that it stands; `nil` when
  /// it is called off, and the state then says where it stands.
  private mutating func descend(
    _ state: inout ActivitySearchState, from start: ActivityParameters, updates: Int, rate: Double,
    stream number: UInt64, journal: FitJournal?, isCancelled: () -> Bool, progress: (Double) -> Void
  ) throws -> ActivityParameters? {
    let steps = steps(start)
    var descent =
      state.descent
      ?? ActivitySearchState.Descent(parameters: start, first: start.zeros, second: start.zeros)
    state.descent = nil
    var (power1, power2) = (1.0, 1.0)
    for _ in 0..<descent.update {
      power1 *= Self.beta1
      power2 *= Self.beta2
    }
    let batch = min(options.batch, fitted.count)
    let first = descent.update
    for update in first..<max(first, updates) {
      if update % 16 == 0 || update == first {
        isCut = isCancelled()
        progress(Double(update) / Double(updates))
      }
      if let journal, isCut || update > first && update % journal.interval == 0 {
        descent.update = update
        state.descent = descent
        try journal.keep(state.numbers)
        state.descent = nil
      }
      if isCut { return nil }
      var trials = fitted
      if batch < fitted.count {
        var stream = RandomStream(seed: options.seed, stream: (number &+ 1) &* 1_000_003 &+ UInt64(update))
        trials = stream.sample(batch, below: fitted.count).map { fitted[$0] }
      }
      let cost = engine.evaluate(descent.parameters, trials: trials, wantsGradient: true)
      guard let gradient = cost.gradient, gradient.isFinite else { break }
      power1 *= Self.beta1
      power2 *= Self.beta2
      let share = Double(update) / Double(updates)
      let now = rate * (0.01 + 0.99 * (1 - share) * (1 - share)) / (1 - power1)
      for block in ActivityParameters.blocks {
        adam(
          &descent.parameters[keyPath: block], gradient[keyPath: block], steps[keyPath: block],
          &descent.first[keyPath: block], &descent.second[keyPath: block], rate: now,
          correction: 1 / (1 - power2))
      }
    }
    return descent.parameters.isFinite ? descent.parameters : start
  }

  private static let beta1 = 0.9
  private static let beta2 = 0.999

  private func adam(
    _ p: inout [Double], _ g: [Double], _ steps: [Double], _ mean: inout [Double], _ square: inout [Double],
    rate: Double, correction: Double
  ) {
    for i in p.indices where steps[i] > 0 {
      // In units of the step the numbers are all of size one; so are their gradients.
      let scaled = g[i] * steps[i]
      mean[i] = Self.beta1 * mean[i] + (1 - Self.beta1) * scaled
      square[i] = Self.beta2 * square[i] + (1 - Self.beta2) * scaled * scaled
      p[i] -= rate * steps[i] * mean[i] / ((square[i] * correction).squareRoot() + 1e-12)
    }
  }
}

/// Which neurons leave φ's range, and the gain and offset that bring them back.
struct NeuronRanges {
  var gains, offsets: [Double]
  var scaled: [Int] = []

  init(_ activity: Activity) {
    let units = activity.units
    gains = [Double](repeating: 1, count: units)
    offsets = [Double](repeating: 0, count: units)
    let (low, high): (Double, Double)
    switch activity.given.transfer {
    case .tanh, .erf: (low, high) = (-1, 1)
    case .logistic: (low, high) = (0, 1)
    case .relu, .softplus: (low, high) = (0, .infinity)
    case .linear: return
    }
    var least = [Double](repeating: .infinity, count: units)
    var most = [Double](repeating: -.infinity, count: units)
    for (i, value) in activity.rates.enumerated() where !value.isNaN {
      least[i % units] = min(least[i % units], value)
      most[i % units] = max(most[i % units], value)
    }
    // Measurement noise carries rates of saturated units a little across; that is no other unit of measurement.
    let outside = (0..<units).filter { least[$0] < low - 1e-9 || most[$0] > high + 1e-9 }
    let noise = Self.noise(of: outside, in: activity)
    for (place, i) in outside.enumerated() {
      let slack = 1e-9 + min(5 * noise[place], high.isFinite ? (high - low) / 2 : (most[i] - least[i]) / 4)
      guard least[i] < low - slack || most[i] > high + slack else { continue }
      scaled.append(i)
      if high.isFinite {
        // The range that was seen fills nine tenths of φ's.
        gains[i] = max((most[i] - least[i]) / (0.9 * (high - low)), 1e-12)
        offsets[i] = (most[i] + least[i]) / 2 - gains[i] * (high + low) / 2
      } else {
        offsets[i] = least[i]
      }
    }
  }
}

extension NeuronRanges {
  /// SD of a neuron's noise from step to step: the median of |r_{t+1} - 2 r_t + r_{t-1}|, which is .6745 √6 SDs of noise that
  /// is white, and little where rates are smooth.
  fileprivate static func noise(of chosen: [Int], in activity: Activity) -> [Double] {
    let (units, steps) = (activity.units, activity.stimulus.steps)
    return chosen.map { unit in
      var bends: [Double] = []
      for trial in 0..<activity.stimulus.trials {
        for t in 1..<max(1, steps - 1) {
          let place = (trial * steps + t) * units + unit
          let bend =
            activity.rates[place + units] - 2 * activity.rates[place] + activity.rates[place - units]
          if !bend.isNaN { bends.append(abs(bend)) }
        }
      }
      guard !bends.isEmpty else { return 0 }
      bends.sort()
      return bends[bends.count / 2] / (0.6745 * 6.0.squareRoot())
    }
  }
}

extension Activity {
  /// The rates in units of each neuron's gain, (r - o)/g.
  func scaled(gains: [Double], offsets: [Double]) -> Activity {
    guard gains.contains(where: { $0 != 1 }) || offsets.contains(where: { $0 != 0 }) else { return self }
    var rates = rates
    for i in rates.indices { rates[i] = (rates[i] - offsets[i % units]) / gains[i % units] }
    return Activity(
      stimulus: stimulus, units: units, rates: rates, arguments: arguments, outputs: outputs, given: given)
  }
}
