// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CGSL

/// A root of a continuous function between two points where it has opposite signs (Brent's method, GSL).
///
/// - Returns: the root to `tolerance` absolutely, or to rounding when that is coarser.
/// - Throws: `LinearAlgebraError` when the signs are equal, a value is not finite, or GSL fails.
public func bracketedRoot(
  between lower: Double, and upper: Double, tolerance: Double, of function: @escaping (Double) -> Double
) throws(LinearAlgebraError) -> Double {
  let operation = "root between \(lower) and \(upper)"
  disableGSLErrorHandler()
  let (low, high) = (function(lower), function(upper))
  if low == 0 { return lower }
  if high == 0 { return upper }
  guard low.isFinite, high.isFinite, (low < 0) != (high < 0) else {
    throw LinearAlgebraError(operation: operation, reason: "the ends do not bracket one: \(low), \(high)")
  }
  guard let solver = gsl_root_fsolver_alloc(kappa_gsl_brent()) else {
    throw LinearAlgebraError(operation: operation, reason: "no memory")
  }
  defer { gsl_root_fsolver_free(solver) }
  let box = FunctionBox(function: function)
  var wrapped = gsl_function(
    function: { x, context in
      guard let context else { return .nan }
      return Unmanaged<FunctionBox>.fromOpaque(context).takeUnretainedValue().function(x)
    }, params: Unmanaged.passUnretained(box).toOpaque())
  let status = withUnsafeMutablePointer(to: &wrapped) { pointer -> Int32 in
    var status = gsl_root_fsolver_set(solver, pointer, lower, upper)
    for _ in 0..<200 where status == 0 {
      status = gsl_root_fsolver_iterate(solver)
      let (a, b) = (gsl_root_fsolver_x_lower(solver), gsl_root_fsolver_x_upper(solver))
      if b - a <= tolerance + 4 * Double.ulpOfOne * max(abs(a), abs(b)) { break }
    }
    return status
  }
  withExtendedLifetime(box) {}
  try checkGSL(status, operation)
  return gsl_root_fsolver_root(solver)
}

private final class FunctionBox {
  let function: (Double) -> Double
  init(function: @escaping (Double) -> Double) { self.function = function }
}
