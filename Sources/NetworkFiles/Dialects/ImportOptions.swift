import LowRank

/// What a file does not say about its network, said by the user.
public struct ImportOptions: Sendable, Hashable {
  /// φ; `nil` takes the file's, or tanh.
  public var transfer: TransferFunction?
  /// α = dt/τ; `nil` takes the file's, or 0.2.
  public var alpha: Double?
  /// Where the factor 1/N stands; `nil` takes what the dialect says.
  public var scaling: Scaling?
  /// Which tensor is which vector, when the names are unknown.
  public var vectors: VectorNames?
  /// The pair (m, n) in which κ is measured.
  public var gauge: Gauge
  /// How many singular values of a full-rank J to keep; `nil` leaves it to a rule that the result states.
  public var rank: Int?

  /// Options; what is left out is taken from the file or from the stated defaults.
  public init(
    transfer: TransferFunction? = nil, alpha: Double? = nil, scaling: Scaling? = nil,
    vectors: VectorNames? = nil, gauge: Gauge = .raw, rank: Int? = nil
  ) {
    self.transfer = transfer
    self.alpha = alpha
    self.scaling = scaling
    self.vectors = vectors
    self.gauge = gauge
    self.rank = rank
  }
}

/// Where the factor 1/N of the connectivity stands.
public enum Scaling: String, Sendable, Hashable, CaseIterable, Codable {
  /// J = m nᵀ/N and z = wᵀφ/N: the tensors are of order 1.
  case mean
  /// J = m nᵀ and z = wᵀφ: the tensors carry the factor already.
  case none
}

/// Tensor names for the vectors of a network, as `--vectors m=KEY,n=KEY,I=KEY,w=KEY[,bias=KEY]` gives them.
public struct VectorNames: Sendable, Hashable {
  /// Name of the tensor for each role: `m`, `n`, `I`, `w`, `bias`.
  public let names: [String: String]

  /// The roles that may be named.
  public static let roles = ["m", "n", "I", "w", "bias"]

  /// Parses `m=KEY,n=KEY,I=KEY,w=KEY[,bias=KEY]`; I and w may be left out.
  ///
  /// - Throws: `VectorNamesError` for another form, an unknown or repeated role, or when m or n is missing.
  public init(_ text: String) throws(VectorNamesError) {
    var names: [String: String] = [:]
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let pair = part.split(separator: "=", maxSplits: 1)
      guard pair.count == 2, Self.roles.contains(String(pair[0])) else {
        throw VectorNamesError(found: String(part).quoted)
      }
      guard names.updateValue(String(pair[1]), forKey: String(pair[0])) == nil else {
        throw VectorNamesError(found: "\(pair[0]) twice")
      }
    }
    guard names["m"] != nil, names["n"] != nil else { throw VectorNamesError(found: "no m or no n") }
    self.names = names
  }
}

/// An assignment of vectors that cannot be understood.
public struct VectorNamesError: Error, Sendable, Hashable, CustomStringConvertible {
  let found: String

  /// One line for a person.
  public var description: String { "expected m=KEY,n=KEY,I=KEY,w=KEY[,bias=KEY], found \(found)" }
}
