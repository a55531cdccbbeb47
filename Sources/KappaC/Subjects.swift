// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles
import Studies

extension Registry {
  /// Where a network is read from, beside how.
  private struct Place: Codable {
    var path: String?
    var reading: ReadingRequest
  }

  /// A network or circuit from a file.
  static func load(_ call: Call) throws(StudyError) -> Answer {
    let place = try call.request(over: Place(reading: ReadingRequest()))
    guard let path = place.path else { throw StudyError(.usage, "path", "expected a file, found none") }
    return try described(Subject(file: path, reading: place.reading, observer: call.observer))
  }

  /// A network of arrays in memory, named as those of a file would be.
  static func network(_ call: Call) throws(StudyError) -> Answer {
    let place = try call.request(over: Place(reading: ReadingRequest()))
    let name = place.path ?? "network"
    guard !call.arrays.isEmpty else {
      throw StudyError(.usage, "network", "expected arrays m, n, I, w, or J, I, w, found none")
    }
    let subject = try Subject(
      TensorFile(inMemory: call.arrays), name: name, reading: place.reading, observer: call.observer)
    return try described(subject)
  }

  /// The circuit in a text, or the moments of the subject's units.
  static func circuit(_ call: Call) throws(StudyError) -> Answer {
    if let text = call.array("circuit") {
      return try described(Subject(circuit: call.document(text)))
    }
    let subject = try call.needed()
    return try described(Subject(circuit: subject.circuit(), alpha: subject.alpha, name: subject.name))
  }

  /// What the subject is.
  static func summary(_ call: Call) throws(StudyError) -> Answer { try described(call.needed()) }

  /// What a program wants to know of a network or circuit first.
  private struct Description: Encodable {
    let kind, name: String
    let units, rank, inputs, outputs: Int
    let transfer: TransferFunction
    let form: NetworkForm
    let alpha: Double
    var populations: Int?
    var closure: String?
    var summary: NetworkSummary?
    var document: String?
    let remarks: [Remark]
  }

  private static func described(_ subject: Subject) throws(StudyError) -> Answer {
    switch subject.matter {
    case .network(let imported):
      let network = imported.network
      return Answer(
        json: try StudyJSON.text(
          Description(
            kind: "network", name: subject.name, units: network.unitCount, rank: network.rank,
            inputs: network.inputCount, outputs: network.outputCount, transfer: network.transfer,
            form: network.form, alpha: subject.alpha, summary: imported.summary, remarks: subject.remarks)),
        arrays: NetworkArrays.all(of: network), subject: subject, remarks: subject.remarks)
    case .circuit(let file):
      let layout = file.circuit.statistics.layout
      return Answer(
        json: try StudyJSON.text(
          Description(
            kind: "circuit", name: subject.name, units: file.units ?? 0, rank: layout.rank,
            inputs: layout.inputCount, outputs: layout.outputCount, transfer: file.circuit.transfer,
            form: file.circuit.form, alpha: subject.alpha,
            populations: file.circuit.statistics.populations.count, closure: file.closure.rawValue,
            document: file.json, remarks: [])), subject: subject)
    }
  }
}

/// A network's vectors as arrays, in the canonical convention: J = m nᵀ/N, z = wᵀφ/N + z0.
enum NetworkArrays {
  static func all(of network: Network) -> [Tensor] {
    var arrays = [
      Tensor(name: "m", network.m), Tensor(name: "n", network.n), Tensor(name: "I", network.inputs),
      Tensor(name: "w", network.readouts),
    ]
    if let j = network.denseConnectivity { arrays.append(Tensor(name: "J", j)) }
    func vector(_ name: String, _ values: [Double]) {
      arrays.append(Tensor(name: name, shape: [values.count], values: values))
    }
    if let bias = network.bias { vector("bias", bias.values) }
    if let current = network.current { vector("current", current) }
    if network.readoutBias.contains(where: { $0 != 0 }) { vector("z0", network.readoutBias) }
    if let start = network.start { vector("x0", start.state) }
    return arrays
  }
}
