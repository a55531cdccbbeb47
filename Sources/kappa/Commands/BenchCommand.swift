// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import Benchmarking
import Report
import Studies

/// `kappa bench`: how fast this machine is, and how exact.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Time every rule, kernel and size on this machine, with their errors.",
    discussion: """
      gain: Gaussian averages by every quadrature rule and as simulations compute them. network: the step of the full \
      network by every kernel this machine can run, and the floor without tanh. circuit: the κ-equations, one trial \
      and a thousand. training: updates of a small network. All four unless some are named. command: whole commands, \
      distill with its page among them, each a process of its own (ten seconds a round or more).

      Variants of one group take turns; each figure is the median of the rounds: processor time, but for whole \
      simulations and training, which are timed by the clock. The bars grow by a block with every doubling. Errors of \
      gains are relative to ⟨tanh'⟩ at μ = 0 and the same Δ, those of a network's sums to (1/N) Σ |A φ|.
      """)

  @Argument(help: "gain, network, circuit, training, command: which to run (default: the first four).")
  var sections: [BenchmarkSection] = []

  @Option(help: "How often each variant is timed.")
  var rounds = 11

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  private var study: Bench { Bench(sections: sections, rounds: rounds, command: ownPath) }

  func validate() throws { try check(study.validate) }

  func run() throws {
    let observer = ConsoleObserver()
    if json { return try printJSON(study.run(observer: observer)) }
    var shown: BenchmarkSection?
    _ = try study.run(observer: observer) { section, group in
      if section != shown { Console.heading("\(section.rawValue): \(section.unitInWords)") }
      shown = section
      Console.print(Document.Table(group, section))
    }
  }
}

extension BenchmarkSection: ExpressibleByArgument {}
