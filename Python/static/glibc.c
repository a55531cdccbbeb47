/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (C) 2026 the Kappa developers
 *
 * hypot and hypotf alone would ask for glibc 2.35, in which they got another version; the old ones, of every glibc, do the
 * same. The linker's --wrap sends calls here.
 */
#include <math.h>

#if defined(__x86_64__) && defined(__GLIBC__)
__asm__(".symver kappa_old_hypot, hypot@GLIBC_2.2.5");
__asm__(".symver kappa_old_hypotf, hypotf@GLIBC_2.2.5");
double kappa_old_hypot(double, double);
float kappa_old_hypotf(float, float);
double __wrap_hypot(double a, double b) { return kappa_old_hypot(a, b); }
float __wrap_hypotf(float a, float b) { return kappa_old_hypotf(a, b); }
#elif defined(__aarch64__) && defined(__GLIBC__)
__asm__(".symver kappa_old_hypot, hypot@GLIBC_2.17");
__asm__(".symver kappa_old_hypotf, hypotf@GLIBC_2.17");
double kappa_old_hypot(double, double);
float kappa_old_hypotf(float, float);
double __wrap_hypot(double a, double b) { return kappa_old_hypot(a, b); }
float __wrap_hypotf(float a, float b) { return kappa_old_hypotf(a, b); }
#endif
