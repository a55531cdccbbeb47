// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Tensors that `kappa fit` writes beside a network fitted to recordings: how a neuron's recorded rate follows from φ.
///
/// They are no part of the dynamics.
public enum RateScale {
  /// Gain and offset of every neuron, (N): the recorded rate is gain · φ + offset.
  public static let gain = "rate_gain", offset = "rate_offset"
  /// A text that says what z is, and the text where it is every neuron's own rate.
  public static let readout = "readout", ownRates = "own rates"
  /// All of them.
  static let names: Set<String> = [gain, offset, readout]
}
