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

  func validate() throws {
    if delta.isEmpty { throw ValidationError("--delta: expected at least one value, found none.") }
    for value in delta where !(value >= 0 && value.isFinite) {
      throw ValidationError("--delta: expected a number of at least 0, found \(value).")
    }
    for value in delta + mean where abs(value) > GainIntegrals.largestArgument {
      throw ValidationError(
        "--delta, --mean: expected at most \(GainIntegrals.largestArgument), found \(value).")
    }
    for value in mean where !value.isFinite {
      throw ValidationError("--mean: expected a finite number, found \(value).")
    }
    guard mean.count <= 1 || delta.count == 1 || mean.count == delta.count else {
      throw ValidationError(
        "--mean: expected one value or \(delta.count), one per --delta, found \(mean.count).")
    }
  }

  func run() throws {
    let count = max(delta.count, mean.count)
    var integrals = try GainIntegrals(transfer, rule: rule)
    var rows: [Row] = []
    for index in 0..<count {
      let mu = mean.isEmpty ? 0 : mean[mean.count == 1 ? 0 : index]
      let deviation = delta[delta.count == 1 ? 0 : index]
      rows.append(Row(try integrals.averages(mean: mu, deviation: deviation)))
    }
    if json { return try printJSON(rows) }
    Console.print("φ = \(transfer.rawValue), averages over N(μ, Δ²)")
    var table = Table([
      "μ", "Δ", "⟨φ⟩", "⟨φ'⟩", "⟨φ''⟩", "⟨φ'''⟩", "⟨φ²⟩", "error of ⟨φ'⟩", "rule", "values of φ",
    ])
    for row in rows {
      table.add(
        [text(row.mean), text(row.delta)]
          + [row.rate, row.gain, row.gain2, row.gain3, row.square].map { "\($0)" }
          + ["≤ " + text(row.error, digits: 2), row.rule, "\(row.evaluations)"])
    }
    table.print()
  }

  /// One row of the JSON.
  struct Row: Encodable {
    let mean: Double
    let delta: Double
    let rate: Double
    let gain: Double
    let gain2: Double
    let gain3: Double
    let square: Double
    let error: Double
    let rule: String
    let evaluations: Int

    init(_ averages: GainAverages) {
      mean = averages.mean
      delta = averages.deviation
      rate = averages.rate.value
      gain = averages.gain.value
      gain2 = averages.gain2.value
      gain3 = averages.gain3.value
      square = averages.square.value
      error = averages.gain.error
      rule = averages.rule.description
      evaluations = averages.evaluations
    }
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
