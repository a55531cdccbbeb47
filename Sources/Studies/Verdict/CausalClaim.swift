// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// That an input acts through a population, tested by silencing the population's units in the full network.
public struct CausalClaim: Codable, Sendable, Hashable {
  /// The context in which it is said.
  public let context: String
  /// The input that κ follows there.
  public let input: String
  /// The population that carries most of it in the circuit, counted from one.
  public let population: Int
  /// Share of right choices in that context with everything in place, in circuit and network.
  public let circuitIntact, networkIntact: Double
  /// The same without the population.
  public let circuitWithout, networkWithout: Double
  /// The least share without any one other population: a population that is needed no more than another is no route.
  public let circuitWithoutOther, networkWithoutOther: Double

  /// Shares further apart than this differ: five standard errors of a share of 150 trials.
  static let difference = 0.2
  /// Below this share of right choices, a population's removal has destroyed or reversed them.
  static let lost = 0.65

  /// Whether the network does what the circuit says: both do the task, and lose it alike without the population, and not
  /// as well without another.
  public var holds: Bool {
    circuitWithout < circuitWithoutOther && networkWithout < networkWithoutOther && circuitIntact >= 0.9
      && networkIntact >= 0.9 && circuitWithout <= Self.lost && networkWithout <= Self.lost
      && abs(circuitWithout - networkWithout) <= Self.difference
  }

  /// What stands behind a sentence on the input: nothing where network and circuit do not agree.
  var shownPhrase: String? {
    holds
      ? ", through population \(population): without its units the network has \(percent(networkWithout)) of choices "
        + "right there, the circuit \(percent(circuitWithout))" : nil
  }

  private enum CodingKeys: CodingKey {
    case context, input, population, circuitIntact, networkIntact, circuitWithout, networkWithout,
      circuitWithoutOther, networkWithoutOther, holds
  }

  /// All numbers, and whether the claim holds.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(context, forKey: .context)
    try container.encode(input, forKey: .input)
    try container.encode(population, forKey: .population)
    try container.encode(circuitIntact, forKey: .circuitIntact)
    try container.encode(networkIntact, forKey: .networkIntact)
    try container.encode(circuitWithout, forKey: .circuitWithout)
    try container.encode(networkWithout, forKey: .networkWithout)
    try container.encode(circuitWithoutOther, forKey: .circuitWithoutOther)
    try container.encode(networkWithoutOther, forKey: .networkWithoutOther)
    try container.encode(holds, forKey: .holds)
  }

  init(
    context: String, input: String, population: Int, circuitIntact: Double, networkIntact: Double,
    circuitWithout: Double, networkWithout: Double, circuitWithoutOther: Double, networkWithoutOther: Double
  ) {
    self.circuitWithoutOther = circuitWithoutOther
    self.networkWithoutOther = networkWithoutOther
    self.context = context
    self.input = input
    self.population = population
    self.circuitIntact = circuitIntact
    self.networkIntact = networkIntact
    self.circuitWithout = circuitWithout
    self.networkWithout = networkWithout
  }

  /// A claim from its JSON; what it says of holding is found again from the numbers.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    context = try container.decode(String.self, forKey: .context)
    input = try container.decode(String.self, forKey: .input)
    population = try container.decode(Int.self, forKey: .population)
    circuitIntact = try container.decode(Double.self, forKey: .circuitIntact)
    networkIntact = try container.decode(Double.self, forKey: .networkIntact)
    circuitWithout = try container.decode(Double.self, forKey: .circuitWithout)
    networkWithout = try container.decode(Double.self, forKey: .networkWithout)
    circuitWithoutOther = try container.decode(Double.self, forKey: .circuitWithoutOther)
    networkWithoutOther = try container.decode(Double.self, forKey: .networkWithoutOther)
  }
}
