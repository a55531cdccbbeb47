// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import LowRank
import Tasks

/// A constant input of which a phase portrait is drawn: what an epoch of the task presents on average.
public struct TaskPanel: Sendable, Hashable {
  /// The epochs that present it, e.g. `stimulus`.
  public let title: String
  /// v, K values.
  public let input: [Double]
  /// The steps from the first to the last at which trials present it under that name; `nil` where that is not known.
  public let steps: Range<Int>?

  /// |v|.
  package var strength: Double { Self.size(input) }

  /// A panel of a name and an input.
  public init(title: String, input: [Double], steps: Range<Int>? = nil) {
    self.title = title
    self.input = input
    self.steps = steps
  }

  /// The same with the steps of another epoch, where the two follow one another; without where they do not.
  private func widened(by other: Range<Int>?) -> TaskPanel {
    guard let steps, let other,
      steps.upperBound >= other.lowerBound && other.upperBound >= steps.lowerBound
    else { return TaskPanel(title: title, input: input) }
    return TaskPanel(
      title: title, input: input,
      steps: min(steps.lowerBound, other.lowerBound)..<max(steps.upperBound, other.upperBound))
  }

  /// An epoch of one trial.
  public struct Window: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// Its steps.
    public let steps: Range<Int>

    /// A window of a name and steps.
    public init(name: String, steps: Range<Int>) {
      self.name = name
      self.steps = steps
    }
  }

  /// Inputs that stand for the epochs of a task: within each epoch, those that lie farthest apart.
  ///
  /// Of each trial's epoch the input is taken that holds for half of it, or else its mean, which averages the noise out;
  /// inputs closer to one another than
  /// `tolerance` of the largest count as one, each channel in units of its own largest value: a fixation of 1 matters beside
  /// a coherence in percent.
  ///
  /// - Parameters:
  ///   - stimulus: the inputs.
  ///   - epochs: the epochs of every trial; without them, stretches of constant input, or all steps where there are
  ///     none.
  ///   - perEpoch: how many inputs an epoch may have.
  ///   - most: how many panels there may be. The input that holds longest is always among them: what a network keeps in
  ///     mind over a delay, it keeps under that input.
  public static func panels(
    _ stimulus: Stimulus, epochs: [[Window]]? = nil, perEpoch: Int = 4, tolerance: Double = 0.15,
    most: Int = .max
  ) -> [TaskPanel] {
    let channels = stimulus.channels
    let units = (0..<channels).map { channel -> Double in
      let largest = stride(from: channel, to: stimulus.values.count, by: channels).reduce(0) {
        max($0, abs(stimulus.values[$1]))
      }
      return largest > 0 && largest.isFinite ? largest : 1
    }
    // Powers of two, so that what is scaled there and back has the same bits.
    let scales = units.map { exp2(log2($0).rounded(.up)) }
    let scaled = Stimulus(
      trials: stimulus.trials, steps: stimulus.steps, channels: channels,
      values: stimulus.values.enumerated().map { $1 / scales[$0 % channels] })
    return scaledPanels(scaled, epochs: epochs, perEpoch: perEpoch, tolerance: tolerance, most: most).map {
      TaskPanel(title: $0.title, input: zip($0.input, scales).map { $0 * $1 }, steps: $0.steps)
    }
  }

  /// The same for channels whose largest values are alike.
  private static func scaledPanels(
    _ stimulus: Stimulus, epochs: [[Window]]?, perEpoch: Int, tolerance: Double, most: Int
  ) -> [TaskPanel] {
    var means: [(name: String, inputs: [[Double]], squares: [[Double]])] = []
    var held: [(name: String, input: [Double], steps: Int)] = []
    var spans: [String: Range<Int>] = [:]
    var largest = 0.0
    for trial in 0..<stimulus.trials {
      let windows = epochs.flatMap { trial < $0.count ? $0[trial] : nil } ?? stretches(stimulus, trial)
      for window in windows {
        let steps = window.steps.clamped(to: 0..<stimulus.steps)
        if steps.isEmpty { continue }
        let mean = (0..<stimulus.channels).map { typical(stimulus, trial, steps, $0) }
        largest = max(largest, size(mean))
        let known = spans[window.name] ?? steps
        spans[window.name] =
          min(known.lowerBound, steps.lowerBound)..<max(known.upperBound, steps.upperBound)
        if held.count < windowsLookedAt { held.append((window.name, mean, steps.count)) }
        let squares = squaredErrors(of: mean, stimulus, trial, steps)
        if let index = means.firstIndex(where: { $0.name == window.name }) {
          means[index].inputs.append(mean)
          means[index].squares.append(squares)
        } else {
          means.append((window.name, [mean], [squares]))
        }
      }
    }
    var panels: [TaskPanel] = []
    var epochOf: [Int] = []
    for (epoch, (name, inputs, squares)) in means.enumerated() {
      let errors = (0..<stimulus.channels).map { channel in
        (squares.reduce(0) { $0 + $1[channel] } / Double(squares.count)).squareRoot()
      }
      let units = errors.map { max(tolerance * largest, noiseReach * $0) }
      for input in spread(inputs, count: perEpoch, units: units) {
        let rounded = input.map { abs($0) < 0.02 * largest ? 0 : $0 }
        // The same input in two epochs is one panel with both names.
        if let index = panels.firstIndex(where: { distance($0.input, rounded) <= 0.5 * tolerance * largest })
        {
          let titles = panels[index].title
          if !titles.split(separator: ",").contains(where: { $0.trimmingSpaces == name }) {
            panels[index] = TaskPanel(
              title: titles + ", " + name, input: panels[index].input, steps: panels[index].steps
            ).widened(by: spans[name])
          }
        } else {
          panels.append(TaskPanel(title: name, input: rounded, steps: spans[name]))
          epochOf.append(epoch)
        }
      }
    }
    let chosen = inTurns(panels, epochs: epochOf, most: most)
    guard let longest = longest(held, within: 0.5 * tolerance * largest) else { return chosen }
    let input = longest.input.map { abs($0) < 0.02 * largest ? 0 : $0 }
    // One that stands for inputs like it stands for this one most of the time; where this one is held exactly, it is shown
    // instead.
    if let near = chosen.indices.min(by: {
      distance(chosen[$0].input, input) < distance(chosen[$1].input, input)
    }), distance(chosen[near].input, input) <= 0.5 * tolerance * largest {
      guard longest.isExact else { return chosen }
      var panels = chosen
      panels[near] = TaskPanel(title: chosen[near].title, input: input, steps: chosen[near].steps)
      return panels
    }
    return [TaskPanel(title: longest.name, input: input, steps: spans[longest.name])]
      + chosen.prefix(most - 1)
  }

  /// The value that a channel has at half of some steps or more; the mean where noise leaves none.
  private static func typical(
    _ stimulus: Stimulus, _ trial: Int, _ steps: Range<Int>, _ channel: Int
  ) -> Double {
    var counts: [Double: Int] = [:]
    var sum = 0.0
    for step in steps {
      let value = stimulus[trial, step, channel]
      sum += value
      counts[value, default: 0] += 1
      if let held = counts[value], held > 1, 2 * held >= steps.count { return value }
    }
    return sum / Double(steps.count)
  }

  /// Windows that are compared for the input that holds longest.
  private static let windowsLookedAt = 1000

  /// The input that is there for most steps in all windows together, others within a distance counted in; of those, the one
  /// that is there by itself for half of these steps, if there is one.
  private static func longest(_ held: [(name: String, input: [Double], steps: Int)], within: Double) -> (
    name: String, input: [Double], isExact: Bool
  )? {
    var best: (name: String, input: [Double], steps: Int)?
    for window in held {
      if let best, distance(best.input, window.input) == 0 { continue }
      let steps = held.reduce(0) { distance($1.input, window.input) <= within ? $0 + $1.steps : $0 }
      if steps > best?.steps ?? 0 { best = (window.name, window.input, steps) }
    }
    guard let best else { return nil }
    var alone: [[Double]: Int] = [:]
    for window in held where distance(window.input, best.input) <= within {
      alone[window.input, default: 0] += window.steps
    }
    if let exact = held.first(where: { 2 * (alone[$0.input] ?? 0) >= best.steps }) {
      return (exact.name, exact.input, true)
    }
    return (best.name, best.input, false)
  }

  /// Inputs that stand for the epochs; for a task, those that it would present without noise.
  static func panels(_ trials: TrialSet) -> [TaskPanel] {
    var stimulus = trials.trials.stimulus
    var epochs = trials.task.flatMap { $0.epochs.isEmpty ? nil : $0.epochs }
    if let definition = trials.definition {
      let drawn = definition.noiseless.labelledTrials(count: 300, seed: 1)
      (stimulus, epochs) = (drawn.trials.stimulus, drawn.epochs)
    }
    return TaskPanel.panels(
      stimulus, epochs: epochs?.map { $0.map { TaskPanel.Window(name: $0.name, steps: $0.steps) } },
      perEpoch: 4, most: 7)
  }

  /// Steps over which the input of a trial stays the same, three at least; and the whole trial where that is less than
  /// half of it, as with noise: the mean over time need not occur in it.
  private static func stretches(_ stimulus: Stimulus, _ trial: Int) -> [Window] {
    var (found, start) = ([Window](), 0)
    for step in 0..<stimulus.steps {
      let isLast = step + 1 == stimulus.steps
      let changes =
        !isLast
        && (0..<stimulus.channels).contains {
          stimulus[trial, step, $0] != stimulus[trial, step + 1, $0]
        }
      guard isLast || changes else { continue }
      if step + 1 - start >= 3 { found.append(Window(name: "constant input", steps: start..<(step + 1))) }
      start = step + 1
    }
    let isMostlyConstant = 2 * found.reduce(0) { $0 + $1.steps.count } >= stimulus.steps
    return found + (isMostlyConstant ? [] : [Window(name: "mean over the trial", steps: 0..<stimulus.steps)])
  }

  /// Means of noise over as many trials as one looks at lie this many standard errors apart at most, or nearly so.
  private static let noiseReach = 7.0

  /// The squared standard error of each channel's mean over some steps: that of white noise about it; zero where the
  /// channel is constant.
  private static func squaredErrors(
    of mean: [Double], _ stimulus: Stimulus, _ trial: Int, _ steps: Range<Int>
  ) -> [Double] {
    guard steps.count > 1 else { return mean.map { _ in 0 } }
    let count = Double(steps.count)
    return mean.indices.map { channel in
      // Steps at which the value is the typical one to the bit are no noise.
      let isHeld = 2 * steps.count { stimulus[trial, $0, channel] == mean[channel] } >= steps.count
      if isHeld { return 0 }
      return steps.reduce(0) {
        let deviation = stimulus[trial, $1, channel] - mean[channel]
        return $0 + deviation * deviation
      } / (count * (count - 1))
    }
  }

  /// Panels up to a number, every epoch having one before any has two, in their old order.
  private static func inTurns(_ panels: [TaskPanel], epochs: [Int], most: Int) -> [TaskPanel] {
    guard panels.count > most else { return panels }
    let places = epochs.indices.map { index in epochs[..<index].count { $0 == epochs[index] } }
    let order = panels.indices.sorted { (places[$0], $0) < (places[$1], $1) }
    return order.prefix(most).sorted().map { panels[$0] }
  }

  /// Points that lie far from one another, or where none does, what they have in common: the mean where noise alone tells
  /// them apart.
  ///
  /// - Parameter units: the distance in each channel that makes two inputs different.
  private static func spread(_ points: [[Double]], count: Int, units: [Double]) -> [[Double]] {
    func apart(_ a: [Double], _ b: [Double]) -> Double {
      size(a.indices.map { units[$0] > 0 ? (a[$0] - b[$0]) / units[$0] : 0 })
    }
    guard let first = points.min(by: { size($0) < size($1) }) else { return [] }
    // The weakest input stands for the epoch only if it is typical, that is, if the inputs do not spread around it.
    guard let farthest = points.max(by: { apart($0, first) < apart($1, first) }), apart(farthest, first) > 1
    else {
      return [
        first.indices.map { channel in points.reduce(0) { $0 + $1[channel] } / Double(points.count) }
      ]
    }
    var chosen = [farthest]
    while chosen.count < count {
      func nearest(_ point: [Double]) -> Double { chosen.map { apart($0, point) }.min() ?? 0 }
      guard let next = points.max(by: { nearest($0) < nearest($1) }), nearest(next) > 1 else { break }
      chosen.append(next)
    }
    return chosen.sorted { $0.lexicographicallyPrecedes($1) }
  }

  private static func size(_ vector: [Double]) -> Double { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }
  private static func distance(_ a: [Double], _ b: [Double]) -> Double { size(zip(a, b).map { $0 - $1 }) }

  /// The input in words: each channel that is not zero with its name, e.g. `colour 0.40, motion -0.40`.
  ///
  /// - Parameter names: a name for every channel; without them channels are u1, u2, …, and u where there is one.
  package func inputText(_ names: [String] = []) -> String {
    let parts = input.indices.filter { input[$0] != 0 }.map { channel in
      let name = channel < names.count ? names[channel] : input.count == 1 ? "u" : "u\(channel + 1)"
      return "\(name) \(text(input[channel], digits: 2))"
    }
    return parts.isEmpty ? "no input" : parts.joined(separator: ", ")
  }
}

extension Substring {
  fileprivate var trimmingSpaces: String { String(drop { $0 == " " }) }
}
