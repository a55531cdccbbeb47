// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Which task variables the rates of units follow at one moment of the trials, population by population, and whether
/// their loadings say so.
///
/// Variables are taken in units of their own SD, so that their slopes can be compared: a change of the rate per SD.
public struct Tuning: Sendable, Hashable {
  /// A quantity with one value per trial.
  public struct Variable: Sendable, Hashable {
    /// Its name, e.g. `coherence`.
    public let name: String
    /// Its value in each trial, (B).
    public let values: [Double]

    /// A variable.
    public init(name: String, values: [Double]) {
      self.name = name
      self.values = values
    }
  }

  /// What units make of one variable, all others held.
  public struct Row: Sendable, Hashable {
    /// The variable's name.
    public let name: String
    /// Slope of each unit's rate, per SD of the variable, (N).
    public let measured: [Double]
    /// The same as it follows from the unit's loadings and the network's κ, (N).
    public let predicted: [Double]
    /// Correlation over units of measured slopes and those predicted with the network's κ; 0 where one is constant.
    public let correlation: Double
    /// The same with a circuit's κ, where there is a circuit.
    public let circuitCorrelation: Double?
    /// RMS over all units of the measured slope.
    public let size: Double
    /// RMS over each population's units, (P); empty without populations.
    public let sizes: [Double]

    /// The population whose rates follow the variable most, if they do by `factor` times as much as any other's.
    public func carrier(byFactor factor: Double = 1.2) -> Int? {
      let order = sizes.indices.sorted { sizes[$0] > sizes[$1] }
      guard order.count > 1, sizes[order[0]] > factor * sizes[order[1]] else { return nil }
      return order[0]
    }
  }

  /// The moment's name, e.g. `end of the stimulus`.
  public let moment: String
  /// One row per variable that could be told apart from the others.
  public let rows: [Row]
  /// Variables left out because they do not vary.
  public let constant: [String]
  /// Variables left out because the others determine them.
  public let dependent: [String]
  /// The population of each of the units that were looked at; empty without populations.
  public let labels: [Int]

  /// Whether rates follow a variable at this moment at all: by more than a twentieth of what they follow most. Below that,
  /// as before a stimulus is shown, slopes are those of the noise.
  public func isFollowed(_ row: Row) -> Bool { row.size > 0.05 * (rows.map(\.size).max() ?? 0) }

  /// N above which units are looked at in an even selection.
  public static let largest = 5000

  /// Compares rates and loadings at one moment.
  ///
  /// A variable of which more than 99.9 % of the variance follows from those before it is left out.
  ///
  /// - Parameters:
  ///   - moment: its name.
  ///   - network: the network.
  ///   - states: the network's (κ, v) at that moment of each trial, row-major (B, R + K).
  ///   - rates: those of its units, (B, N), where they do not follow from (κ, v), as with a dense J.
  ///   - circuitStates: the same of a circuit of it, under the same trials.
  ///   - variables: one value per trial each.
  ///   - labels: the population of every unit, 0..<P; empty for none.
  /// - Throws: `LinearAlgebraError` when states are not finite, or there are too few trials for so many variables.
  public init(
    at moment: String, network: Network, states: [Double], rates: Matrix? = nil,
    circuitStates: [Double]? = nil, variables: [Variable], labels: [Int] = []
  ) throws(LinearAlgebraError) {
    let trials = variables.first?.values.count ?? 0
    precondition(variables.allSatisfy { $0.values.count == trials }, "one value per trial")
    precondition(labels.isEmpty || labels.count == network.unitCount, "one population per unit")
    var (kept, constant, dependent): ([(name: String, values: [Double])], [String], [String]) = ([], [], [])
    var directions: [[Double]] = []
    for variable in variables {
      guard let values = standardised(variable.values) else {
        constant.append(variable.name)
        continue
      }
      var rest = values
      for direction in directions {
        let part = zip(rest, direction).reduce(0) { $0 + $1.0 * $1.1 }
        for i in rest.indices { rest[i] -= part * direction[i] }
      }
      let left = rest.reduce(0) { $0 + $1 * $1 }
      guard left > 1e-3 * Double(trials) else {
        dependent.append(variable.name)
        continue
      }
      directions.append(rest.map { $0 / left.squareRoot() })
      kept.append((variable.name, values))
    }
    (self.moment, self.constant, self.dependent) = (moment, constant, dependent)
    let chosen = min(network.unitCount, Self.largest)
    let units = (0..<chosen).map { $0 * network.unitCount / chosen }
    let part: Network
    do throws(ShapeError) {
      part = try network.selecting(units: units)
    } catch {
      throw LinearAlgebraError(operation: "selection of units", reason: error.description)
    }
    self.labels = labels.isEmpty ? [] : units.map { labels[$0] }
    guard !kept.isEmpty else {
      rows = []
      return
    }
    let columns = Matrix(rows: trials, columns: kept.count) { kept[$1].values[$0] }
    let seen = rates.map { rates in Matrix(rows: trials, columns: chosen) { rates[$0, units[$1]] } }
    let own = try Selectivity(of: part, states: states, rates: seen, variables: columns)
    var circuit: Selectivity?
    if let circuitStates {
      circuit = try own.predicted(of: part, from: circuitStates, variables: columns)
    }
    let members = self.labels
    let populations = (members.max() ?? -1) + 1
    rows = kept.enumerated().map { index, variable in
      let measured = Array(own.measured.column(index))
      return Row(
        name: variable.name, measured: measured, predicted: Array(own.predicted.column(index)),
        correlation: own.correlations[index], circuitCorrelation: circuit?.correlations[index],
        size: rms(measured),
        sizes: (0..<populations).map { p in
          rms(measured.indices.filter { members[$0] == p }.map { measured[$0] })
        })
    }
  }
}

/// Values less their mean over their SD; `nil` when they do not vary.
private func standardised(_ values: [Double]) -> [Double]? {
  let count = Double(max(values.count, 1))
  let mean = values.reduce(0, +) / count
  let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
  // What rounding leaves of equal numbers is no variation.
  guard deviation.isFinite, deviation > 1e-12 * (abs(mean) + deviation), deviation > 0 else { return nil }
  return values.map { ($0 - mean) / deviation }
}

private func rms(_ values: [Double]) -> Double {
  (values.reduce(0) { $0 + $1 * $1 } / Double(max(values.count, 1))).squareRoot()
}
