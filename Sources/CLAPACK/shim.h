// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// The few functions of LAPACK that are used, as Fortran compilers export them. Any LAPACK will do.
#ifndef KAPPA_LAPACK_SHIM_H
#define KAPPA_LAPACK_SHIM_H

#include <stddef.h>

/// A = U diag(s) Vᵀ by divide and conquer; matrices are column-major, v holds Vᵀ.
extern void dgesdd_(
  const char *job, const int *rows, const int *columns, double *a, const int *a_stride, double *s, double *u,
  const int *u_stride, double *v, const int *v_stride, double *work, const int *work_size, int *integers, int *info
);
/// The same by QR iterations: slower, and converges where dgesdd does not.
extern void dgesvd_(
  const char *job_u, const char *job_v, const int *rows, const int *columns, double *a, const int *a_stride, double *s,
  double *u, const int *u_stride, double *v, const int *v_stride, double *work, const int *work_size, int *info
);
/// Eigenvalues (ascending) and, for job "V", eigenvectors of a symmetric matrix by divide and conquer.
extern void dsyevd_(
  const char *job, const char *triangle, const int *order, double *a, const int *a_stride, double *values, double *work,
  const int *work_size, int *integers, const int *integer_size, int *info
);

/// Eigenvalues of a general matrix; with jobs "N" no eigenvectors.
extern void dgeev_(
  const char *job_left, const char *job_right, const int *order, double *a, const int *a_stride, double *real,
  double *imaginary, double *left, const int *left_stride, double *right, const int *right_stride, double *work,
  const int *work_size, int *info
);

/// Threads inside the library are switched off: this package's own loops use the cores, and results must not depend on
/// how many there are. The functions exist in some libraries only.
extern void openblas_set_num_threads(int count) __attribute__((weak));
extern void bli_thread_set_num_threads(long count) __attribute__((weak));
static inline void kappa_lapack_use_one_thread(void) {
  if (openblas_set_num_threads) openblas_set_num_threads(1);
  if (bli_thread_set_num_threads) bli_thread_set_num_threads(1);
}

#endif
