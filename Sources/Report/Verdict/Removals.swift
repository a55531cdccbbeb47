/// What becomes of a circuit's choices when one population is inactivated, in one sentence with the numbers it rests on.
public struct Removals: Sendable, Hashable {
  /// Names of the groups of trials, e.g. contexts.
  public let groups: [String]
  /// Share of right decisions of the whole circuit, group by group.
  public let intact: [Double]
  /// The same without each population, (P, groups).
  public let without: [[Double]]

  /// Shares of right decisions with and without each population.
  public init(groups: [String], intact: [Double], without: [[Double]]) {
    precondition(
      intact.count == groups.count && without.allSatisfy { $0.count == groups.count }, "one share per group")
    self.groups = groups
    self.intact = intact
    self.without = without
  }

  /// Below this share most choices are the opposite; up to `chance` as many are wrong as not.
  private static let reversed = 0.35
  private static let chance = 0.65

  /// The sentence; empty where the whole circuit does not do the task in any group, so that there is nothing to lose.
  public var sentence: String {
    let able = groups.indices.filter { intact[$0] >= 0.9 }
    if able.isEmpty || without.isEmpty { return "" }
    let parts = without.enumerated().compactMap { population, shares -> String? in
      func list(_ range: (Double) -> Bool) -> String {
        able.filter { range(shares[$0]) }.map { "in \(name($0)) (\(percent(shares[$0])) right)" }
          .joined(separator: " and ")
      }
      let (turned, lost) = (list { $0 < Self.reversed }, list { $0 >= Self.reversed && $0 <= Self.chance })
      if turned.isEmpty && lost.isEmpty { return nil }
      let effects = [
        turned.isEmpty ? nil : "reverses choices " + turned, lost.isEmpty ? nil : "destroys them " + lost,
      ].compactMap { $0 }.joined(separator: " and ")
      return "removing population \(population + 1) "
        + (turned.isEmpty ? effects.replacing("destroys them", with: "destroys choices") : effects)
    }
    guard parts.isEmpty else {
      let joined = parts.joined(separator: "; ")
      return "In the circuit, " + joined + "."
    }
    let least = without.flatMap { shares in able.map { shares[$0] } }.min() ?? 0
    return
      "No single population's removal reverses or destroys the circuit's choices: at least \(percent(least)) stay right."
  }

  private func name(_ group: Int) -> String {
    groups.count == 1 || !groups[group].hasSuffix("context") ? groups[group] : "the " + groups[group]
  }
}
