// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles

/// Which circuit stands for a network: one from a file, the moments of its units, or one fitted to its dynamics.
public struct CircuitRequest: Codable, Sendable, Hashable {
  /// A number of populations, or the choice of one.
  public enum PopulationCount: NumberOrAuto, Sendable, Hashable {
    /// So many.
    case fixed(Int)
    /// As few as follow the network, by the error on trials that none was fitted to.
    case automatic

    /// The most populations that can be asked for.
    public static let largest = 64

    /// `auto` or a number; `nil` for other texts.
    public init?(_ text: String) {
      if text == "auto" {
        self = .automatic
      } else if let count = Int(text), (1...Self.largest).contains(count) {
        self = .fixed(count)
      } else {
        return nil
      }
    }

    /// The number; `nil` where it is to be chosen.
    public var number: Int? {
      if case .fixed(let count) = self { count } else { nil }
    }

    /// What is expected, for errors.
    public static var expectation: String { "populations are 1 to \(largest), or auto" }
  }

  /// A circuit from a file instead of one made of the network.
  public var file: String?
  /// How many populations; `nil` for the file's own populations, or one.
  public var populations: PopulationCount?
  /// The closure; `nil` for moments, or with `automatic` populations for the simplest that follows the network.
  public var closure: Closure?
  /// How strongly a refined circuit is tied to the clusters; `nil` for as strongly as costs little.
  public var anchor: Double?
  /// A circuit in memory instead of a file; not part of the JSON.
  public var document: CircuitFile? = nil

  private enum CodingKeys: CodingKey { case file, populations, closure, anchor }

  /// A circuit made of the network.
  public init(populations: PopulationCount? = nil, closure: Closure? = nil, anchor: Double? = nil) {
    file = nil
    self.populations = populations
    self.closure = closure
    self.anchor = anchor
  }

  /// A circuit from a file.
  public init(file: String) {
    self.init()
    self.file = file
  }

  /// Whether the circuit is there already, in a file or in memory.
  public var isGiven: Bool { file != nil || document != nil }
  /// Whether nothing is said about the circuit.
  public var isOpen: Bool { self == CircuitRequest() }
  /// The closure, where it is not chosen by its error.
  public var wantedClosure: Closure { closure ?? .moments }
  /// Whether the closure is chosen together with the number of populations.
  public var choosesClosure: Bool { populations == .automatic && closure == nil }
  /// Whether trials are needed to make the circuit, which then must not be those it is judged by.
  public var isFitted: Bool { wantedClosure != .moments || populations == .automatic }

  /// Relative error of z on held-out trials below which a simpler circuit is preferred to a better one.
  public static let enough = Fidelity.faithful.limit

  /// Refuses a circuit that is given, where populations stand for units.
  func refuseGiven() throws(StudyError) {
    guard isGiven else { return }
    throw StudyError(
      .usage, "circuit",
      "expected `populations` instead: a circuit file does not say which units its populations are.")
  }

  /// Refuses what contradicts itself.
  public func validate() throws(StudyError) {
    if file != nil && document != nil {
      throw StudyError(.usage, "circuit", "expected a file or a circuit in memory, found both.")
    }
    if isGiven && (populations != nil || closure != nil || anchor != nil) {
      throw StudyError(
        .usage, "", "`circuit` says it already: leave out `populations`, `closure` and `anchor`.")
    }
    if case .fixed(let count) = populations, !(1...PopulationCount.largest).contains(count) {
      throw StudyError(
        .usage, "populations", "expected 1 to \(PopulationCount.largest), or auto, found \(count).")
    }
    if anchor != nil && wantedClosure != .refined && !choosesClosure {
      throw StudyError(.usage, "", "`anchor` belongs to `closure` refined.")
    }
    if let anchor, !(anchor >= 0 && anchor.isFinite) {
      throw StudyError(.usage, "anchor", "expected a number of at least 0, found \(anchor).")
    }
  }
}
