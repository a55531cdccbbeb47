// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles

/// What a question is about: a network or a circuit, and where it came from.
public struct Subject: Sendable {
  /// Either of the two.
  public enum Matter: Sendable {
    /// A network, with what was assumed when its file was read.
    case network(ImportedNetwork)
    /// A Gaussian circuit.
    case circuit(CircuitFile)
  }

  /// The file's path, or the name it was given: errors and results say it.
  public let name: String
  /// The network or circuit.
  public let matter: Matter
  /// α = dt/τ of its simulations.
  public let alpha: Double
  /// What to know about how it was read.
  public let remarks: [Remark]
  /// What the user said about reading it; `nil` where it was not read from a file.
  public let reading: ReadingRequest?

  /// Reads a network (.npz, .pt, .pth), or a circuit (.json).
  ///
  /// - Throws: `StudyError` when the request makes no sense, also one that says of a circuit what a network's file is asked
  ///   for, or the file cannot be used.
  public init(
    file path: String, reading request: ReadingRequest = ReadingRequest(),
    observer: some Observer = SilentObserver()
  ) throws(StudyError) {
    guard path.hasSuffix(".json") else {
      try self.init(networkFile: path, reading: request, observer: observer)
      return
    }
    try request.validate()
    try request.refuseForCircuit(path)
    let circuit = try StudyError.converting { try CircuitFile.read(path) }
    self.init(circuit: circuit, alpha: request.stepSize, name: path)
  }

  /// Reads a network, whatever the file is called.
  ///
  /// - Throws: `StudyError` when the request makes no sense or the file cannot be used.
  public init(
    networkFile path: String, reading request: ReadingRequest = ReadingRequest(),
    observer: some Observer = SilentObserver()
  ) throws(StudyError) {
    try request.validate()
    let options = try request.importOptions()
    let imported = try StudyError.converting { try NetworkFile.load(path, options) }
    self.init(imported, name: path, reading: request)
    for remark in remarks { observer.remark(remark) }
  }

  /// A network of arrays in memory, which are named as those of a file would be.
  ///
  /// - Throws: `StudyError` when the request makes no sense or the arrays cannot be used.
  public init(
    _ arrays: TensorFile, name: String, reading request: ReadingRequest = ReadingRequest(),
    observer: some Observer = SilentObserver()
  ) throws(StudyError) {
    try request.validate()
    let options = try request.importOptions()
    let imported = try StudyError.converting { try NetworkFile.load(arrays, from: name, options) }
    self.init(imported, name: name, reading: request)
    for remark in remarks { observer.remark(remark) }
  }

  /// A network that was read before.
  public init(_ imported: ImportedNetwork, name: String, reading: ReadingRequest? = nil) {
    self.name = name
    self.reading = reading
    matter = .network(imported)
    alpha = imported.alpha
    remarks = imported.remarks.map {
      .warning(Remark.Code(rawValue: $0.code.rawValue), "\(name): \($0.text)", values: $0.values)
    }
  }

  /// A network in memory.
  ///
  /// - Parameters:
  ///   - labels: the population of every unit, where there are populations.
  ///   - name: what errors and results call it.
  public init(_ network: Network, alpha: Double, labels: [Int]? = nil, name: String = "network") {
    self.init(ImportedNetwork(network, alpha: alpha, populationLabels: labels), name: name)
  }

  /// A circuit, run with its own α unless another is given.
  public init(circuit: CircuitFile, alpha: Double? = nil, name: String = "circuit") {
    self.name = name
    matter = .circuit(circuit)
    self.alpha = alpha ?? circuit.alpha
    remarks = []
    reading = nil
  }

  /// The subject with a network of lower rank standing in for its own, which was fitted to its activity.
  func represented(by fit: Network) throws(StudyError) -> Subject {
    let imported = try imported()
    return Subject(
      try StudyError.converting(about: name) { try imported.represented(by: fit) }, name: name,
      reading: reading)
  }

  /// R where J is dense and its manifold that of m nᵀ/N in its place; `nil` otherwise.
  var cutRank: Int? {
    guard case .network(let imported) = matter, imported.network.denseConnectivity != nil else { return nil }
    return imported.network.rank
  }

  /// The subject without readouts, where each of many outputs is the rate of one unit, and that this is so.
  func withoutOwnRates(_ observer: some Observer) throws(StudyError) -> Subject {
    guard case .network(let imported) = matter, imported.readsOwnRates else { return self }
    observer.remark(
      .note(
        .leftOut,
        "\(name): every output is the rate of one unit, of which populations say nothing: readouts are left out, "
          + "and κ is what is judged"))
    return Subject(
      try StudyError.converting(about: name) { try imported.withoutReadouts() }, name: name,
      reading: reading)
  }

  /// That trials do not start at zero; `nil` where they do.
  var startRemark: Remark? {
    guard case .network(let imported) = matter, imported.initialState != nil else { return nil }
    let place = reading?.initialState.flatMap { $0 == "file" ? nil : "the initial state in \($0)" }
    return .note(.initialState, "\(name): trials start at \(place ?? "the file's initial state")")
  }

  /// The network with everything known about it.
  ///
  /// - Throws: a `StudyError` when the subject is a circuit.
  public func imported() throws(StudyError) -> ImportedNetwork {
    guard case .network(let imported) = matter else {
      throw StudyError(.badData, name, "expected a network (.npz, .pt or .pth), found a circuit")
    }
    return imported
  }

  /// The network itself.
  ///
  /// - Throws: a `StudyError` when the subject is a circuit.
  public func network() throws(StudyError) -> Network { try imported().network }

  /// The circuit of the subject: the file's own, or the moments of the network's populations.
  ///
  /// - Throws: a `StudyError` when a network's populations have no moments.
  public func circuit() throws(StudyError) -> CircuitFile {
    switch matter {
    case .circuit(let circuit): return circuit
    case .network: return try Reduction(momentsOf: self).document
    }
  }
}
