// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Everything of one path: include with PATH, DOUBLES and FLOATS (how many a register holds) and CELLS_ABREAST defined,
// within the path's target attribute.
//
// The step, training, Gram matrices and dense products take vectors as long as a register, in both precisions. Averages and circuits take
// eight numbers at a time and, where a register holds as many, sixteen when there are enough.
#include "eights.h"

#define PRECISION 64
#define LANES DOUBLES
#include "prefix.h"
#include "tanh.h"
#include "exp.h"
#include "erf.h"
#include "transfer.h"
#include "step.h"
#include "training.h"
#include "activity.h"
#include "gram.h"
#include "dense.h"
#include "fit.h"
#if DOUBLES == 8
#include "averages.h"
#include "average_runs.h"
#include "circuit.h"
#include "transpose.h"
#endif
#include "suffix.h"

#define PRECISION 32
#define LANES FLOATS
#include "prefix.h"
#include "tanh.h"
#include "exp.h"
#include "erf.h"
#include "transfer.h"
#include "step.h"
#include "training.h"
#include "activity.h"
#include "suffix.h"

#define PRECISION 64
#if DOUBLES == 8
#define LANES 16
#include "prefix.h"
#include "averages.h"
#include "average_runs.h"
#include "circuit.h"
#else
#define LANES 8
#include "prefix.h"
#include "averages.h"
#include "average_runs.h"
#include "circuit.h"
#include "transpose.h"
#endif
#include "suffix.h"

#if DOUBLES == 8
/// Sixteen at a time, and what is left eight at a time.
static void rates_and_gains(
  const kappa_gain_tables *tables, size_t count, double scale, const double *means, const double *variances,
  double *rates, double *gains
) {
  const size_t many = count & ~(size_t)15;
  rates_and_gains_f64x16(tables, many, scale, means, variances, rates, gains);
  rates_and_gains_f64x8(tables, count - many, scale, means + many, variances + many, rates + many, gains + many);
}

static void circuit_run(
  const kappa_circuit *circuit, const kappa_circuit_trials *trials, double alpha, size_t steps,
  const kappa_circuit_records *records
) {
  (trials->count % 16 == 0 ? circuit_run_f64x16 : circuit_run_f64x8)(circuit, trials, alpha, steps, records);
}
#endif

#define NAMED_(name, suffix) name##suffix
#define NAMED(name, suffix) NAMED_(name, suffix)
#define OF_(name, precision, lanes) name##_f##precision##x##lanes
#define OF(name, precision, lanes) OF_(name, precision, lanes)
const struct kappa_path_table NAMED(kappa_table_, PATH) = {
  .apply_f64 = OF(apply, 64, DOUBLES),
  .apply_f32 = OF(apply, 32, FLOATS),
  .derivative_f64 = OF(derivative, 64, DOUBLES),
  .derivative_f32 = OF(derivative, 32, FLOATS),
  .step_f64 = OF(step, 64, DOUBLES),
  .step_f32 = OF(step, 32, FLOATS),
  .jacobian_f64 = OF(jacobian, 64, DOUBLES),
  .jacobian_f32 = OF(jacobian, 32, FLOATS),
  .forward_f64 = OF(training_forward, 64, DOUBLES),
  .forward_f32 = OF(training_forward, 32, FLOATS),
  .backward_f64 = OF(training_backward, 64, DOUBLES),
  .backward_f32 = OF(training_backward, 32, FLOATS),
  .activity_forward_f64 = OF(activity_forward, 64, DOUBLES),
  .activity_forward_f32 = OF(activity_forward, 32, FLOATS),
  .activity_backward_f64 = OF(activity_backward, 64, DOUBLES),
  .activity_backward_f32 = OF(activity_backward, 32, FLOATS),
  .gram_f64 = OF(gram, 64, DOUBLES),
  .dense_product_f64 = OF(dense_product, 64, DOUBLES),
  .fit_clouds = OF(fit_clouds, 64, DOUBLES),
  .fit_field = OF(fit_field, 64, DOUBLES),
  .fit_step = OF(fit_step, 64, DOUBLES),
  .curvatures = curvatures_f64x8,
#if DOUBLES == 8
  .rates_and_gains = rates_and_gains,
  .circuit_run = circuit_run,
#else
  .rates_and_gains = rates_and_gains_f64x8,
  .circuit_run = circuit_run_f64x8,
#endif
  .transpose = transpose_f64x8,
};
