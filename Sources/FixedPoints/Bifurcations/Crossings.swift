// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// What happens between two neighbouring points of a branch, and where.
extension BifurcationSearch {
  /// Bifurcations between two neighbouring points.
  func crossings(
    _ continuation: Continuation, _ a: Continuation.Step, _ b: Continuation.Step, _ ds: Double
  ) throws(LinearAlgebraError) -> [Bifurcation] {
    var result: [Bifurcation] = []
    let last = a.y.count - 1
    let test: [(kind: Bifurcation.Kind, value: (Continuation.Step) -> Double)] = [
      (.fold, { $0.tangent[last] }),
      (
        .transcritical,
        {
          ((try? LUDecomposition(of: continuation.bordered($0.slopes, $0.tangent))) ?? nil)?.determinant ?? 0
        }
      ),
    ]
    for (kind, value) in test where (value(a) < 0) != (value(b) < 0) {
      guard
        let s = locate(
          between: 0, and: ds,
          { s in
            s == 0 ? value(a) : ((try? continuation.advance(a, by: s))?.step).map(value) ?? .nan
          }), let point = try at(continuation, a, s)
      else { continue }
      result.append(
        Bifurcation(
          kind: kind == .fold ? .fold : try crossingKind(continuation, point), parameter: point.y[last],
          kappa: Array(point.y.dropLast()), frequency: nil))
    }
    if let hopf = try hopf(continuation, a, b, ds) { result.append(hopf) }
    if try abs(growing(b) - growing(a)) == 2, let double = try doubleCrossing(continuation, a, b, ds) {
      result.append(double)
    }
    return result
  }

  private func at(_ continuation: Continuation, _ a: Continuation.Step, _ s: Double)
    throws(LinearAlgebraError)
    -> Continuation.Step?
  {
    s == 0 ? a : try continuation.advance(a, by: s)?.step
  }

  /// A pitchfork when one of the two branches that meet stands upright on the parameter's axis, else transcritical.
  ///
  /// Directions d of branches satisfy ψᵀ ∂²f[d, d] = 0, ψ being what (∂f/∂κ)ᵀ maps to zero. For d in κ alone that is the
  /// condition looked at, against the mixed derivative by κ and the parameter.
  private func crossingKind(_ continuation: Continuation, _ point: Continuation.Step)
    throws(LinearAlgebraError)
    -> Bifurcation.Kind
  {
    let rank = point.y.count - 1
    let scale = continuation.scale
    let local = Matrix(rows: rank, columns: rank) { point.slopes[$0, $1] * scale[$1] }
    // Both from V, which stays orthogonal where singular values vanish; U need not.
    let (right, transposed) = (
      try SingularValueDecomposition(of: local).v, try SingularValueDecomposition(of: local.transposed).v
    )
    let upright = (0..<rank).map { right[$0, rank - 1] }
    let left = (0..<rank).map { transposed[$0, rank - 1] }
    let kappa = Array(point.y.dropLast())
    let h = 1e-3
    func along(_ side: Double, _ shift: Double) -> Double {
      let there = zip(zip(kappa, upright), scale).map { $0.0 + side * h * $0.1 * $1 }
      let (member, v) = continuation.family.member(point.y[rank] + shift * h * scale[rank])
      let flow = member.linearisation(kappa: there, input: v).flow
      return zip(left, flow).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let curvature = along(1, 0) + along(-1, 0) - 2 * along(0, 0)
    let mixed = (along(1, 1) - along(-1, 1) - along(1, -1) + along(-1, -1)) / 4
    return abs(curvature) < 1e-3 * abs(mixed) ? .pitchfork : .transcritical
  }

  /// Where two real eigenvalues pass zero together, which no determinant shows: their sum changes sign.
  private func doubleCrossing(
    _ continuation: Continuation, _ a: Continuation.Step, _ b: Continuation.Step, _ ds: Double
  ) throws(LinearAlgebraError) -> Bifurcation? {
    func sum(_ step: Continuation.Step) -> Double? {
      let real = (try? step.flow.latentJacobian.eigenvalues())?.filter { !$0.isTurning }.map(\.real)
      guard let nearest = real?.sorted(by: { abs($0) < abs($1) }).prefix(2), nearest.count == 2 else {
        return nil
      }
      return nearest.reduce(0, +)
    }
    guard let left = sum(a), let right = sum(b), (left < 0) != (right < 0),
      let s = locate(
        between: 0, and: ds,
        { s in s == 0 ? left : ((try? continuation.advance(a, by: s))?.step).flatMap(sum) ?? .nan }),
      let point = try at(continuation, a, s)
    else { return nil }
    return Bifurcation(
      kind: .circlePitchfork, parameter: point.y[point.y.count - 1], kappa: Array(point.y.dropLast()),
      frequency: nil)
  }

  private func hopf(
    _ continuation: Continuation, _ a: Continuation.Step, _ b: Continuation.Step, _ ds: Double
  ) throws(LinearAlgebraError) -> Bifurcation? {
    // The complex pair whose real part is closest to zero.
    func pair(_ step: Continuation.Step) -> Eigenvalue? {
      (try? step.flow.latentJacobian.eigenvalues())?.filter { $0.isTurning && $0.imaginary > 0 }.min {
        abs($0.real) < abs($1.real)
      }
    }
    guard let left = pair(a), let right = pair(b), (left.real < 0) != (right.real < 0),
      let s = locate(
        between: 0, and: ds,
        { s in
          s == 0 ? left.real : ((try? continuation.advance(a, by: s))?.step).flatMap(pair)?.real ?? .nan
        }), let point = try at(continuation, a, s), let critical = pair(point), abs(critical.real) < 1e-8
    else { return nil }
    return Bifurcation(
      kind: .hopf, parameter: point.y[point.y.count - 1], kappa: Array(point.y.dropLast()),
      frequency: critical.imaginary)
  }
}

extension Eigenvalue {
  /// Whether deviations turn; an imaginary part that rounding leaves of a double real eigenvalue does not count.
  var isTurning: Bool { abs(imaginary) > FixedPoint.rounding }
}
