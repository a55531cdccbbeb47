// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// What a tensor means.
enum Role: String {
  case m, n, bias
  case connectivity = "J"
  case inputs = "I"
  case readouts = "w"
  case current = "current bias"
  case readoutBias = "readout bias"
  case initialState = "initial state"
  case inputScale = "input scale"
  case readoutScale = "readout scale"
  /// Connectivity beside m nᵀ that is known to be zero, or else refused.
  case bulk = "random connectivity"
  /// A random matrix that J has beside m nᵀ/N, and its factor.
  case randomPart = "random part of J"
  case randomGain = "gain of the random part"
  /// J before training.
  case initialConnectivity = "initial J"
  case basis = "Gaussian basis"
  case supports
  case fractions = "population weights"
  case inputWeights = "I weights"
  case mWeights = "m weights"
  case nWeights = "n weights"
  case readoutWeights = "w weights"
  case inputOffsets = "I means"
  case mOffsets = "m means"
  case nOffsets = "n means"
  case initialWeights = "initial state weights"
  /// A factor that the user named with --scale.
  case factor
  case alpha, dt, tau, transfer, form
  /// Masks, moments of an optimiser and the like, which the saved weights contain already.
  case notNeeded = "not needed"
}

/// A tensor in a role, perhaps with an orientation that the user gave.
struct AssignedTensor {
  let tensor: Tensor
  var orientation: Orientation?
}

/// Which of a tensor's rows and columns are the vectors; for J, whether it is transposed.
enum Orientation: Sendable, Hashable {
  case rows, columns
}

/// The tensors of one network, by role.
struct RoleAssignment {
  let family: Family
  var tensors: [Role: [AssignedTensor]]
  /// Where the network stands in the file: the components before the names of its tensors.
  var prefix: [Substring] = []

  /// The tensor of a role that has one.
  subscript(role: Role) -> Tensor? { tensors[role]?.first?.tensor }

  /// The role of each tensor name, for the summary.
  var roleNames: [String: String] {
    var result: [String: String] = [:]
    for (role, assigned) in tensors {
      for item in assigned { result[item.tensor.name] = role.rawValue }
    }
    return result
  }
}
