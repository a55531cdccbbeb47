// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import Tasks

/// What single units are tuned to, in the network and as their loadings predict it.
public struct DistillationTuning: Sendable {
  /// One entry per moment of the trials.
  public let moments: [Tuning]
  /// Whether the populations are those that a fit began from.
  public let isFitted: Bool
  /// Why there is nothing, or which variables were left out.
  public let notes: [Remark]

  /// Looks at the end of every stimulus and at the last step of the response window.
  ///
  /// - Parameters:
  ///   - told: the circuit whose κ the prediction may be made from, after a simulation of it.
  ///   - labels: the population of every unit; `nil` for one, or none known.
  init(
    _ run: SideBySide, _ told: DistillationContexts, labels: [Int]?, isFitted: Bool
  ) {
    self.isFitted = isFitted
    let (task, definition) = (run.trialSet.task, run.trialSet.definition)
    let labelled = task.flatMap { $0.conditions.isEmpty ? nil : $0 }
    let variables =
      labelled.map { Self.variables($0, definition) }
      ?? Self.means(of: run.trials.stimulus, run.trialSet.inputNames)
    let trials = run.trials.stimulus.trials
    guard run.network.rank > 0 else {
      (moments, notes) = ([], [])
      return
    }
    // Slopes on few trials are those of their noise.
    guard trials >= 2 * (variables.count + 1) else {
      moments = []
      notes = [
        .note(
          .leftOut,
          "Tuning was not looked at: \(trials) trials are too few for \(counted(variables.count, "variable"))."
        )
      ]
      return
    }
    let groups = labels.map { Set($0).count > 1 ? $0 : [] } ?? []
    var (found, notes): ([Tuning], [Remark]) = ([], [])
    let isDense = run.imported.network.denseConnectivity != nil
    // Rates of the rate form are states of their own, and no function of κ and u at one moment.
    let hasOwnRates = isDense || run.imported.network.form == .rate
    let steps = Self.moments(run.trials, task)
    var rates: [Matrix] = []
    do {
      if hasOwnRates { rates = try Self.rates(steps.map(\.steps), run) }
    } catch {
      moments = []
      self.notes = [.note(.leftOut, "Tuning was left out: \(error.reason).")]
      return
    }
    // κ of the network itself, which with a dense J is not that of its manifold.
    let kappa = isDense ? run.network.kappa : run.manifold.kappa
    for (index, moment) in steps.enumerated() {
      do {
        found.append(
          try Tuning(
            at: moment.name, network: run.imported.network,
            states: Self.states(kappa, told, moment.steps, run), rates: hasOwnRates ? rates[index] : nil,
            circuitStates: Self.states(told.trajectory.kappa, told, moment.steps, run),
            variables: variables, labels: groups))
      } catch {
        notes.append(.note(.leftOut, "Tuning at the \(moment.name) was left out: \(error.reason)."))
      }
    }
    if let first = found.first {
      if !first.constant.isEmpty {
        notes.append(
          .note(.leftOut, "Left out, because they do not vary: \(first.constant.joined(separator: ", "))."))
      }
      if !first.dependent.isEmpty {
        notes.append(
          .note(
            .leftOut,
            "Left out, because the other variables determine them: \(first.dependent.joined(separator: ", "))."
          ))
      }
    }
    (moments, self.notes) = (found.filter { !$0.rows.isEmpty }, notes)
  }

  /// The task's own variables, as numbers that slopes make sense for.
  static func variables(_ task: TaskTrials, _ definition: Tasks.Task?) -> [Tuning.Variable] {
    var variables: [Tuning.Variable] = []
    for condition in task.conditions where condition.name != "delay" {
      if let labels = condition.labels {
        // Kinds of trials have no order: each has a variable of its own, but for the first.
        for (index, label) in labels.enumerated().dropFirst() {
          variables.append(
            Tuning.Variable(
              name: "\(condition.name) \(label)", values: condition.values.map { $0 == Double(index) ? 1 : 0 }
            ))
        }
      } else if definition?.kind == .multisensoryDecision, condition.name == "modality" {
        // Three kinds of trials have no order.
        variables.append(Tuning.Variable(name: "visual on", values: condition.values.map { $0 == 1 ? 0 : 1 }))
        variables.append(
          Tuning.Variable(name: "auditory on", values: condition.values.map { $0 == 0 ? 0 : 1 }))
      } else {
        variables.append(Tuning.Variable(name: condition.name, values: condition.values))
      }
    }
    // The target of the working-memory task is the difference of its frequencies already.
    if let kind = definition?.kind, kind != .parametricWorkingMemory {
      let window = task.trials.responses(
        of: Trajectory(
          trials: task.trials.stimulus.trials, steps: task.trials.stimulus.steps, rank: 0, outputCount: 1,
          kappa: [], outputs: task.trials.target), output: 0)
      variables.append(
        Tuning.Variable(
          name: kind == .delayedMatchToSample ? "match" : "right choice", values: window.map { $0 ?? 0 }))
    }
    return variables
  }

