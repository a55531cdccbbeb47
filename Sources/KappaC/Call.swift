// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles
import Studies

/// One question that came through the door, in the library's own types.
struct Call {
  /// The request's JSON.
  let request: String
  /// What it is about.
  let subject: Subject?
  /// The named arrays.
  let arrays: [Tensor]
  /// Who asks.
  let observer: RemarkCollector

  /// The network or circuit.
  func needed() throws(StudyError) -> Subject {
    guard let subject else {
      throw StudyError(.usage, "subject", "expected a network or a circuit, found none")
    }
    return subject
  }

  /// The first array of a name.
  func array(_ name: String) -> Tensor? { arrays.first { $0.name == name } }

  /// The request, laid over a study's defaults.
  ///
  /// - Throws: a `StudyError` for a field that no such request has, and for values that are none of it.
  func request<Request: Codable>(over defaults: Request) throws(StudyError) -> Request {
    let given = try StudyJSON.read(JSONValue.self, from: request)
    guard case .object = given else {
      throw StudyError(.usage, "JSON", "expected an object, found another value")
    }
    let base = try StudyJSON.read(JSONValue.self, from: StudyJSON.text(defaults))
    let merged = try StudyJSON.read(Request.self, from: StudyJSON.text(base.overlaid(by: given)))
    let known = try StudyJSON.read(JSONValue.self, from: StudyJSON.text(merged))
    if let field = known.firstUnknown(in: given) {
      throw StudyError(.usage, field, "expected a field of this request, found one that it does not have")
    }
    return merged
  }

  /// Trials in memory, where u is among the arrays; otherwise the request's own.
  func trials(_ request: TrialRequest) throws(StudyError) -> TrialRequest {
    var request = request
    let others = arrays.filter { $0.name != "circuit" }
    if others.contains(where: { $0.name == "u" }) {
      request.arrays = others
    } else if let first = others.first {
      throw StudyError(.usage, first.name, "expected u (B, T, K) beside it, found none")
    }
    return request
  }

  /// The activity among the arrays, named as a file's would be.
  func recording() throws(StudyError) -> RecordedActivity {
    let file = TensorFile(inMemory: arrays)
    guard ActivityFile.isActivity(file) else {
      throw StudyError(
        .usage, "subject", "expected a network, or arrays rates (B, T, N) and u (B, T, K), found neither")
    }
    return try StudyError.converting { try ActivityFile.read(file, name: "activity") }
  }

  /// A circuit in memory, where its text is among the arrays; otherwise the request's own.
  func circuit(_ request: CircuitRequest) throws(StudyError) -> CircuitRequest {
    var request = request
    if let circuit = array("circuit") { request.document = try document(circuit) }
    return request
  }

  /// The circuit of a text.
  func document(_ tensor: Tensor) throws(StudyError) -> CircuitFile {
    guard let text = tensor.text?.first, tensor.text?.count == 1 else {
      throw StudyError(.usage, tensor.name, "expected the text of a circuit.json, found numbers")
    }
    return try StudyError.converting { try CircuitFile.parse(text, name: tensor.name) }
  }
}

/// What was found, before it goes out through the door.
struct Answer {
  /// The result as JSON.
  var json: String
  /// Its arrays.
  var arrays: [Tensor] = []
  /// A network or circuit that was made or read.
  var subject: Subject?
  /// The result's own remarks.
  var remarks: [Remark] = []
}

/// JSON of results that are arrays first of all.
struct SmallResult: Encodable {
  var name: String?
  var dynamics: String?
  var alpha: Double?
  var trials, steps, populations, units: Int?
  var trialSource: String?
  var text: String?
  var lines: [String]?
  var studies: [String]?
}
