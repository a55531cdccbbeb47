// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// A curve of limit cycles over a parameter, in the order in which it is passed.
public struct CycleBranch: Sendable, Hashable {
  /// A cycle at a value of the parameter.
  public struct Point: Sendable, Hashable {
    /// The parameter.
    public let parameter: Double
    /// The cycle there.
    public let cycle: LimitCycle
  }

  /// How a branch begins or ends.
  public enum End: Sendable, Hashable {
    /// The cycle shrinks onto a fixed point: a Hopf point.
    case hopf(parameter: Double, kappa: [Double])
    /// The branch leaves the range.
    case border
    /// The curve closes.
    case closed
    /// The period grows beyond what is followed, as near a homoclinic orbit or a saddle-node on the cycle; the longest.
    case longPeriod(Double)
    /// A Floquet multiplier of this size carries rounding away: shooting resolves no more.
    case tooUnstable(Double)
    /// As much work was spent on it as may be.
    case budget
    /// Newton's method found no next cycle.
    case lost
  }

  /// What happens to a cycle at one value of the parameter.
  public struct Bifurcation: Sendable, Hashable {
    /// Kinds, by the Floquet multiplier that passes the unit circle.
    public enum Kind: String, Sendable, Hashable {
      /// Two cycles meet and vanish; the branch turns back in the parameter.
      case fold = "fold of cycles"
      /// A multiplier passes -1.
      case periodDoubling = "period doubling"
      /// A complex pair passes the unit circle (Neimark–Sacker).
      case torus
      /// A multiplier passes 1 without a fold: another branch of cycles crosses.
      case branching = "crossing of cycles"
    }

    /// What happens.
    public let kind: Kind
    /// At which value of the parameter.
    public let parameter: Double
    /// The cycle there.
    public let cycle: LimitCycle
  }

  /// The cycles.
  public let points: [Point]
  /// How it begins.
  public let start: End
  /// How it ends.
  public let end: End
  /// Bifurcations of its cycles, in the order in which they are passed.
  public let bifurcations: [Bifurcation]

  /// The parameter at the Hopf point where it begins; `nil` for a branch that begins elsewhere.
  public var birth: Double? {
    if case .hopf(let parameter, _) = start { parameter } else { nil }
  }
}

extension CycleBranch.End: CustomStringConvertible {
  /// A few words for a table.
  public var description: String {
    switch self {
    case .hopf: "Hopf point"
    case .border: "end of the range"
    case .closed: "closed"
    case .longPeriod: "ever longer periods"
    case .tooUnstable: "given up: too unstable for shooting"
    case .budget: "given up: too much work"
    case .lost: "given up: Newton's method fails"
    }
  }

  /// Whether there is more of the branch than was followed.
  public var isGivenUp: Bool {
    switch self {
    case .tooUnstable, .budget, .lost: true
    case .hopf, .border, .closed, .longPeriod: false
    }
  }
}
