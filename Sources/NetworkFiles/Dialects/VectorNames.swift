// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Tensor names for the parts of a network, as `--vectors m=KEY,n=KEY,I=KEY,w=KEY` gives them.
///
/// Roles: m and n, or J (N, N), J_ij the weight from unit j to unit i; I; w; bias (inside φ); current (a bias in the
/// current); x0 (initial state); z0 (readout bias). `J'=KEY` says that the tensor is J transposed; of m, n, I, w,
/// `I.rows=KEY` (or `I'=KEY`) and `I.columns=KEY` say which of a square tensor's rows and columns are the vectors. Without
/// m, n and J the names replace those of a known family.
public struct VectorNames: Sendable, Hashable {
  /// Name of the tensor for each role.
  public let names: [String: String]
  /// Which way round a tensor stands, where the user says it.
  let orientations: [String: Orientation]

  /// The roles that may be named.
  public static let roles = ["m", "n", "J", "I", "w", "bias", "current", "x0", "z0"]
  private static let oriented: Set<String> = ["m", "n", "J", "I", "w"]

  /// Parses `m=KEY,n=KEY,I=KEY,w=KEY[,bias=KEY…]` or `J=KEY,I=KEY,w=KEY[…]`.
  ///
  /// - Throws: `VectorNamesError` for another form, an unknown or repeated role, m without n, J beside m and n, or a tensor
  ///   that is given to two of m, n and J.
  public init(_ text: String) throws(VectorNamesError) {
    var names: [String: String] = [:]
    var orientations: [String: Orientation] = [:]
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let pair = part.split(separator: "=", maxSplits: 1)
      guard pair.count == 2 else { throw VectorNamesError(found: String(part).quoted) }
      var role = String(pair[0])
      for (suffix, orientation) in [("'", Orientation.rows), (".rows", .rows), (".columns", .columns)]
      where role.hasSuffix(suffix) {
        let bare = String(role.dropLast(suffix.count))
        guard Self.oriented.contains(bare), bare != "J" || suffix == "'" else { continue }
        role = bare
        orientations[bare] = orientation
        break
      }
      guard Self.roles.contains(role) else { throw VectorNamesError(found: String(part).quoted) }
      guard names.updateValue(String(pair[1]), forKey: role) == nil else {
        throw VectorNamesError(found: "\(role) twice")
      }
    }
    guard (names["m"] == nil) == (names["n"] == nil) else { throw VectorNamesError(found: "no m or no n") }
    guard names["J"] == nil || names["m"] == nil else {
      throw VectorNamesError(found: "J beside m and n, of which J is the product")
    }
    if let m = names["m"], m == names["n"] {
      throw VectorNamesError(
        found: "\(m.quoted) for both m and n, that is J = m mᵀ/N: a full matrix is J=\(m)")
    }
    self.names = names
    self.orientations = orientations
  }

  /// The role of a name.
  static func role(_ name: String) -> Role? { byName[name] }

  /// The name of a role in `--vectors`, where it has one.
  static func name(of role: Role) -> String { byName.first { $0.value == role }?.key ?? role.rawValue }

  private static let byName: [String: Role] = [
    "m": .m, "n": .n, "J": .connectivity, "I": .inputs, "w": .readouts, "bias": .bias, "current": .current,
    "x0": .initialState, "z0": .readoutBias,
  ]
}

/// An assignment of vectors that cannot be understood.
public struct VectorNamesError: Error, Sendable, Hashable, CustomStringConvertible {
  let found: String

  /// One line for a person.
  public var description: String {
    "expected m=KEY,n=KEY,I=KEY,w=KEY or J=KEY,I=KEY,w=KEY (also bias, current, x0, z0), found \(found)"
  }
}

/// Factors of the parts of a network, as `--scale J=1.5,I=KEY,w=KEY` gives them: numbers, or tensors of the file.
public struct ScaleFactors: Sendable, Hashable {
  /// A number, or the name of a tensor: one number, or (of I and w) one for each column.
  enum Factor: Sendable, Hashable {
    case number(Double)
    case tensor(String)
  }

  let factors: [String: Factor]

  /// Parses `ROLE=NUMBER|KEY,…`, roles as in `VectorNames`.
  ///
  /// - Throws: `ScaleFactorsError` for another form, an unknown or repeated role, or a number that is not finite.
  public init(_ text: String) throws(ScaleFactorsError) {
    var factors: [String: Factor] = [:]
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let pair = part.split(separator: "=", maxSplits: 1)
      guard pair.count == 2, VectorNames.roles.contains(String(pair[0])) else {
        throw ScaleFactorsError(found: String(part).quoted)
      }
      let factor: Factor
      if let number = Double(pair[1]) {
        guard number.isFinite, abs(number) <= Axes.largest else {
          throw ScaleFactorsError(found: String(part).quoted)
        }
        factor = .number(number)
      } else {
        factor = .tensor(String(pair[1]))
      }
      guard factors.updateValue(factor, forKey: String(pair[0])) == nil else {
        throw ScaleFactorsError(found: "\(pair[0]) twice")
      }
    }
    self.factors = factors
  }
}

/// Factors that cannot be understood.
public struct ScaleFactorsError: Error, Sendable, Hashable, CustomStringConvertible {
  let found: String

  /// One line for a person.
  public var description: String {
    "expected ROLE=NUMBER or ROLE=KEY for some of \(VectorNames.roles.joined(separator: ", ")), found \(found)"
  }
}
