// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

extension TaskDescription {
  /// What is drawn for one trial, before its noise.
  struct Drawn {
    /// One number for each label.
    var values: [Double]
    /// Steps of each epoch.
    var steps: [Int]
  }

  /// Draws the labels, then the durations that are ranges.
  func draw(_ random: inout RandomStream) -> Drawn {
    var values: [Double] = []
    for label in labels {
      switch label.draw {
      case .one(let choices): values.append(choices[random.index(below: choices.count)])
      case .whole(let range):
        values.append(Double(range.lowerBound + random.index(below: range.count)))
      case .uniform(let low, let high): values.append(low + (high - low) * random.uniform())
      case .formula(let formula): values.append(formula.evaluate(values))
      }
    }
    let steps = epochs.map { part in
      switch part.duration {
      case .formula(let formula): Self.wholeSteps(formula.evaluate(values), of: step)
      case .steps(let range): range.lowerBound + random.index(below: range.count)
      }
    }
    return Drawn(values: values, steps: steps)
  }

  /// B seeded trials with their labels; see `Task.trials`.
  func labelledTrials(count: Int, seed: UInt64, first: UInt64) -> TaskTrials {
    let (channels, width) = (inputs.count, outputs.count)
    var stimulus = Stimulus(trials: count, steps: steps, channels: channels)
    var target = [Double](repeating: 0, count: count * steps * width)
    var mask = target
    var conditions = labels.map { _ in [Double]() }
    var epochs: [[Epoch]] = []
    epochs.reserveCapacity(count)
    for b in 0..<count {
      // Labels and durations before noise: trials of another noise level are the same otherwise.
      var random = RandomStream(seed: seed, stream: first &+ UInt64(b))
      let drawn = draw(&random)
      var (t, own) = (0, [Epoch]())
      var values = drawn.values + [0, 0]
      for (part, length) in zip(self.epochs, drawn.steps) {
        values[values.count - 1] = Double(length) * step
        for i in 0..<length {
          values[values.count - 2] = Double(i) * step
          for signal in tonic { stimulus[b, t + i, signal.channel] += signal.value.evaluate(values) }
          for signal in part.inputs { stimulus[b, t + i, signal.channel] += signal.value.evaluate(values) }
          for signal in part.targets {
            let place = (b * steps + t + i) * width + signal.channel
            target[place] = signal.value.evaluate(values)
            mask[place] = part.weight
          }
        }
        own.append(Epoch(name: part.name, steps: t..<(t + length)))
        t += length
      }
      for step in 0..<t {
        for k in 0..<channels where inputs[k].noise > 0 {
          stimulus[b, step, k] += inputs[k].noise * random.normal()
        }
      }
      for (i, value) in drawn.values.enumerated() { conditions[i].append(value) }
      epochs.append(own)
    }
    return TaskTrials(
      trials: Trials(stimulus: stimulus, outputs: width, target: target, mask: mask, scoring: scoring),
      conditions: zip(labels, conditions).map {
        TaskTrials.Condition(name: $0.name, values: $1, labels: $0.words)
      }, epochs: epochs)
  }
}
