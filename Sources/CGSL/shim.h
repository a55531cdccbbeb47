// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// What Kappa uses of the GNU Scientific Library.
//
// Swift 6 refuses GSL's mutable globals (`gsl_odeiv2_step_rk8pd`, …) because it cannot prove them
// free of data races. They are constants in all but name, so inline getters hand them out.

#ifndef KAPPA_CGSL_SHIM_H
#define KAPPA_CGSL_SHIM_H

#if !__has_include(<gsl/gsl_version.h>)
#error "Kappa needs the GNU Scientific Library. Debian, Ubuntu: apt-get install libgsl-dev. macOS: brew install gsl."
#else

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_roots.h>
#include <gsl/gsl_sf_erf.h>
#include <gsl/gsl_sf_psi.h>
#include <gsl/gsl_version.h>

static inline const gsl_integration_fixed_type *kappa_gsl_fixed_hermite(void) {
  return gsl_integration_fixed_hermite;
}

static inline const gsl_root_fsolver_type *kappa_gsl_brent(void) { return gsl_root_fsolver_brent; }

#endif
#endif
