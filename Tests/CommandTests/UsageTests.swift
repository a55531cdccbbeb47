// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import Testing

/// What a user meets first: help, version, mistakes.
@Suite struct UsageTests {
  @Test func helpAndVersion() throws {
    let help = try kappa("--help")
    #expect(help.status == 0)
    for word in ["inspect", "distill", "compare", "simulate", "gain"] { #expect(help.output.contains(word)) }
    let version = try kappa("--version")
    #expect(version.status == 0 && version.output.first?.isNumber == true)
    for command in ["inspect", "distill", "compare", "simulate", "gain"] {
      let help = try kappa(command, "--help")
      #expect(help.status == 0 && help.output.contains("USAGE: kappa \(command)"))
    }
  }

  @Test func shellCompletion() throws {
    for shell in ["bash", "zsh", "fish"] {
      let outcome = try kappa("--generate-completion-script", shell)
      #expect(outcome.status == 0 && outcome.output.contains("distill"))
    }
  }

  @Test func mistakesOfUsageAre64() throws {
    let folder = try ScratchFolder()
    let network = try folder.network()
    for arguments in [
      ["frobnicate"], ["inspect"], ["inspect", network, "--alpha", "-1"],
      ["inspect", network, "--alpha", "nan"],
      ["inspect", network, "--transfer", "sinus"], ["inspect", network, "--dt", "1"],
      ["inspect", network, "--dt", "1", "--tau", "0"], ["inspect", network, "--vectors", "m"],
      ["compare", network], ["compare", network, "--task", "no-such-task"],
      ["compare", network, "--task", "perceptual-decision", "--trials", "x.npz"],
      ["compare", network, "--task", "perceptual-decision", "--trial-count", "0"],
      ["compare", network, "--task", "perceptual-decision", "--delay", "5:1"],
      ["gain"], ["gain", "--delta", "-1"], ["gain", "--delta", "nan"],
      ["gain", "--delta", "1", "--mean", "inf"],
      ["gain", "--delta", "1", "2", "--mean", "1", "2", "3"], ["gain", "--delta", "1", "--rule", "simpson"],
      ["gain", "--delta", "1", "--rule", "hermite:0"], ["gain", "--delta", "1", "--rule", "hermite:x"],
    ] {
      let outcome = try kappa(arguments)
      #expect(outcome.status == 64, "\(arguments): \(outcome.errors)")
      #expect(outcome.output.isEmpty)
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
      #expect(outcome.errors.hasPrefix("error: "))
    }
  }

  /// Commands, tasks and options alike: what was probably meant is said.
  @Test func whatWasMeant() throws {
    let folder = try ScratchFolder()
    let network = try folder.network()
    for (arguments, meant) in [
      (["compear"], "did you mean compare?"),
      (["compare", network, "--task", "perceptual-decison"], "did you mean perceptual-decision?"),
      (["inspect", network, "--jsno"], "Did you mean '--json'?"),
    ] { expectOneLine(try kappa(arguments), status: 64, naming: meant) }
    #expect(try !kappa("frobnicate").errors.contains("did you mean"))
  }

  /// Messages name the option and what was given.
  @Test func negativeValuesAreSeen() throws {
    let folder = try ScratchFolder()
    let network = try folder.network()
    for (option, value) in [("--alpha", "-1"), ("--trial-count", "-3"), ("--seed", "-1")] {
      let outcome = try kappa("compare", network, "--task", "perceptual-decision", option, value)
      #expect(outcome.status == 64 && outcome.errors.contains("\(option): expected"), "\(outcome.errors)")
      #expect(outcome.errors.contains("found \(value)"), "\(outcome.errors)")
    }
    let delay = try kappa("compare", network, "--task", "perceptual-decision", "--delay", "119")
    #expect(delay.status == 0 && delay.errors.contains("5 steps of 20 ms, rounded down"), "\(delay.errors)")
    let beside = try kappa("compare", network, "--trials", "x.npz", "--preset", "course")
    #expect(beside.status == 64 && beside.errors.contains("--preset"), "\(beside.errors)")
    let unknown = try kappa("frobnicate")
    #expect(unknown.errors.contains("expected one of inspect, distill"), "\(unknown.errors)")
  }

  @Test func inputsThatAreNotThereAre66() throws {
    expectOneLine(try kappa("inspect", "/no/such/file.npz"), status: 66, naming: "/no/such/file.npz")
    let folder = try ScratchFolder()
    let network = try folder.network()
    expectOneLine(
      try kappa("compare", network, "--trials", folder.file("none.npz")), status: 66, naming: "none.npz")
    expectOneLine(
      try kappa(
        "compare", network, "--task", "perceptual-decision", "--circuit", folder.file("none.json")),
      status: 66,
      naming: "none.json")
  }

  @Test func outputsThatCannotBeAre73() throws {
    let folder = try ScratchFolder()
    let network = try folder.network()
    let task = ["--task", "perceptual-decision", "--trial-count", "2"]
    expectOneLine(
      try kappa(["compare", network] + task + ["-o", folder.file("none/out.npz")]), status: 73, naming: "none"
    )
    expectOneLine(
      try kappa(["distill", network] + task + ["-o", network]), status: 73, naming: "network.npz")
    expectOneLine(
      try kappa(["simulate", network] + task + ["-o", folder.path]), status: 73, naming: folder.path)
  }

  @Test func noCommandOverwritesItsInput() throws {
    let folder = try ScratchFolder()
    let network = try folder.network()
    let before = try Data(contentsOf: URL(fileURLWithPath: network))
    let link = folder.file("link.npz")
    try FileManager.default.linkItem(atPath: network, toPath: link)
    // distill would write comparison.npz over the trials it reads.
    let task = ["--task", "perceptual-decision", "--trial-count", "6", "--redraws", "0"]
    #expect(try kappa(["distill", network] + task + ["-o", folder.path]).status == 0)
    let trials = folder.file("comparison.npz")
    let again = try kappa("distill", network, "--trials", trials, "--redraws", "0", "-o", folder.path)
    #expect(again.status == 64, "\(again.errors)")
    for output in [network, link, folder.path + "/./network.npz"] {
      for command in ["compare", "simulate"] {
        let outcome = try kappa(
          command, network, "--task", "perceptual-decision", "--trial-count", "2", "-o", output)
        #expect(outcome.status == 64, "\(outcome.errors)")
      }
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: network)) == before)
  }

  /// Numbers below zero are numbers.
  @Test func negativeMeans() throws {
    let outcome = try kappa("gain", "--delta", "1", "--mean", "-0.5", "0.5", "--json")
    let rows = try #require(try outcome.json() as? [[String: Any]])
    #expect(rows.map { $0["mean"] as? Double } == [-0.5, 0.5])
    let rates = rows.compactMap { $0["rate"] as? Double }
    #expect(rates.count == 2 && rates[0] == -rates[1])
    expectOneLine(try kappa("gain", "--delta", "-1"), status: 64, naming: "--delta")
  }

  /// Trials whose results would not fit into any memory.
  @Test func sizesAreCheckedBeforeMemoryIsTaken() throws {
    let folder = try ScratchFolder()
    let network = try folder.network(inputs: 2)
    expectOneLine(
      try kappa(
        "compare", network, "--task", "delayed-match-to-sample", "--trial-count", "100000", "--delay",
        "10000000"),
      status: 64, naming: "--trial-count")
  }

  /// Colours are for terminals; a file never gets them, and NO_COLOR is respected.
  @Test func noColoursInFiles() throws {
    let folder = try ScratchFolder()
    let outcome = try kappa("inspect", try folder.network(), environment: ["TERM": "xterm-256color"])
    #expect(outcome.status == 0)
    #expect(!(outcome.output + outcome.errors).contains("\u{1B}"))
  }
}
