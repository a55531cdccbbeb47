// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import LowRank
import Report
import Studies

/// `kappa gain`: Gaussian averages of φ and its derivatives.
struct GainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gain",
    abstract: "Gaussian averages ⟨φ⟩, ⟨φ'⟩, ⟨φ''⟩, ⟨φ'''⟩, ⟨φ²⟩ at (μ, Δ), with a bound on the error.",
    discussion: """
      ⟨f⟩ is the mean of f(μ + Δ z) over a standard normal z. One row per pair of --mean and --delta; a single mean \
      goes with every delta.
      """)

  @Option(parsing: .upToNextOption, help: "Δ, one or more.", transform: GainCommand.number)
  var delta: [Double]

  @Option(
    parsing: .upToNextOption, help: "μ, one for all or one per Δ. (default: 0)",
    transform: GainCommand.number)
  var mean: [Double] = []

  @Option(help: "φ: tanh, erf, relu, softplus, logistic or linear.")
  var transfer: TransferFunction = .tanh

  @Option(help: "auto, qag, qagi, cquad, hermite:N, trapezoid or table.")
  var rule: QuadratureRule = .automatic

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  private static func number(_ argument: String) throws -> Double {
    guard let number = NegativeNumbers.number(argument) else {
      throw ValidationError("expected a number, found \(argument).")
    }
    return number
  }

  private var study: GaussianAverages {
    GaussianAverages(deviations: delta, means: mean, transfer: transfer, rule: rule)
  }

  func validate() throws { try check(study.validate) }

  func run() throws {
    let table = try study.run()
    if json { return try printJSON(table) }
    Console.print(table.document)
  }
}

extension QuadratureRule: ExpressibleByArgument {
  /// A rule by its name on the command line.
  public init?(argument: String) {
    // The closed form is what `auto` takes where there is one; not every φ has it.
    guard argument != "closed-form" else { return nil }
    self.init(argument)
  }
}
