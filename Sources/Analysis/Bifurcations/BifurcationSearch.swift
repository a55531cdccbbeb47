import LowRank

/// Branches of a circuit's fixed points over a range of one parameter, and their bifurcations located to rounding.
///
/// Fixed points are searched at several values of the parameter (`FixedPointSearch`); each that lies on no known branch
/// is continued both ways to the ends of the range. Between two points of a branch a bifurcation shows as a change of
/// sign: of dp/ds at a fold, of det [∂f/∂y; tᵀ] where branches cross, of the real part of a complex pair at a Hopf
/// point. Its place along the arc is then found by Brent's method.
public struct BifurcationSearch: Sendable {
  /// How many values of the parameter are searched for branches.
  public var probes = 9
  /// The longest step along a branch, as a share of the range.
  public var longestStep = 0.02
  /// How many points a branch may have.
  public var pointLimit = 4000
  /// The search for fixed points at the probes.
  public var search = FixedPointSearch()

  /// A search with the usual effort.
  public init() { search.budget = 4000 }

  /// The diagram.
  ///
  /// - Parameters:
  ///   - circuit: the circuit.
  ///   - input: the constant input, K values.
  ///   - parameter: what varies; it must exist in the circuit.
  ///   - range: from where to where.
  /// - Throws: `LinearAlgebraError` when numerics fail.
  public func diagram(
    of circuit: EffectiveCircuit, input: [Double], parameter: BifurcationParameter,
    over range: ClosedRange<Double>
  ) throws(LinearAlgebraError) -> BifurcationDiagram {
    precondition(range.lowerBound < range.upperBound, "a range has a length")
    let family = CircuitFamily(circuit: circuit, input: input, parameter: parameter)
    let width = range.upperBound - range.lowerBound
    var found: [(kappa: [Double], parameter: Double)] = []
    for probe in 0..<probes {
      // Off the round numbers, at which symmetric circuits have their bifurcations.
      let value = range.lowerBound + width * (Double(probe) + 0.4871) / Double(probes)
      let (member, v) = family.member(value)
      for point in try search.fixedPoints(of: member, input: v).points { found.append((point.kappa, value)) }
    }
    let reach = found.reduce(0) { max($0, norm($1.kappa)) }
    let scale = [Double](repeating: max(reach, 1e-3), count: circuit.rank) + [width]
    let continuation = Continuation(family: family, range: range, scale: scale)
    var branches: [Branch] = []
    var bifurcations: [Bifurcation] = []
    var notes: [String] = []
    for point in found {
      let y = zip(point.kappa + [point.parameter], scale).map { $0 / $1 }
      if branches.contains(where: { $0.passes(y, scale: scale) }) { continue }
      guard let start = try continuation.start(point.kappa, point.parameter) else { continue }
      var backward = start
      backward.tangent = backward.tangent.map { -$0 }
      let (there, closed, lost) = try follow(continuation, start, &bifurcations)
      if lost { notes.append("a branch was lost near p = \(there.last?.y.last ?? point.parameter)") }
      var steps = there
      if !closed {
        let (back, _, lost) = try follow(continuation, backward, &bifurcations)
        if lost { notes.append("a branch was lost near p = \(back.last?.y.last ?? point.parameter)") }
        steps = back.reversed() + [start] + there
      } else {
        steps = [start] + there
      }
      var points: [Branch.Point] = []
      for step in steps {
        points.append(
          Branch.Point(
            parameter: step.y[circuit.rank], kappa: Array(step.y.dropLast()),
            eigenvalues: try step.flow.latentJacobian.eigenvalues(), outputs: step.flow.outputs))
      }
      branches.append(Branch(points: points, isClosed: closed))
    }
    return BifurcationDiagram(
      branches: branches, bifurcations: distinct(bifurcations, scale: scale), notes: notes)
  }

  /// Follows a branch one way: its points after the start, whether it came back to the start, whether it was lost.
  private func follow(
    _ continuation: Continuation, _ start: Continuation.Step, _ bifurcations: inout [Bifurcation]
  ) throws(LinearAlgebraError) -> (steps: [Continuation.Step], closed: Bool, lost: Bool) {
    var steps: [Continuation.Step] = []
    var here = start
    var ds = longestStep / 4
    while steps.count < pointLimit {
      guard let (next, iterations) = try continuation.advance(here, by: ds),
        // A sharp turn means that the step jumped to another branch.
        zip(here.tangent, next.tangent).reduce(0, { $0 + $1.0 * $1.1 }) > 0.9
      else {
        ds /= 2
        if ds < 1e-8 { return (steps, false, true) }
        continue
      }
      for bifurcation in try crossings(continuation, here, next, ds)
      where continuation.range.contains(bifurcation.parameter) {
        bifurcations.append(bifurcation)
      }
      steps.append(next)
      let parameter = next.y[next.y.count - 1]
      if !continuation.range.contains(parameter) {
        return (try trimmed(continuation, steps, here, ds), false, false)
      }
      let gap = zip(zip(next.y, start.y), continuation.scale).map { ($0.0 - $0.1) / $1 }
      if steps.count > 5, norm(gap) < 0.9 * ds { return (steps, true, false) }
      here = next
      ds = iterations <= 4 ? min(ds * 1.4, longestStep) : (iterations > 7 ? ds / 1.6 : ds)
    }
    return (steps, false, false)
  }

