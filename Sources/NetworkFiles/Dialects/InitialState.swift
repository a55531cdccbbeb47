// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Where a network's trials start.
public enum InitialStateChoice: Sendable, Hashable {
  /// At the file's own state, or at zero where it has none.
  case file
  /// At x(0) = 0.
  case zero
  /// At a given state, N values; `source` says where it is from.
  case given([Double], source: String)

  /// The state in a .npz file: its array `x0`, `h0` or `initial_state`, or its only one, of N values.
  ///
  /// - Throws: `FileError` for a file that cannot be read, or holds no such array.
  public static func read(_ path: String) throws(FileError) -> InitialStateChoice {
    let bytes = try readFile(path)
    return try reading(path) {
      let file = try TensorFile(bytes)
      let named = ["x0", "h0", "initial_state"].lazy.compactMap { file[$0] }.first
      guard let tensor = named ?? (file.tensors.count == 1 ? file.tensors.first : nil) else {
        throw FormatError(
          expected: "an array 'x0' with one value per unit",
          found: file.tensors.prefix(8).map(\.name.quoted).joined(separator: ", "))
      }
      try Axes.checkNumbers(tensor)
      guard tensor.shape.filter({ $0 != 1 }).count <= 1 else {
        throw FormatError(
          expected: "\(tensor.name.quoted) with one value per unit",
          found: "shape \(describe(shape: tensor.shape))")
      }
      return .given(tensor.values, source: path)
    }
  }
}

extension NetworkParts {
  /// Replaces the file's initial state where the user wants another one.
  mutating func start(at choice: InitialStateChoice, units: Int, notes: inout ImportNotes) throws {
    switch choice {
    case .file: return
    case .zero: initialState = nil
    case .given(let state, let source):
      guard state.count == units else {
        throw FormatError(
          expected: "\(units) values, one per unit, for the initial state from \(source)",
          found: "\(state.count)")
      }
      initialState = state
    }
    // What was noted about the file's own state does not matter any more.
    notes.remarks.removeAll { $0.code == .initialState }
  }
}
