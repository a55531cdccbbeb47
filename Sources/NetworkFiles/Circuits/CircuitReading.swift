import LowRank

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// circuit.json as it stands, before anything in it is believed.
private struct Document: Decodable {
  struct Component: Decodable {
    let fraction: Double
    let mean: [Double]
    let covariance: [[Double]]
  }

  let format: String
  let version: Int
  let transfer: String
  let alpha: Double
  let rank, inputs, outputs: Int
  let vectors: [String]
  let units: Int?
  let biasReachesReadout: Bool?
  let populations: [Component]
  let closure: String?
  let provenance: [String: Text]?

  /// Any JSON value that is a text; others, which other programs may put there, are passed over.
  struct Text: Decodable {
    let value: String?
    init(from decoder: any Decoder) throws {
      value = try? decoder.singleValueContainer().decode(String.self)
    }
  }
}

extension CircuitFile {
  /// Most vectors and populations a circuit may have.
  private static let vectorLimit = 1024
  private static let populationLimit = 65_536

  /// Reads and checks a document.
  init(json bytes: [UInt8]) throws {
    let document = try Self.decode(bytes)
    guard document.format == "kappa-circuit", document.version == 1 else {
      throw FormatError(
        expected: "format kappa-circuit, version 1",
        found: "\(document.format.quoted), version \(document.version)")
    }
    guard let transfer = TransferFunction(rawValue: document.transfer) else {
      let names = TransferFunction.allCases.map(\.rawValue).joined(separator: ", ")
      throw FormatError(expected: "transfer one of \(names)", found: document.transfer.quoted)
    }
    guard document.alpha > 0, document.alpha <= 1 else {
      throw FormatError(expected: "0 < alpha <= 1", found: "\(document.alpha)")
    }
    let name = document.closure ?? Closure.moments.rawValue
    guard let closure = Closure(rawValue: name) else {
      throw FormatError(expected: "closure moments, regressed or refined", found: name.quoted)
    }
    guard document.units.map({ $0 > 0 }) ?? true else {
      throw FormatError(expected: "a positive number of units", found: "\(document.units ?? 0)")
    }
    let layout = try Self.layout(document)
    let statistics = ConnectivityStatistics(
      layout: layout, unitCount: document.units ?? 1, populations: try Self.populations(document, layout))
    self.init(
      circuit: EffectiveCircuit(
        statistics, transfer: transfer, biasReachesReadout: document.biasReachesReadout ?? true),
      alpha: document.alpha, closure: closure, units: document.units,
      provenance: (document.provenance ?? [:]).compactMapValues(\.value))
  }

  private static func decode(_ bytes: [UInt8]) throws -> Document {
    do {
      return try JSONDecoder().decode(Document.self, from: Data(bytes))
    } catch let error as DecodingError {
      let (context, what): (DecodingError.Context, String) =
        switch error {
        case .keyNotFound(let key, let context): (context, "no \(key.stringValue.quoted)")
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
          (context, "another kind of value")
        case .dataCorrupted(let context): (context, "damaged JSON")
        @unknown default:
          (DecodingError.Context(codingPath: [], debugDescription: ""), "something else")
        }
      let place = context.codingPath.map { $0.intValue.map { "\($0 + 1)" } ?? $0.stringValue.quoted }
      throw FormatError(
        expected: "a kappa-circuit document",
        found: what + (place.isEmpty ? "" : " at \(place.prefix(8).joined(separator: " "))"))
    } catch {
      throw FormatError(expected: "a kappa-circuit document", found: "damaged JSON")
    }
  }

  private static func layout(_ document: Document) throws -> LoadingLayout {
    let sizes = [document.rank, document.inputs, document.outputs]
    guard document.rank > 0, sizes.allSatisfy({ (0...vectorLimit).contains($0) }) else {
      throw FormatError(
        expected: "rank of 1 or more, inputs and outputs of 0 or more, none above \(vectorLimit)",
        found: sizes.map(String.init).joined(separator: ", "))
    }
    let layout = LoadingLayout(
      rank: sizes[0], inputCount: sizes[1], outputCount: sizes[2],
      hasBias: document.vectors.last == ConnectivityVector.bias.description)
    let names = layout.vectors.map(\.description)
    guard document.vectors == names else {
      throw FormatError(
        expected: "vectors \(names.prefix(16).joined(separator: ", "))",
        found: document.vectors.prefix(16).map(\.quoted).joined(separator: ", "))
    }
    return layout
  }

  private static func populations(_ document: Document, _ layout: LoadingLayout) throws -> [Population] {
    guard (1...populationLimit).contains(document.populations.count) else {
      throw FormatError(
        expected: "1 to \(populationLimit) populations", found: "\(document.populations.count)")
    }
    let total = document.populations.reduce(0) { $0 + $1.fraction }
    guard abs(total - 1) <= 1e-6, document.populations.allSatisfy({ $0.fraction > 0 }) else {
      throw FormatError(expected: "positive fractions that add up to 1", found: "a sum of \(total)")
    }
    return try document.populations.enumerated().map { index, component in
      let place = "population \(index + 1)"
      let count = layout.count
      guard component.mean.count == count, component.covariance.count == count,
        component.covariance.allSatisfy({ $0.count == count })
      else {
        throw FormatError(
          expected: "\(count) means and \(count) x \(count) covariances in \(place)", found: "other sizes")
      }
      guard component.mean.allSatisfy(\.isFinite),
        component.covariance.allSatisfy({ $0.allSatisfy(\.isFinite) })
      else {
        throw FormatError(expected: "finite numbers in \(place)", found: "others")
      }
      let covariance = Matrix(rows: count, columns: count) { component.covariance[$0][$1] }
      try check(covariance, layout, place)
      return Population(
        layout: layout, fraction: component.fraction, mean: component.mean, covariance: covariance)
    }
  }

  /// Symmetric to 1e-9 of its largest entry, and no eigenvalue of the (m, I, b) block, from which Δ² is made, below
  /// -1e-9 of its largest. Rounding makes 1e-16; covariances of n and w are couplings and may be anything.
  private static func check(_ covariance: Matrix, _ layout: LoadingLayout, _ place: String) throws {
    let scale = covariance.elements.reduce(0) { max($0, abs($1)) }
    for i in 0..<layout.count {
      for j in 0..<i where abs(covariance[i, j] - covariance[j, i]) > 1e-9 * scale {
        throw FormatError(
          expected: "a symmetric covariance in \(place)",
          found:
            "\(covariance[i, j]) and \(covariance[j, i]) for \(layout.vectors[i]) and \(layout.vectors[j])")
      }
    }
    let start = layout.weightCount
    let block = Matrix(rows: layout.driveCount, columns: layout.driveCount) {
      covariance[start + $0, start + $1]
    }
    do {
      let values = try block.symmetricEigensystem().values
      if let smallest = values.first, smallest < -1e-9 * max(abs(values.last ?? 0), abs(smallest) * 1e-3) {
        throw FormatError(
          expected: "a positive semi-definite covariance of m, I in \(place)", found: "eigenvalue \(smallest)"
        )
      }
    } catch let error as LinearAlgebraError {
      throw FormatError(expected: "a covariance with eigenvalues in \(place)", found: error.description)
    }
  }
}
