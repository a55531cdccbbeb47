// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CGSL

/// GSL's integration rules, with the workspaces they need.
///
/// It owns its workspaces, cannot be copied, and therefore cannot be shared between threads: sharing one gives wrong
/// numbers without a message. The error GSL reports is passed on as what it is, a report; `GainIntegrals` gives
/// bounds that hold.
public struct AdaptiveQuadrature: ~Copyable {
  private let workspace: UnsafeMutablePointer<gsl_integration_workspace>
  private let doublyAdaptive: UnsafeMutablePointer<gsl_integration_cquad_workspace>
  private var hermite: (count: Int, workspace: UnsafeMutablePointer<gsl_integration_fixed_workspace>)?

  /// Most subintervals an adaptive rule may use.
  private static let intervalLimit = 400

  /// Workspaces for every rule.
  ///
  /// - Throws: `QuadratureError` when GSL has no memory for them.
  public init() throws(QuadratureError) {
    _ = Self.errorHandlerIsOff
    let wanted = QuadratureError(
      quantity: "GSL workspace", expected: "memory for \(Self.intervalLimit) intervals", found: "none")
    guard let workspace = gsl_integration_workspace_alloc(Self.intervalLimit) else { throw wanted }
    guard let doublyAdaptive = gsl_integration_cquad_workspace_alloc(Self.intervalLimit) else {
      gsl_integration_workspace_free(workspace)
      throw wanted
    }
    self.workspace = workspace
    self.doublyAdaptive = doublyAdaptive
    hermite = nil
  }

  deinit {
    gsl_integration_workspace_free(workspace)
    gsl_integration_cquad_workspace_free(doublyAdaptive)
    if let hermite { gsl_integration_fixed_free(hermite.workspace) }
  }

  /// GSL's default handler ends the process at the first error; it is turned off once, before anything else.
  private static let errorHandlerIsOff: Bool = {
    _ = gsl_set_error_handler_off()
    return true
  }()

  /// What a rule returned.
  public struct Result: Sendable, Hashable {
    /// The integral.
    public let value: Double
    /// The error that the rule itself reports; no bound.
    public let reportedError: Double
    /// How often the integrand was evaluated.
    public let evaluations: Int
    /// Whether the rule says that it reached its tolerance. It is no proof either.
    public let converged: Bool
  }

  /// QAG with 61-point Gauss–Kronrod on every piece of the integrand's range.
  ///
  /// - Parameters:
  ///   - integrand: what is integrated.
  ///   - absoluteTolerance: each piece stops at this error or at 1e-13 of its value.
  /// - Throws: `QuadratureError` when the integrand is not finite or GSL refuses its arguments.
  public mutating func qag(
    _ integrand: GaussianIntegrand, absoluteTolerance: Double = 0
  ) throws(QuadratureError) -> Result {
    let (coordinate, points) = integrand.pieces
    return try pieces(integrand, .qag, coordinate, points) { [workspace] function, low, high, value, error in
      gsl_integration_qag(
        function, low, high, absoluteTolerance, Self.relativeTolerance, Self.intervalLimit,
        Int32(GSL_INTEG_GAUSS61), workspace, &value, &error)
    }
  }

  /// QAGI over the whole line in z, split at a kink of φ.
  ///
  /// - Parameters:
  ///   - integrand: what is integrated.
  ///   - absoluteTolerance: the rule stops at this error or at 1e-13 of the value.
  /// - Throws: `QuadratureError` as `qag` does.
  public mutating func qagi(
    _ integrand: GaussianIntegrand, absoluteTolerance: Double = 0
  ) throws(QuadratureError) -> Result {
    let kinks = integrand.transfer.kinks.map { ($0 - integrand.mean) / integrand.deviation }
    let points = [-Double.infinity] + kinks.filter { abs($0) < 30 } + [.infinity]
    return try pieces(integrand, .qagi, .z, points) { [workspace] function, low, high, value, error in
      switch (low.isFinite, high.isFinite) {
      case (false, false):
        gsl_integration_qagi(
          function, absoluteTolerance, Self.relativeTolerance, Self.intervalLimit, workspace, &value, &error)
      case (true, _):
        gsl_integration_qagiu(
          function, low, absoluteTolerance, Self.relativeTolerance, Self.intervalLimit, workspace, &value,
          &error)
      default:
        gsl_integration_qagil(
          function, high, absoluteTolerance, Self.relativeTolerance, Self.intervalLimit, workspace, &value,
          &error)
      }
    }
  }

  /// CQUAD in z on |z| ≤ 12, split at a kink of φ.
  ///
  /// - Parameters:
  ///   - integrand: what is integrated.
  ///   - absoluteTolerance: the rule stops at this error or at 1e-13 of the value.
  /// - Throws: `QuadratureError` as `qag` does.
  public mutating func cquad(
    _ integrand: GaussianIntegrand, absoluteTolerance: Double = 0
  ) throws(QuadratureError) -> Result {
    let kinks = integrand.transfer.kinks.map { ($0 - integrand.mean) / integrand.deviation }
    let points = [-12.0] + kinks.filter { abs($0) < 12 } + [12]
    return try pieces(integrand, .cquad, .z, points) { [doublyAdaptive] function, low, high, value, error in
      var evaluations = 0
      return gsl_integration_cquad(
        function, low, high, absoluteTolerance, Self.relativeTolerance, doublyAdaptive, &value, &error,
        &evaluations)
    }
  }

