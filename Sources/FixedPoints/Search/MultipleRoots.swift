// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Roots that are one: where several meet (f is -x³ at a pitchfork), f vanishes to rounding in a neighbourhood, and
/// searches stop at one point of it after another.
///
/// Two such points, both with a Jacobian that is singular to what the neighbourhood allows, are the same where |f| is zero
/// to rounding all the way between them. Of those that hang together the one is kept where |f| is least.
struct MultipleRoots {
  private let flow: LatentFlow

  init(_ flow: LatentFlow) { self.flow = flow }

  /// The roots, each once.
  func merged(_ roots: [[Double]]) throws(LinearAlgebraError) -> [[Double]] {
    if roots.count < 2 { return roots }
    var sizes: [Double] = []
    for root in roots {
      sizes.append(try SingularValueDecomposition(of: flow.at(root).latentJacobian).singularValues.last ?? 0)
    }
    var result: [[Double]] = []
    var isDone = [Bool](repeating: false, count: roots.count)
    for first in roots.indices where !isDone[first] {
      isDone[first] = true
      guard sizes[first] < Self.singular else {
        result.append(roots[first])
        continue
      }
      var group = [first]
      var next = 0
      while next < group.count {
        for other in roots.indices where !isDone[other] && sizes[other] < Self.singular {
          if meets(roots[group[next]], roots[other]) {
            isDone[other] = true
            group.append(other)
          }
        }
        next += 1
      }
      let best = group.min { a, b in
        let (left, right) = (norm(flow.slope(roots[a])), norm(flow.slope(roots[b])))
        return left == right ? sizes[a] < sizes[b] : left < right
      }
      if let best { result.append(roots[best]) }
    }
    return result
  }

  /// The smallest singular value of ∂f/∂κ that a multiple root may have where a search stops near it.
  private static let singular = 1e-4

  private func meets(_ a: [Double], _ b: [Double]) -> Bool {
    guard distance(a, b) < 0.02 * flow.scale else { return false }
    return (1...7).allSatisfy { step in
      norm(flow.slope(zip(a, b).map { $0 + Double(step) / 8 * ($1 - $0) })) <= 1e-13 * flow.scale
    }
  }
}
