// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels
import LowRank

/// Every path that this machine can take.
let paths: [KernelPath] = [.scalar, .baseline, .avx2, .avx512].filter { kappa_path_is_available($0) }

/// Every transfer function, with the Swift function of the same formula.
let transfers: [(kernel: KernelTransfer, reference: TransferFunction)] = [
  (.tanh, .tanh), (.erf, .erf), (.relu, .relu), (.softplus, .softplus), (.logistic, .logistic),
  (.linear, .linear),
]

/// What the path is called here.
func name(_ path: KernelPath) -> String { String(cString: kappa_path_name(path)) }

/// |value - reference| in units of the reference's last place; 0 for two NaN or two equal infinities.
func ulps(_ value: Double, _ reference: Double) -> Double {
  if value == reference || (value.isNaN && reference.isNaN) { return 0 }
  guard value.isFinite && reference.isFinite else { return .infinity }
  return abs(value - reference) / reference.ulp
}

/// The same in single precision, against a reference in double.
func ulps(_ value: Float, _ reference: Double) -> Double {
  if Double(value) == reference || (value.isNaN && reference.isNaN) { return 0 }
  guard value.isFinite && reference.isFinite else { return .infinity }
  return abs(Double(value) - reference) / Double(Float(reference).ulp)
}