  /// For trials without conditions: what each input channel brought, on average.
  private static func means(of stimulus: Stimulus, _ names: [String]?) -> [Tuning.Variable] {
    (0..<stimulus.channels).map { channel in
      Tuning.Variable(
        name: "mean of \(names?[channel] ?? "u\(channel + 1)")",
        values: (0..<stimulus.trials).map { trial in
          (0..<stimulus.steps).reduce(0) { $0 + stimulus[trial, $1, channel] }
            / Double(max(stimulus.steps, 1))
        })
    }
  }

  /// Names and steps, one per trial, of the moments that are looked at.
  static func moments(_ trials: Trials, _ task: TaskTrials?) -> [(name: String, steps: [Int])] {
    let stimulus = trials.stimulus
    var moments: [(name: String, steps: [Int])] = []
    for name in task?.epochs.first?.filter(\.isStimulus).map(\.name) ?? [] {
      let ends = (task?.epochs ?? []).map { epochs in
        (epochs.first { $0.name == name }?.steps.upperBound ?? stimulus.steps) - 1
      }
      moments.append(("end of \(name)", ends.map { max(0, min($0, stimulus.steps - 1)) }))
    }
    let last = (0..<stimulus.trials).map { trial -> Int in
      guard !trials.mask.isEmpty else { return stimulus.steps - 1 }
      let width = trials.outputs
      return (0..<stimulus.steps).last { trials.mask[(trial * stimulus.steps + $0) * width] != 0 }
        ?? stimulus.steps - 1
    }
    moments.append(("response", last))
    return moments
  }

  /// Rates of all units of the network itself at each moment's step of every trial, (B, N) a moment.
  private static func rates(_ steps: [[Int]], _ run: SideBySide) throws(LinearAlgebraError) -> [Matrix] {
    let dynamics = try NetworkDynamics(run.imported.network)
    let (units, stimulus) = (run.imported.network.unitCount, run.trials.stimulus)
    var simulation = run.simulation
    simulation.keepsStates = true
    simulation.noise = nil
    var result = steps.map { _ in Matrix(rows: stimulus.trials, columns: units) }
    // Trial after trial: all their states at once would take as much memory as there are trials.
    for trial in 0..<stimulus.trials {
      let own = run.trials[trial..<(trial + 1)].stimulus
      let rates = dynamics.activationsAndRates(of: simulation.run(dynamics, under: own), under: own).rates
      for (moment, at) in steps.enumerated() {
        for unit in 0..<units { result[moment][trial, unit] = rates[at[trial] * units + unit] }
      }
    }
    return result
  }

  /// (κ, v) of every trial at its moment: κ from a run, v from the drives of a circuit under the same inputs. In rate form
  /// (κ, u) as rates know them, which forget with τ.
  private static func states(
    _ kappa: [Double], _ told: DistillationContexts, _ at: [Int], _ run: SideBySide
  ) -> [Double] {
    let (steps, rank, channels) = (run.network.steps, run.network.rank, run.trials.stimulus.channels)
    let width = told.circuit.statistics.layout.driveCount
    func state(_ place: Int) -> [Double] {
      let first = place * width + rank
      return Array(kappa[(place * rank)..<((place + 1) * rank)])
        + Array(told.drives[first..<(first + channels)])
    }
    guard run.imported.network.form == .rate else {
      return at.enumerated().flatMap { trial, step in state(trial * steps + step) }
    }
    let alpha = run.simulation.alpha
    return at.enumerated().flatMap { trial, step -> [Double] in
      (0...step).reduce(into: [Double](repeating: 0, count: rank + channels)) { filtered, earlier in
        for (i, value) in state(trial * steps + earlier).enumerated() {
          filtered[i] += alpha * (value - filtered[i])
        }
      }
    }
  }
}
