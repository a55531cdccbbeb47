// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

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
  let form: String?
  let readoutBias: [Double]?
  let start: Start?
  let populations: [Component]
  let closure: String?
  let provenance: [String: Text]?

  /// Where κ, and v or the filtered readouts, start.
  struct Start: Decodable {
    let kappa: [Double]
    let v: [Double]?
    let readout: [Double]?
  }

  /// Any JSON value that is a text; others, which other programs may put there, are passed over.
  struct Text: Decodable {
    let value: String?
    init(from decoder: any Decoder) throws {
      value = try? decoder.singleValueContainer().decode(String.self)
    }
  }
}

extension CircuitFile {
  /// The most units a circuit may say it was made of: as many as can be drawn from one.
  public static let mostUnits = 10_000_000

  /// Most vectors and populations a circuit may have.
  private static let vectorLimit = 1024
  private static let populationLimit = 65_536

  /// Reads and checks a document.
  init(json bytes: [UInt8]) throws {
    let document = try Self.decode(bytes)
    guard document.format == "kappa-circuit", (1...2).contains(document.version) else {
      throw FormatError(
        expected: "format kappa-circuit, version 1 or 2",
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
    guard document.units.map({ (1...Self.mostUnits).contains($0) }) ?? true else {
      throw FormatError(expected: "1 to \(Self.mostUnits) units", found: "\(document.units ?? 0)")
    }
    let layout = try Self.layout(document)
    let form = try Self.form(document, layout)
    let statistics = ConnectivityStatistics(
      layout: layout, unitCount: document.units ?? 0, populations: try Self.populations(document, layout))
    self.init(
      circuit: EffectiveCircuit(
        statistics,
        settings: DynamicsSettings(
          transfer: transfer, form: form, biasReachesReadout: document.biasReachesReadout ?? true,
          readoutBias: try Self.readoutBias(document, layout), start: try Self.start(document, layout, form))),
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
    let given = Set(document.vectors)
    func has(_ vector: ConnectivityVector) -> Bool { given.contains(vector.description) }
    let layout = LoadingLayout(
      rank: sizes[0], inputCount: sizes[1], outputCount: sizes[2], hasCurrent: has(.current),
      hasInitialState: has(.initialState), hasBias: has(.bias))
    let names = layout.vectors.map(\.description)
    guard document.vectors == names else {
      throw FormatError(
        expected: "vectors \(names.prefix(16).joined(separator: ", "))",
        found: document.vectors.prefix(16).map(\.quoted).joined(separator: ", "))
    }
    return layout
  }

  /// The form; what only version 2 has must not stand in a document of version 1, whose readers would pass it over.
  private static func form(_ document: Document, _ layout: LoadingLayout) throws -> NetworkForm {
    if document.version == 1 {
      let newer: [(String, Bool)] = [
        ("form", document.form.map { $0 != NetworkForm.current.rawValue } ?? false),
        ("readoutBias", document.readoutBias?.contains { $0 != 0 } ?? false),
        ("start", document.start != nil), ("vector c", layout.hasCurrent),
        ("vector x0", layout.hasInitialState),
      ]
      if let name = newer.first(where: \.1)?.0 {
        throw FormatError(
          expected: "no \(name) in a document of version 1", found: "one", advice: "write version 2")
      }
    }
    guard let name = document.form else { return .current }
    guard let form = NetworkForm(rawValue: name) else {
      throw FormatError(expected: "form current or rate", found: name.quoted)
    }
    if form == .rate, layout.hasCurrent || layout.hasInitialState {
      throw FormatError(
        expected: "no vectors c and x0 in rate form, where a bias is b and κ(0) is the start",
        found: layout.hasCurrent ? "c" : "x0")
    }
    return form
  }

  private static func readoutBias(_ document: Document, _ layout: LoadingLayout) throws -> [Double] {
    guard let values = document.readoutBias else { return [] }
    guard values.count == layout.outputCount, values.allSatisfy(\.isFinite) else {
      throw FormatError(
        expected: "readoutBias of \(layout.outputCount) finite numbers, one per output",
        found: "\(values.count) values")
    }
    return values.contains { $0 != 0 } ? values : []
  }

  private static func start(
    _ document: Document, _ layout: LoadingLayout, _ form: NetworkForm
  ) throws -> ReducedStart? {
    guard let start = document.start else { return nil }
    let filtered = start.v ?? [Double](repeating: 0, count: layout.inputCount)
    let readouts = start.readout ?? [Double](repeating: 0, count: layout.outputCount)
    guard start.kappa.count == layout.rank, filtered.count == layout.inputCount,
      readouts.count == layout.outputCount, (start.kappa + filtered + readouts).allSatisfy(\.isFinite)
    else {
      throw FormatError(
        expected:
          "a start of finite numbers, kappa \(layout.rank), v \(layout.inputCount), readout \(layout.outputCount)",
        found:
          "\(start.kappa.count), \(filtered.count), \(readouts.count) numbers, or some that are not finite")
    }
    if form == .current ? start.readout != nil : start.v != nil {
      throw FormatError(
        expected: form == .current
          ? "a start of kappa and v in current form" : "a start of kappa and readout in rate form",
        found: form == .current ? "readout" : "v")
    }
    return ReducedStart(kappa: start.kappa, filtered: filtered, readouts: readouts)
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

  /// Symmetric to 1e-9 of its largest entry, and no eigenvalue of the block of the drives (m, I, c, x0, b), from which Δ² is made, below
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
