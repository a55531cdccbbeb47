// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Studies
import Testing

/// Inputs that stand for the epochs of trials.
@Suite struct TaskPanelTests {
  /// Eight stimuli around a circle for ten steps, then thirty steps of silence: the silence, in which the network has to
  /// remember, is nearer to all of them than they are to one another, and is looked at all the same.
  @Test func theInputThatHoldsLongestIsAmongThem() {
    let directions: [(Double, Double)] = [
      (1, 0), (0.7, 0.7), (0, 1), (-0.7, 0.7), (-1, 0), (-0.7, -0.7), (0, -1), (0.7, -0.7),
    ]
    var values: [Double] = []
    for (x, y) in directions {
      for step in 0..<40 { values += step < 10 ? [x, y] : [0, 0] }
    }
    let stimulus = Stimulus(trials: 8, steps: 40, channels: 2, values: values)
    let windows = [
      TaskPanel.Window(name: "cue", steps: 0..<10), TaskPanel.Window(name: "memory", steps: 10..<40),
    ]
    for epochs in [nil, [[TaskPanel.Window]](repeating: windows, count: 8)] {
      let panels = TaskPanel.panels(stimulus, epochs: epochs, most: 4)
      #expect(panels.count == 4 && panels.contains { $0.input == [0, 0] }, "\(panels)")
      if epochs != nil { #expect(panels.first { $0.input == [0, 0] }?.title == "memory") }
    }
  }

  /// Silence but for seven steps of a pulse of another size in each trial: the silence is shown itself, not a weak pulse that
  /// is like it.
  @Test func silenceIsNotToldByAWeakPulse() {
    let sizes = [-0.16, 2.4, 0.7, -0.3, 1.1, -2.3, 0.12, -0.9]
    let values = sizes.flatMap { size in (0..<150).map { (5..<12).contains($0) ? size : 0 } }
    let panels = TaskPanel.panels(Stimulus(trials: 8, steps: 150, channels: 1, values: values), most: 7)
    #expect(panels.contains { $0.input == [0] }, "\(panels)")
    // The pulse comes first in a trial, too.
    let early = sizes.flatMap { size in (0..<150).map { $0 < 7 ? size : 0 } }
    let others = TaskPanel.panels(Stimulus(trials: 8, steps: 150, channels: 1, values: early), most: 7)
    #expect(others.contains { $0.input == [0] }, "\(others)")
  }

  /// A fixation of 1 beside a coherence in percent: each input counts in its own unit.
  @Test func channelsOfOtherUnits() {
    var values: [Double] = []
    for trial in 0..<8 {
      for step in 0..<12 {
        values += [(4..<8).contains(step) ? [-51.2, -25.6, 25.6, 51.2][trial % 4] : 0, step < 8 ? 1 : 0]
      }
    }
    let stimulus = Stimulus(trials: 8, steps: 12, channels: 2, values: values)
    let windows = [("fix", 0..<4), ("stimulus", 4..<8), ("response", 8..<12)].map {
      TaskPanel.Window(name: $0.0, steps: $0.1)
    }
    let epochs = [[TaskPanel.Window]](repeating: windows, count: 8)
    let panels = TaskPanel.panels(stimulus, epochs: epochs, most: 7)
    #expect(panels.first { $0.title == "fix" }?.input == [0, 1])
    #expect(panels.first { $0.title == "response" }?.input == [0, 0])
    #expect(panels.contains { $0.input == [51.2, 1] } && panels.contains { $0.input == [-51.2, 1] })
  }
}
