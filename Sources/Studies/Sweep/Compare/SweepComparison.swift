// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import FixedPoints
import LowRank
import NetworkFiles
import Tasks

/// "What kinds of solution did a sweep find, and what goes with doing the task well?"
///
///     let found = try SweepComparison(folder: "runs").run()
///     print(found.groups[0].kinds, found.groups[0].correlations)
///
/// The networks of a sweep that were trained on the same task and have the same rank are compared with one another: the
/// distances between their κ-flows on common states, kinds of solution, where they rest, their overlaps and what of all
/// this goes with the loss.
public struct SweepComparison: Codable, Sendable {
  /// RUNS.
  public var folder: String
  /// Trials that all networks run, without noise on their inputs.
  public var trialCount: Int
  /// Whether to look for structure, too: ePAIRS of loadings and of selectivity, and redraws from one Gaussian.
  public var structure: Bool
  /// Networks that are redrawn from each network's Gaussian.
  public var redraws: Int
  /// Simulated clouds behind each effect size of ePAIRS.
  public var simulations: Int
  /// Seed of trials, redraws and clouds.
  public var seed: UInt64

  /// The most networks that are compared with one another: distances are a matter of pairs.
  public static let most = 500
  /// The probability with which all intervals of a group hold their values.
  public static let level = 0.95
  /// Under how many constant inputs fixed points are looked for.
  static let mostInputs = 3

  /// A comparison of the networks of a folder.
  public init(
    folder: String, trialCount: Int = 100, structure: Bool = false, redraws: Int = 10, simulations: Int = 200,
    seed: UInt64 = 1
  ) {
    self.folder = folder
    self.trialCount = trialCount
    self.structure = structure
    self.redraws = redraws
    self.simulations = simulations
    self.seed = seed
  }

  /// Refuses what makes no sense.
  public func validate() throws(StudyError) {
    for (field, value, range) in [
      ("trialCount", trialCount, 1...10_000), ("redraws", redraws, 1...1000),
      ("simulations", simulations, 10...10_000),
    ] where !range.contains(value) {
      throw StudyError(
        .usage, field, "expected \(range.lowerBound) to \(range.upperBound), found \(value).")
    }
  }

  /// A network of the sweep.
  private struct Member {
    let row: Int
    let place: Int
    let network: Network
    let alpha: Double
  }

  /// What networks must have in common to be compared.
  private struct Class: Hashable {
    let task: Tasks.Task
    let rank: Int
    let isDense: Bool
  }

  /// Compares.
  ///
  /// - Throws: a `StudyError` when the folder is no sweep's, or has no trained networks.
  public func run(observer: some Observer = SilentObserver()) throws(StudyError) -> SweepComparisonResult {
    try validate()
    let collected = try SweepCollect(folder: folder).run(observer: observer)
    let place = SweepFolder(folder)
    // Rows of fits and merges have networks, too, but no record of what they were trained on.
    guard try SweepTasks(of: place).command == "train",
      let files = collected.table.column("networkFile"), let numbers = collected.table.numbers("row")
    else {
      throw StudyError(
        .badData, folder,
        "expected rows with trained networks, found none that is finished: sweeps of `kappa train` have them")
    }
    var order: [Class] = []
    var members: [Class: [Member]] = [:]
    var leftOut = 0
    for (index, file) in files.enumerated() {
      guard case .text(let name)? = file else { continue }
      if order.reduce(0, { $0 + (members[$1]?.count ?? 0) }) >= Self.most {
        leftOut += 1
        continue
      }
      try observer.check()
      let path = place.file(name)
      let task = try StudyError.converting { try TrainingFile(reading: path).task }
      let imported = try Subject(networkFile: path).imported()
      // The rank beside a whole J is that of a truncation, which no two networks have to share.
      let isDense = imported.network.denseConnectivity != nil
      let key = Class(
        task: task.noiseless, rank: isDense ? 0 : imported.network.rank, isDense: isDense)
      if members[key] == nil { order.append(key) }
      members[key, default: []].append(
        Member(row: Int(numbers[index] ?? 0), place: index, network: imported.network, alpha: imported.alpha))
    }
    if leftOut > 0 {
      observer.remark(
        .note(.leftOut, "\(leftOut) networks after the first \(Self.most) were left out of the comparison."))
    }
    let meter = Meter("comparing networks", total: max(1, order.count), observer)
    defer { meter.finish() }
    let groups = try order.map { key throws(StudyError) in
      let group = try group(key, members[key] ?? [], collected, observer)
      meter.advance()
      return group
    }
    return SweepComparisonResult(folder: place.path, groups: groups, level: Self.level)
  }

