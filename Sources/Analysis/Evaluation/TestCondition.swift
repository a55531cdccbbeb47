// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Trials that circuits are tested on, with a name: the task's own, or something that no circuit was fitted to.
public struct TestCondition: Sendable, Hashable {
  /// The name, e.g. `inputs × 1.5`.
  public let name: String
  /// The trials.
  public let trials: Trials
  /// Whether the trials come from the distribution that circuits were fitted to.
  public let isFamiliar: Bool

  /// A condition of given trials.
  public init(name: String, trials: Trials, isFamiliar: Bool) {
    self.name = name
    self.trials = trials
    self.isFamiliar = isFamiliar
  }

  /// The held-out trials themselves, with all inputs 1.5 and 2 times as strong, and with white noise on every input whose
  /// SD is a quarter of that input's RMS. Longer delays need the task itself; add them as further conditions.
  public static func around(_ trials: Trials, seed: UInt64) -> [TestCondition] {
    [
      TestCondition(name: "held-out trials", trials: trials, isFamiliar: true),
      TestCondition(name: "inputs × 1.5", trials: trials.scalingInputs(by: 1.5), isFamiliar: false),
      TestCondition(name: "inputs × 2", trials: trials.scalingInputs(by: 2), isFamiliar: false),
      TestCondition(name: "noisy inputs", trials: trials.addingNoise(0.25, seed: seed), isFamiliar: false),
    ]
  }
}

extension Trials {
  /// The same trials with every input multiplied by a factor.
  public func scalingInputs(by factor: Double) -> Trials {
    var result = self
    for i in result.stimulus.values.indices { result.stimulus.values[i] *= factor }
    return result
  }

  /// The same trials with white noise on every input channel, its SD in units of the channel's RMS.
  ///
  /// - Parameter seed: trial b draws from stream b.
  public func addingNoise(_ deviation: Double, seed: UInt64) -> Trials {
    var result = self
    let channels = stimulus.channels
    let scales = (0..<channels).map { channel -> Double in
      let values = stride(from: channel, to: stimulus.values.count, by: channels).map { stimulus.values[$0] }
      return (values.reduce(0) { $0 + $1 * $1 } / Double(max(values.count, 1))).squareRoot()
    }
    for trial in 0..<stimulus.trials {
      var stream = RandomStream(seed: seed, stream: UInt64(trial))
      for step in 0..<stimulus.steps {
        for channel in 0..<channels {
          result.stimulus[trial, step, channel] += deviation * scales[channel] * stream.normal()
        }
      }
    }
    return result
  }
}
