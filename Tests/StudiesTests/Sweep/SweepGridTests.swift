// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import Testing

@testable import Studies

/// What a grid may say, what it means, and what is refused by its line.
@Suite struct SweepGridTests {
  static let train = SweptCommand(
    name: "train", subject: "task",
    options: [
      "units": .value, "seed": .value, "noise": .value, "train": .value, "keep-best": .invertible,
      "fast": .flag,
    ],
    managed: ["output": "leave it out"], check: { _ in }, run: { _, _, _ in SweptCommand.Answer(json: "{}") })

  private func grid(_ text: String) throws -> SweepGrid {
    try SweepGrid(text, name: "grid.yaml", commands: [Self.train])
  }

  private func refusal(_ text: String) -> String {
    do {
      _ = try grid(text)
      return "no refusal"
    } catch { return "\(error)" }
  }

  @Test func listsAndRangesAreAxesAndTheLastChangesFastest() throws {
    let grid = try grid(
      """
      --- 
      # a comment
      command: train
      task: "perceptual-decision"   # another
      units: [128, 512,
              1024]
      noise:
        - 0
        - null
      seed: 1..3
      """.replacingOccurrences(of: "--- ", with: "---"))
    #expect(grid.count == 3 * 2 * 3)
    func row(_ number: Int) -> [String?] { grid.settings(number).map(\.value) }
    #expect(grid.axes.map(\.key) == ["task", "units", "noise", "seed"])
    #expect(row(1) == ["perceptual-decision", "128", "0", "1"])
    #expect(row(2) == ["perceptual-decision", "128", "0", "2"])
    #expect(row(4) == ["perceptual-decision", "128", nil, "1"])
    #expect(row(18) == ["perceptual-decision", "1024", nil, "3"])
    #expect(Set((1...18).map { row($0) }).count == 18)
  }

  @Test func quotesKeepTextAsItIs() throws {
    let grid = try grid(
      "command: train\ntask: 'it''s'\ntrain: [\"m,n\", 'm, n,I # w', \"a \\\" b\"]\nseed: [-2..0, 7, '1..3']")
    #expect(grid.settings(1).first?.value == "it's")
    #expect(grid.axes[1].values == ["m,n", "m, n,I # w", "a \" b"])
    #expect(grid.axes[2].values == ["-2", "-1", "0", "7", "1..3"])
  }

  @Test func windowsLineEndsAndAByteOrderMarkAreRead() throws {
    #expect(try grid("\u{FEFF}command: train\r\ntask: a\r\nseed: 1..2\r\n").count == 2)
  }

  @Test(arguments: [
    ("command: trian\ntask: a", "did you mean train"),
    ("command: [train, fit]\ntask: a", "one command"),
    ("comand: train\ntask: a", "did you mean it by comand"),
    ("command: train\ntask: a\nunit: 3", "did you mean units"),
    ("command: train\ntask: a\noutput: b", "line 3: output: leave it out"),
    ("command: train\nseed: 1", "expected a key task"),
    ("command: train\ntask: a\nseed: 3..1", "goes up"),
    ("command: train\ntask: a\nseed: [1..3, 2]", "each value once, found 2"),
    ("command: train\ntask: a\nseed: 1\nseed: 2", "line 4: expected each key once"),
    ("command: train\ntask: a\nkeep-best: yes", "true or false"),
    ("command: train\ntask: null", "expected a task"),
    ("command: train\ntask:\n  name: a", "indented"),
    ("command: train\ntask: a: b", "grids are flat"),
    ("command: train\ntask: {a: b}", "begins something else"),
    ("command: train\ntask: &x a", "begins something else"),
    ("command: train\ntask: !!python/object a", "begins something else"),
    ("command: train\ntask: |\n  a", "begins something else"),
    ("command: train\ntask: [a, [b]]", "begins something else"),
    ("command: train\ntask: [a", "a ] that ends the list"),
    ("command: train\ntask: []", "an empty one"),
    ("command: train\ntask: 'a", "a quote that ends"),
    ("command: train\ntask: \"a\" b", "nothing more in this line"),
    ("command: train\ntask:", "expected a value of task"),
    ("command: train\ntask: a\n- 3", "a key before the first item"),
    ("- 3", "a key before the first item"),
    ("command: train\n\ttask: a", "a tab"),
    ("command: train\ntask: \"a\tb\"", "without tabs"),
    ("command: train\ntask: a\n---\ncommand: train", "a key"),
    ("", "expected a key command"),
  ])
  func whatIsNoGridIsRefused(text: String, words: String) {
    #expect(refusal(text).contains(words), "\(refusal(text))")
  }

  @Test func hugeGridsAreCountedAndNotMade() {
    #expect(refusal("command: train\ntask: a\nseed: 1..1000000000").contains("found 1000000000 "))
    #expect(refusal("command: train\ntask: a\nseed: 1..317\nunits: 1..317").contains("found 100489 "))
    let most = "1..\(Int.max)"
    #expect(
      refusal("command: train\ntask: a\nseed: \(most)\nunits: \(most)").contains("more than \(Int.max)"))
    #expect(refusal("command: train\ntask: a\nseed: [\(most), -5..0]").contains("more than"))
    #expect(refusal("command: train\ntask: a\nseed: 1..99999999999999999999").contains("range of integers"))
    #expect(refusal(String(repeating: "#\n", count: 1 << 20)).contains("at most 1 MiB"))
  }

  @Test func flagsAndValuesBecomeArguments() {
    let arguments = Self.train.arguments([
      SweepSetting("task", "-odd"), SweepSetting("units", "-3"), SweepSetting("keep-best", "false"),
      SweepSetting("fast", "false"), SweepSetting("noise", nil),
    ])
    #expect(arguments == ["--units=-3", "--no-keep-best", "--", "-odd"])
    #expect(Self.train.arguments([SweepSetting("fast", "true")]) == ["--fast"])
  }

  @Test func valuesAreReadAsWhatTheyLookLike() {
    #expect(SweepValue("3") == .whole(3))
    #expect(SweepValue("1e-2") == .number(0.01))
    #expect(SweepValue("true") == .flag(true))
    for text in ["nan", "inf", "0x10", "1..3", "perceptual-decision", "1e999"] {
      #expect(SweepValue(text) == .text(text))
    }
  }
}