  /// Ends a branch on the border of the range instead of beyond it.
  private func trimmed(
    _ continuation: Continuation, _ steps: [Continuation.Step], _ here: Continuation.Step, _ ds: Double
  ) throws(LinearAlgebraError) -> [Continuation.Step] {
    let last = here.y.count - 1
    let beyond = steps[steps.count - 1].y[last]
    let border =
      beyond > continuation.range.upperBound ? continuation.range.upperBound : continuation.range.lowerBound
    guard
      let s = locate(
        between: 0, and: ds,
        { s in
          (try? continuation.advance(here, by: s))?.step.y[last].advanced(by: -border) ?? .nan
        }), let end = try continuation.advance(here, by: s)?.step
    else { return Array(steps.dropLast()) }
    return steps.dropLast() + [end]
  }

  private func locate(between a: Double, and b: Double, _ function: @escaping (Double) -> Double) -> Double? {
    try? bracketedRoot(between: a, and: b, tolerance: 1e-14, of: function)
  }

  /// Bifurcations between two neighbouring points.
  private func crossings(
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
    return result
  }

  private func at(_ continuation: Continuation, _ a: Continuation.Step, _ s: Double)
    throws(LinearAlgebraError)
    -> Continuation.Step?
  {
    s == 0 ? a : try continuation.advance(a, by: s)?.step
  }

  /// A pitchfork when one of the two directions that meet has no part along the parameter, else transcritical.
  private func crossingKind(_ continuation: Continuation, _ point: Continuation.Step)
    throws(LinearAlgebraError)
    -> Bifurcation.Kind
  {
    let count = point.y.count
    // The null space of ∂f/∂y is a plane there, of which the tangent is one direction.
    let bordered = continuation.bordered(point.slopes, point.tangent)
    let decomposition = try SingularValueDecomposition(of: bordered)
    let other = abs(decomposition.v[count - 1, count - 1])
    return min(other, abs(point.tangent[count - 1])) < 1e-3 ? .pitchfork : .transcritical
  }

  private func hopf(
    _ continuation: Continuation, _ a: Continuation.Step, _ b: Continuation.Step, _ ds: Double
  ) throws(LinearAlgebraError) -> Bifurcation? {
    // The complex pair whose real part is closest to zero.
    func pair(_ step: Continuation.Step) -> Eigenvalue? {
      (try? step.flow.latentJacobian.eigenvalues())?.filter { $0.imaginary > 0 }.min {
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

  /// The same point met from several branches counts once; a fold that is a pitchfork's own is a pitchfork.
  private func distinct(_ all: [Bifurcation], scale: [Double]) -> [Bifurcation] {
    var result: [Bifurcation] = []
    for item in all.sorted(by: { ($0.kind == .fold ? 1 : 0) < ($1.kind == .fold ? 1 : 0) }) {
      let y = zip(item.kappa + [item.parameter], scale).map { $0 / $1 }
      let known = result.contains { other in
        distance(zip(other.kappa + [other.parameter], scale).map { $0 / $1 }, y) < 1e-5
      }
      if !known { result.append(item) }
    }
    return result.sorted { $0.parameter < $1.parameter }
  }
}

extension Branch {
  /// Whether a point (in scaled coordinates) lies on the curve.
  fileprivate func passes(_ y: [Double], scale: [Double]) -> Bool {
    var previous: [Double]?
    for point in points {
      let here = zip(point.kappa + [point.parameter], scale).map { $0 / $1 }
      if let previous {
        // Distance from the chord, allowing for its sagitta.
        let chord = zip(here, previous).map { $0 - $1 }
        let length = norm(chord)
        let offset = zip(y, previous).map { $0 - $1 }
        let along = zip(chord, offset).reduce(0) { $0 + $1.0 * $1.1 } / max(length * length, 1e-300)
        if along >= 0, along <= 1 {
          let foot = zip(offset, chord).map { $0 - along * $1 }
          if norm(foot) < 0.05 * length { return true }
        }
      }
      previous = here
    }
    return false
  }
}
