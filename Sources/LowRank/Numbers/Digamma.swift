// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CGSL

/// ψ(x) = d log Γ(x)/dx for x > 0, by GSL; NaN where it is not defined.
public func digamma(_ x: Double) -> Double {
  var result = gsl_sf_result()
  guard x > 0, gsl_sf_psi_e(x, &result) == Int32(GSL_SUCCESS) else { return .nan }
  return result.val
}
