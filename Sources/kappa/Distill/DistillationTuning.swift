import Analysis
import LowRank
import Report
import Studies
import Tasks

/// What single units are tuned to, in the network and as their loadings predict it.
struct DistillationTuning {
  let moments: [Tuning]
  /// Whether the populations are those that a fit began from.
  let isFitted: Bool
  /// Why there is nothing, or which variables were left out.
  let notes: [String]

  /// Looks at the end of every stimulus and at the last step of the response window.
  ///
  /// - Parameters:
  ///   - told: the circuit whose κ the prediction may be made from, after a simulation of it.
  ///   - labels: the population of every unit; `nil` for one, or none known.
  init(
    _ run: SideBySide, _ told: DistillationContexts, labels: [Int]?, isFitted: Bool, task: TaskTrials?,
    definition: Tasks.Task?
  ) {
    self.isFitted = isFitted
    let variables = task.map { Self.variables($0, definition) } ?? Self.means(of: run.trials.stimulus)
    let trials = run.trials.stimulus.trials
    guard run.network.rank > 0, let states = told.trajectory.states else {
      (moments, notes) = ([], [])
      return
    }
    // Slopes on few trials are those of their noise.
    guard trials >= 2 * (variables.count + 1) else {
      moments = []
      notes = [
        "Tuning was not looked at: \(trials) trials are too few for \(counted(variables.count, "variable"))."
      ]
      return
    }
    let groups = labels.map { Set($0).count > 1 ? $0 : [] } ?? []
    var (found, notes): ([Tuning], [String]) = ([], [])
    for moment in Self.moments(run.trials, task) {
      do {
        found.append(
          try Tuning(
            at: moment.name, network: run.imported.network,
            states: Self.states(run.manifold.kappa, states, moment.steps, run),
            circuitStates: Self.states(told.trajectory.kappa, states, moment.steps, run),
            variables: variables, labels: groups))
      } catch {
        notes.append("Tuning at the \(moment.name) was left out: \(error.reason).")
      }
    }
    if let first = found.first {
      if !first.constant.isEmpty {
        notes.append("Left out, because they do not vary: \(first.constant.joined(separator: ", ")).")
      }
      if !first.dependent.isEmpty {
        notes.append(
          "Left out, because the other variables determine them: \(first.dependent.joined(separator: ", ")).")
      }
    }
    (moments, self.notes) = (found.filter { !$0.rows.isEmpty }, notes)
  }

  /// The task's own variables, as numbers that slopes make sense for.
  private static func variables(_ task: TaskTrials, _ definition: Tasks.Task?) -> [Tuning.Variable] {
    var variables: [Tuning.Variable] = []
    for condition in task.conditions where condition.name != "delay" {
      if condition.name == "modality" {
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
  private static func means(of stimulus: Stimulus) -> [Tuning.Variable] {
    (0..<stimulus.channels).map { channel in
      Tuning.Variable(
        name: "mean of u\(channel + 1)",
        values: (0..<stimulus.trials).map { trial in
          (0..<stimulus.steps).reduce(0) { $0 + stimulus[trial, $1, channel] }
            / Double(max(stimulus.steps, 1))
        })
    }
  }

  /// Names and steps, one per trial, of the moments that are looked at.
  private static func moments(_ trials: Trials, _ task: TaskTrials?) -> [(name: String, steps: [Int])] {
    let stimulus = trials.stimulus
    var moments: [(name: String, steps: [Int])] = []
    for name in task?.epochs.first?.map(\.name).filter({ $0.hasPrefix("stimulus") }) ?? [] {
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

  /// (κ, v) of every trial at its moment: κ from one run, v from the states (κ, v) of another under the same inputs.
  private static func states(
    _ kappa: [Double], _ other: [Double], _ at: [Int], _ run: SideBySide
  ) -> [Double] {
    let (steps, rank) = (run.network.steps, run.network.rank)
    let free = rank + run.trials.stimulus.channels
    return at.enumerated().flatMap { trial, step -> [Double] in
      let place = trial * steps + step
      return Array(kappa[(place * rank)..<((place + 1) * rank)])
        + Array(other[(place * free + rank)..<((place + 1) * free)])
    }
  }
}

extension DistillationTuning {
  private var populations: Int { moments.first?.rows.first?.sizes.count ?? 0 }

  /// Cells of the header after the first, and rows: one per moment and variable.
  var cells: (header: [String], rows: [[String]]) {
    let header =
      ["r, network's κ", "r, circuit's κ", "change"]
      + (0..<populations).map { "population \($0 + 1)" }
    let rows = moments.flatMap { moment in
      moment.rows.map { row in
        [
          "\(moment.moment): \(row.name)",
          moment.isFollowed(row) ? Self.correlation(row.correlation) : "–",
          moment.isFollowed(row) ? row.circuitCorrelation.map(Self.correlation) ?? "–" : "–",
          text(row.size, digits: 2),
        ] + row.sizes.map { text($0, digits: 2) }
      }
    }
    return (header, rows)
  }

  /// Three decimals: between -1 and 1, more would only look exact.
  private static func correlation(_ value: Double) -> String {
    text((value * 1000).rounded() / 1000, digits: 3)
  }

  /// The table of the page.
  var table: ReportPage.Table {
    ReportPage.Table(
      caption:
        "Correlation r of measured with predicted slopes, and RMS change of the rate per SD of the variable"
        + (populations > 0 ? ": all units, each population" : ""),
      header: [""] + cells.header, rows: cells.rows)
  }

  /// What it is, and which population carries what.
  var paragraphs: [String] {
    if moments.isEmpty { return notes }
    var all = [
      "The slope of a unit's rate with respect to a task variable, the other variables held. It is predicted from how far "
        + "the unit's loadings on m and I let the variable move it, given the slopes of κ and v, and from what φ makes of "
        + "that: with the network's own κ, which tests the loadings alone, and with the circuit's. Where rates hardly "
        + "follow a variable, a dash stands."
    ]
    if !carriers.isEmpty { all.append(carriers) }
    if isFitted && populations > 0 {
      all.append("Populations of units are the clusters that the fit began from.")
    }
    return all + notes
  }

  /// The population that carries each variable, where one does more than any other.
  var carriers: String {
    guard populations > 1 else { return "" }
    return moments.compactMap { moment -> String? in
      let rows = moment.rows.filter(moment.isFollowed)
      func names(_ carrier: Int?) -> [String] { rows.filter { $0.carrier() == carrier }.map(\.name) }
      var parts = (0..<populations).compactMap { p -> String? in
        let own = names(p)
        return own.isEmpty ? nil : "\(listed(own)) most in population \(p + 1)"
      }
      let shared = names(nil)
      if !shared.isEmpty { parts.append("\(listed(shared)) in more than one about as much") }
      return parts.isEmpty
        ? nil : "At the \(moment.moment), rates follow " + parts.joined(separator: "; ") + "."
    }.joined(separator: " ")
  }
}

/// `a`, `a and b`, `a, b and c`.
private func listed(_ names: [String]) -> String {
  guard let last = names.last, names.count > 1 else { return names.first ?? "" }
  return names.dropLast().joined(separator: ", ") + " and " + last
}
