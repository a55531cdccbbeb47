// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Tasks that are built in as descriptions: what stands here is what a file would hold. notes/tasks.md says where each is
/// from, and which timings are a choice of ours.
extension TaskDescription {
  private static let texts: [(name: String, text: String)] = [
    ("duration", duration), ("cue-set-go", cueSetGo), ("flip-flop", flipFlop), ("sequence", sequence),
  ]

  /// Their names.
  static let builtInNames = texts.map(\.name)

  /// Them, by their names.
  static let builtIn: [String: TaskDescription] = {
    var found: [String: TaskDescription] = [:]
    for (name, text) in texts { found[name] = try? TaskDescription(text) }
    return found
  }()

  /// A pulse of 50 to 300 ms; afterwards a plateau whose height is the pulse's duration over 300 ms.
  private static let duration = """
    task: duration
    step: 10
    tau: 100
    noise: 0.01
    inputs: [pulse]
    outputs: [height]
    labels:
      pulse_ms: [50, 100, 150, 200, 250, 300]
    epochs:
      - name: fixation
        duration: 100
      - name: pulse
        duration: pulse_ms
        input: {pulse: 1}
      - name: delay
        duration: 100
      - name: response
        duration: 400
        target: pulse_ms / 300
    score: {within: 0.1}
    """

  /// The height of a lasting cue says an interval; from Set on the output rises from 0 and reaches 1 when it is over.
  private static let cueSetGo = """
    task: cue-set-go
    step: 20
    tau: 100
    noise: 0.01
    inputs: [cue, set]
    outputs: [ramp]
    labels:
      interval_ms: [400, 500, 600, 700, 800]
    input: {cue: interval_ms / 1000}
    epochs:
      - name: cue
        duration: 200..600
        target: 0
        weight: 0.2
      - name: set
        duration: 40
        input: {set: 1}
      - name: production
        duration: interval_ms - 40
        target: (time + 40) / interval_ms
      - name: go
        duration: 200
        target: 1
    score: {within: 0.1}
    """

  /// Three bits: each input's pulses set its output to their sign, the others keep theirs.
  private static let flipFlop: String = {
    let bits = ["x", "y", "z"]
    let flips = 1...5
    var text = """
      task: flip-flop
      step: 20
      tau: 100
      noise: 0.01
      inputs: [pulse 1, pulse 2, pulse 3]
      outputs: [bit 1, bit 2, bit 3]
      labels:

      """
    for bit in bits { text += "  \(bit)0: [-1, 1]\n" }
    for flip in flips {
      text += "  which\(flip): [0, 1, 2]\n  sign\(flip): [-1, 1]\n"
      for (index, bit) in bits.enumerated() {
        text += "  \(bit)\(flip): if(which\(flip) == \(index), sign\(flip), \(bit)\(flip - 1))\n"
      }
    }
    text += "epochs:\n"
    func hold(_ flip: Int) -> String {
      let targets = bits.enumerated().map { "bit \($0 + 1): \($1)\(flip)" }.joined(separator: ", ")
      // The first steps after a pulse are not asked: an answer takes a few τ.
      return """
          - name: settle \(flip)
            duration: 200
          - name: hold \(flip)
            duration: 100..400
            target: {\(targets)}

        """
    }
    let first = bits.enumerated().map { "pulse \($0 + 1): \($1)0" }.joined(separator: ", ")
    text += "  - name: pulse 0\n    duration: 60\n    input: {\(first)}\n" + hold(0)
    for flip in flips {
      let pulses = bits.indices.map { "pulse \($0 + 1): if(which\(flip) == \($0), sign\(flip), 0)" }
        .joined(separator: ", ")
      text += "  - name: pulse \(flip)\n    duration: 60\n    input: {\(pulses)}\n" + hold(flip)
    }
    return text + "score: {within: 0.3}\n"
  }()

  /// The first symbol, A or B, decides the last across a middle that says nothing about it.
  private static let sequence = """
    task: sequence
    step: 20
    tau: 100
    noise: 0.01
    inputs: [A, B, X, Y, recall]
    outputs: [last]
    labels:
      first: [A_first, B_first]
      middle1: [0, 1]
      middle2: [0, 1]
      middle3: [0, 1]
    epochs:
      - name: fixation
        duration: 100
      - name: first
        duration: 200
        input: {A: first == A_first, B: first == B_first}
      - name: middle 1
        duration: 200
        input: {X: middle1, Y: 1 - middle1}
      - name: middle 2
        duration: 200
        input: {X: middle2, Y: 1 - middle2}
      - name: middle 3
        duration: 200
        input: {X: middle3, Y: 1 - middle3}
      - name: recall
        duration: 200
        input: {recall: 1}
      - name: last
        duration: 200
        input: {recall: 1}
        target: if(first == A_first, 1, -1)
    """
}