  private func group(
    _ key: Class, _ members: [Member], _ collected: SweepCollect.Result, _ observer: some Observer
  ) throws(StudyError) -> SweepComparisonResult.Group {
    let drawn = key.task.labelledTrials(count: trialCount, seed: seed)
    let preset = key.task.kind == nil ? "" : " (\(key.task.options.preset.rawValue))"
    let name = key.task.name + preset
    return try StudyError.converting(about: folder) {
      var flow: CommonFlow?
      if !key.isDense, members.count > 1, let alpha = members.first?.alpha {
        flow = try CommonFlow(of: members.map(\.network), under: drawn.trials.stimulus, alpha: alpha)
      }
      let networks = flow?.networks ?? members.map(\.network)
      let inputs = key.isDense ? [] : Self.heldInputs(drawn.trials.stimulus)
      var found: [SweepComparisonResult.Member] = []
      for (member, network) in zip(members, networks) {
        try observer.check()
        var measures = try NetworkMeasures.activity(
          of: member.network, under: drawn.trials.stimulus, alpha: member.alpha)
        measures +=
          key.isDense
          ? try NetworkMeasures.denseWeights(of: member.network)
          : try NetworkMeasures.overlaps(of: network)
        if structure, !key.isDense {
          measures += try structureMeasures(member, drawn)
        }
        func column(_ name: String) -> Double? { collected.table.numbers(name)?[member.place] }
        found.append(
          SweepComparisonResult.Member(
            row: member.row, loss: column("loss"), accuracy: column("accuracy"), measures: measures,
            geometry: try NetworkMeasures.geometry(
              of: member.network, on: drawn.trials, alpha: member.alpha),
            topology: try inputs.map { try Self.topology(network, alpha: member.alpha, under: $0) }))
      }
      let kinds = try flow.map { try Kinds($0.distances, seed: seed) }
      return SweepComparisonResult.Group(
        task: name, rank: key.rank, isDense: key.isDense, members: found, inputs: inputs,
        distances: flow?.distances, misfits: flow?.misfits ?? [], kinds: kinds,
        axes: axes(members, collected), flow: flow)
    }
  }

  /// The numeric options that differ between rows, besides the seed.
  private func axes(_ members: [Member], _ collected: SweepCollect.Result) -> [NamedValues] {
    collected.keys.compactMap { key in
      guard key != "seed", let column = collected.table.numbers(key) else { return nil }
      let values = members.map { column[$0.place] ?? .nan }
      return Set(values.filter(\.isFinite)).count > 1 ? NamedValues(key, values) : nil
    }
  }

  /// The inputs that the trials hold longest, zero among them.
  static func heldInputs(_ stimulus: Stimulus) -> [[Double]] {
    var counts: [[Double]: Int] = [[Double](repeating: 0, count: stimulus.channels): Int.max / 2]
    for trial in 0..<stimulus.trials {
      for step in 0..<stimulus.steps {
        counts[(0..<stimulus.channels).map { stimulus[trial, step, $0] }, default: 0] += 1
      }
    }
    // Equally long ones in the order of their values, so that every run takes the same.
    let order = counts.sorted {
      $0.value != $1.value ? $0.value > $1.value : $0.key.lexicographicallyPrecedes($1.key)
    }
    return order.prefix(mostInputs).map(\.key)
  }

  /// How many fixed points of which stability, in words: networks that say the same have the same portrait.
  static func topology(_ network: Network, alpha: Double, under input: [Double]) throws(LinearAlgebraError)
    -> String
  {
    var search = FixedPointSearch()
    search.alpha = alpha
    let set = try search.fixedPoints(of: ManifoldDynamics(network), input: input)
    let steps = Motion.steps(alpha: alpha)
    var words: [String] = []
    let stable = set.points.count(where: steps.isStable)
    let marginal = set.points.count { steps.stability(of: $0) == .marginal }
    if stable > 0 { words.append("\(stable) stable") }
    if marginal > 0 { words.append("\(marginal) marginal") }
    for directions in 1...max(network.rank, 1) {
      let count = set.points.count {
        steps.stability(of: $0) == .unstable && max(steps.unstableDirections(of: $0), 1) == directions
      }
      if count > 0 { words.append("\(count) unstable in \(directions)") }
    }
    for kind in [ContinuousAttractor.Kind.ring, .line, .plane] {
      let count = set.continua.count { $0.kind == kind }
      if count > 0 { words.append(counted(count, kind.rawValue)) }
    }
    return words.isEmpty ? "none" : words.joined(separator: ", ")
  }

  /// ePAIRS of loadings and selectivity, and what networks of the same one Gaussian do.
  private func structureMeasures(_ member: Member, _ drawn: TaskTrials) throws -> [NamedValue] {
    let (network, alpha) = (member.network, member.alpha)
    var measures: [NamedValue] = []
    let loadings = try PairAlignment(network.directionLoadings().rows, simulations: simulations, seed: seed)
    measures.append(NamedValue("ePAIRS of loadings", loadings.effectSize))
    measures.append(NamedValue("p of ePAIRS of loadings", loadings.pValue))
    if let slopes = try NetworkMeasures.selectivity(of: network, alpha: alpha, under: drawn),
      slopes.columns > 0
    {
      let selectivity = try PairAlignment(slopes, simulations: simulations, seed: seed)
      measures.append(NamedValue("ePAIRS of selectivity", selectivity.effectSize))
    }
    let statistics = try ConnectivityStatistics(of: network)
    var (accuracies, losses): ([Double], [Double]) = ([], [])
    for draw in 0..<redraws {
      var stream = RandomStream(seed: seed, stream: UInt64(draw))
      let other = try statistics.redraw(units: network.unitCount, settings: network.settings, stream: &stream)
      let run = Simulation(alpha: alpha).run(try ManifoldDynamics(other), under: drawn.trials.stimulus)
      let performances = (0..<network.outputCount).compactMap {
        Performance(of: run, trials: drawn.trials, output: $0)
      }
      if let least = performances.compactMap(\.accuracy).min() { accuracies.append(least) }
      if let worst = performances.map(\.loss).max() { losses.append(worst) }
    }
    if !accuracies.isEmpty {
      measures.append(NamedValue("accuracy of redraws", accuracies.sorted().quantile(0.5)))
    }
    if !losses.isEmpty { measures.append(NamedValue("loss of redraws", losses.sorted().quantile(0.5))) }
    return measures
  }
}
