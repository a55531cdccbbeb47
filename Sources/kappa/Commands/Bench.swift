// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import Benchmarking

/// `kappa bench`: how fast this machine is, and how exact.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Time every rule, kernel and size on this machine, with their errors.",
    discussion: """
      gain: Gaussian averages by every quadrature rule and as simulations compute them. network: the step of the full \
      network by every kernel this machine can run, and the floor without tanh. circuit: the κ-equations, one trial \
      and a thousand. training: updates of a small network. All four unless some are named.

      Variants of one group take turns; each figure is the median of the rounds: processor time, but for whole \
      simulations and training, which are timed by the clock. The bars grow by a block with every doubling. Errors of \
      gains are relative to ⟨tanh'⟩ at μ = 0 and the same Δ, those of a network's sums to (1/N) Σ |A φ|.
      """)

  @Argument(help: "gain, network, circuit, training: which to run (default: all).")
  var sections: [BenchmarkSection] = []

  @Option(help: "How often each variant is timed.")
  var rounds = 11

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func validate() throws {
    guard rounds > 0 else { throw ValidationError("--rounds: expected 1 or more, found \(rounds).") }
  }

  func run() throws {
    let wanted = BenchmarkSection.allCases.filter { sections.isEmpty || sections.contains($0) }
    if json {
      try printJSON(wanted.flatMap { $0.measure(rounds: rounds) })
      return
    }
    for section in wanted {
      Console.heading("\(section.rawValue): \(section.unitInWords)")
      _ = section.measure(rounds: rounds) { group in
        for line in BenchTable(group, section).lines { Console.print(line) }
      }
    }
  }
}

extension BenchmarkSection: ExpressibleByArgument {}

extension BenchmarkSection {
  /// What the figures are.
  var unitInWords: String {
    switch self {
    case .gain: "nanoseconds per value of ⟨tanh'⟩, worst relative error"
    case .network: "nanoseconds per unit and step, rank 2, two inputs, one output"
    case .circuit: "nanoseconds per step, rank 2, one output, one thread"
    case .training: "seconds per 1000 updates, rank 1"
    }
  }

  /// What `size` counts.
  var sizeInWords: String {
    switch self {
    case .gain: "values"
    case .network, .training: "N"
    case .circuit: "trials"
    }
  }
}
