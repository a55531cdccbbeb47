// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Something about a network's file that its user should know.
public struct ImportRemark: Sendable, Hashable, Codable {
  /// What kind of remark it is; scripts rely on the names.
  public enum Code: String, Sendable, Hashable, Codable {
    /// How the file was read.
    case reading
    /// A tensor that could change the dynamics has no role.
    case unused
    /// m and n are those of a reduction of J; values `rank` and `lost`, the share of J's squared norm.
    case truncated
    /// J has a random part that a truncation throws away; values `radius`, that of its eigenvalues, and `outliers`, the
    /// singular values beyond it.
    case bulk
    /// The initial state.
    case initialState = "initial-state"
  }

  /// What kind of remark it is.
  public let code: Code
  /// One line for a person.
  public let text: String
  /// The numbers it rests on, by name.
  public let values: [String: Double]
}

/// What is noted while a network is read.
struct ImportNotes {
  var assumptions: [String] = []
  var remarks: [ImportRemark] = []

  mutating func warn(_ code: ImportRemark.Code, _ text: String, values: [String: Double] = [:]) {
    remarks.append(ImportRemark(code: code, text: text, values: values))
  }
}