  /// The fixed Gauss–Hermite rule with `count` nodes in z. It reports no error of its own.
  ///
  /// - Throws: `QuadratureError` for a count outside 1…`QuadratureRule.maximalHermiteCount`, and as `qag` does.
  public mutating func hermite(
    _ integrand: GaussianIntegrand, count: Int
  ) throws(QuadratureError) -> Result {
    guard (1...QuadratureRule.maximalHermiteCount).contains(count) else {
      throw QuadratureError(
        quantity: "number of Gauss–Hermite nodes", expected: "1 to \(QuadratureRule.maximalHermiteCount)",
        found: "\(count)")
    }
    let rule: UnsafeMutablePointer<gsl_integration_fixed_workspace>
    if let hermite, hermite.count == count {
      rule = hermite.workspace
    } else {
      if let hermite { gsl_integration_fixed_free(hermite.workspace) }
      hermite = nil
      // Weight e^(-z²/2); GSL's argument b is the factor of z².
      guard let made = gsl_integration_fixed_alloc(kappa_gsl_fixed_hermite(), count, 0, 0.5, 0, 0) else {
        throw QuadratureError(
          quantity: "Gauss–Hermite rule", expected: "\(count) nodes", found: "no rule from GSL")
      }
      hermite = (count, made)
      rule = made
    }
    // The weight is the rule's, so the integrand is taken without its density.
    let points = [-Double.infinity, .infinity]
    return try pieces(integrand, .hermite(count), .weighted, points) { function, _, _, value, error in
      error = 0
      return gsl_integration_fixed(function, &value, rule)
    }
  }

  /// The trapezoid rule of step 1/8 in z on |z| ≤ 12. No error of its own; accurate while Δ stays below φ's width.
  func trapezoid(_ integrand: GaussianIntegrand) -> Result {
    var sum = 0.0
    for k in -96...96 { sum += integrand.value(z: Double(k) / 8) }
    return Result(value: sum / 8, reportedError: 0, evaluations: 193, converged: true)
  }

  /// GSL refuses less than 5e-29 or 50 ulp with no absolute tolerance; 1e-13 is reached, 1e-14 is not.
  private static let relativeTolerance = 1e-13

  /// Runs a rule on every piece and adds up.
  private func pieces(
    _ integrand: GaussianIntegrand, _ rule: QuadratureRule, _ coordinate: GaussianIntegrand.Coordinate,
    _ points: [Double],
    _ integrate: (UnsafeMutablePointer<gsl_function>, Double, Double, inout Double, inout Double) -> Int32
  ) throws(QuadratureError) -> Result {
    var payload = Payload(integrand: integrand, coordinate: coordinate)
    var sum = 0.0
    var errors = 0.0
    var converged = true
    for (low, high) in zip(points, points.dropFirst()) {
      var (value, error) = (0.0, 0.0)
      let status = withUnsafeMutablePointer(to: &payload) { payload in
        var function = gsl_function(function: evaluate, params: payload)
        return withUnsafeMutablePointer(to: &function) { integrate($0, low, high, &value, &error) }
      }
      switch Int(status) {
      case Int(GSL_SUCCESS): break
      // Tolerance missed: the value stands, and the caller is told.
      case Int(GSL_EROUND), Int(GSL_EMAXITER), Int(GSL_ESING), Int(GSL_EDIVERGE), Int(GSL_ETOL),
        Int(GSL_EFAILED):
        converged = false
      default:
        throw failure(integrand, rule, "status \(status) (\(String(cString: gsl_strerror(status))))")
      }
      guard value.isFinite, error.isFinite else { throw failure(integrand, rule, "the value \(value)") }
      sum += value
      errors += error
    }
    return Result(value: sum, reportedError: errors, evaluations: payload.evaluations, converged: converged)
  }

  private func failure(
    _ integrand: GaussianIntegrand, _ rule: QuadratureRule, _ found: String
  ) -> QuadratureError {
    QuadratureError(
      quantity:
        "\(integrand.average) of \(integrand.transfer) by \(rule) at mean \(integrand.mean), deviation \(integrand.deviation)",
      expected: "a finite integral", found: found)
  }
}

/// What the C callback needs: a plain struct, half the price of a Swift closure.
private struct Payload {
  let integrand: GaussianIntegrand
  let coordinate: GaussianIntegrand.Coordinate
  var evaluations = 0
}

private func evaluate(_ t: Double, _ parameters: UnsafeMutableRawPointer?) -> Double {
  guard let parameters else { return .nan }
  let payload = parameters.assumingMemoryBound(to: Payload.self)
  payload.pointee.evaluations += 1
  switch payload.pointee.coordinate {
  case .z: return payload.pointee.integrand.value(z: t)
  case .x: return payload.pointee.integrand.value(x: t)
  case .weighted: return payload.pointee.integrand.unweighted(z: t)
  }
}
