// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints

/// The points into which a ring breaks, in a few words.
package func nearRingText(_ ring: NearRing) -> String {
  let stable = ring.points.count { $0.isStable }
  let (shortest, longest) = (ring.timeConstants.min() ?? 0, ring.timeConstants.max() ?? 0)
  return
    "\(ring.points.count) points, \(stable) of them stable and the others saddles in turn, at a mean distance of "
    + "\(text(ring.radius, digits: 3)) from their centre (± \(percent(ring.spread))), along which κ drifts with time "
    + "constants of \(text(shortest, digits: 3)) to \(text(longest, digits: 3)) τ"
}

extension Remark.Code {
  /// Isolated points of a network lie on what would be a ring of fixed points in infinitely many units.
  public static let nearRing: Self = "near-ring"
}

extension Remark {
  /// That isolated fixed points lie on what is nearly a ring.
  ///
  /// - Parameter place: under which input, e.g. `without input`.
  static func nearRing(_ ring: NearRing, _ place: String) -> Remark {
    .note(
      .nearRing, "fixed points that lie on what is nearly a ring, \(place): \(nearRingText(ring))",
      values: [
        "radius": ring.radius, "points": Double(ring.points.count), "spread": ring.spread,
        "shortest": ring.timeConstants.min() ?? 0, "longest": ring.timeConstants.max() ?? 0,
      ])
  }
}
