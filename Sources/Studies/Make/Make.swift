// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import NetworkFiles

/// A circuit or network whose dynamics is known in closed form. A question without a subject.
///
///     try Make(.cycle, values: ["strength": 1.5, "turn": 0.6]).run().circuit
public struct Make: Codable, Sendable, Hashable {
  /// What can be made.
  public enum Preset: String, Codable, Sendable, Hashable, CaseIterable {
    /// A ring of fixed points.
    case ring
    /// A ring that follows a rotating cue.
    case rotatingCue = "ring-rotating-cue"
    /// A limit cycle.
    case cycle
    /// Patterns of ±1 that are fixed points.
    case associativeMemory = "associative-memory"
    /// Fixed points at the corners of a polygon, by populations.
    case polygon
    /// Two choices.
    case decision
    /// Two time constants.
    case workingMemory = "working-memory"
    /// Stimuli let through by context.
    case contextGating = "context-gating"
    /// Two neurons and their eigenvectors.
    case twoNeuron = "two-neuron"
    /// A random bulk beside one direction.
    case bulk
  }

  /// Which of them.
  public var preset: Preset
  /// Its parameters by name; those left out take the preset's own (`Preset.parameters`).
  public var values: [String: Double]
  /// N of a network.
  public var units: Int
  /// α = dt/τ.
  public var alpha: Double
  /// How the network's moments compare with the circuit's.
  public var moments: ConnectivityStatistics.MomentRule
  /// Seed of the draw.
  public var seed: UInt64

  /// A request; two neurons are two, whatever `units` says.
  public init(
    _ preset: Preset, values: [String: Double] = [:], units: Int = 512, alpha: Double = 0.2,
    moments: ConnectivityStatistics.MomentRule = .matched, seed: UInt64 = 1
  ) {
    self.preset = preset
    self.values = values
    self.units = units
    self.alpha = alpha
    self.moments = moments
    self.seed = seed
  }

  /// Refuses what makes no sense.
  public func validate() throws(StudyError) {
    let known = preset.parameters
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      guard let parameter = known.first(where: { $0.name == name }) else {
        throw StudyError(
          .usage, name,
          "expected a parameter of \(preset.rawValue): \(known.map(\.name).joined(separator: ", ")); found \(name)."
        )
      }
      guard parameter.range.contains(value), !parameter.isWhole || value == value.rounded() else {
        throw StudyError(
          .usage, name,
          "expected a \(parameter.isWhole ? "whole " : "")number from \(given(parameter.range.lowerBound)) to "
            + "\(given(parameter.range.upperBound)), found \(given(value)).")
      }
    }
    if preset == .polygon, Int(value("corners")) % 2 != 0 {
      throw StudyError(
        .usage, "corners",
        "expected an even number, for φ is odd and -κ rests where κ does, found \(given(value("corners"))).")
    }
    guard (2...100_000).contains(units) else {
      throw StudyError(.usage, "units", "expected 2 to 100000, found \(units).")
    }
    guard preset != .bulk || units <= 20_000 else {
      throw StudyError(.usage, "units", "expected at most 20000 beside a dense bulk, found \(units).")
    }
    guard alpha > 0, alpha <= 1 else {
      throw StudyError(.usage, "alpha", "expected a number above 0 and at most 1, found \(alpha).")
    }
  }

  /// A parameter's value.
  func value(_ name: String) -> Double {
    values[name] ?? preset.parameters.first { $0.name == name }?.usual ?? 0
  }

  /// Makes it.
  public func run() throws(StudyError) -> MadePreset {
    try validate()
    let statistics = preset.statistics(value)
    var provenance = [
      "preset": preset.rawValue, "program": "kappa \(kappaVersion)", "closedForm": preset.closedForm,
    ]
    for parameter in preset.parameters { provenance[parameter.name] = given(value(parameter.name)) }
    let circuit = CircuitFile(
      circuit: EffectiveCircuit(statistics, transfer: .tanh), alpha: alpha, closure: .moments,
      provenance: provenance)
    return MadePreset(request: self, circuit: circuit)
  }
}

/// A circuit of a preset, and the network that can be drawn from it.
public struct MadePreset: Sendable {
  /// What was asked for.
  public let request: Make
  /// The circuit.
  public let circuit: CircuitFile

  /// What a network's .npz holds: m, n, I, w, alpha, transfer; with a bulk J, I, w.
  ///
  /// - Throws: `StudyError` when there are too few units to match the moments.
  public func networkArrays() throws(StudyError) -> [Tensor] {
    let statistics = circuit.circuit.statistics
    var stream = RandomStream(seed: request.seed, purpose: .redraws)
    let count = request.preset == .twoNeuron ? 2 : request.units
    let network: Network
    do throws(LinearAlgebraError) {
      network = try statistics.redraw(
        units: count, moments: request.moments, transfer: circuit.circuit.transfer, stream: &stream)
    } catch {
      throw StudyError(.usage, "units", error.description)
    }
    let rest = [
      Tensor(name: "I", network.inputs), Tensor(name: "w", network.readouts),
      Tensor(name: "alpha", scalar: circuit.alpha),
      Tensor(name: "transfer", text: network.transfer.rawValue),
    ]
    guard request.preset == .bulk else {
      return [Tensor(name: "m", network.m), Tensor(name: "n", network.n)] + rest
    }
    let entry = request.value("gain") / Double(count).squareRoot()
    let j = Matrix(rows: count, columns: count) { row, column in
      entry * stream.normal() + network.m[row, 0] * network.n[column, 0] / Double(count)
    }
    return [Tensor(name: "J", j)] + rest
  }
}
