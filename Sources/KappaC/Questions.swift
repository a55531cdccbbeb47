// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles
import Report
import Studies

// Studies that write files beside their result, or have no subject.
extension Registry {
  /// A network trained on a task or on trials; with `output` in the request it is the subject of the answer.
  static func train(_ call: Call) throws(StudyError) -> Answer {
    let study = try call.request(over: Train(nil))
    let result = try study.run(observer: call.observer)
    var answer = try answer(result, remarks: result.remarks)
    if let output = study.output {
      answer.subject = try Subject(networkFile: output, observer: call.observer)
    }
    return answer
  }

  /// A preset, and whether a network is drawn from it; its fields stand beside those of `Make`.
  private struct Making: Codable {
    var make: Make
    var network: Bool

    enum CodingKeys: CodingKey { case network }

    init(_ make: Make) { (self.make, network) = (make, false) }

    init(from decoder: any Decoder) throws {
      make = try Make(from: decoder)
      network = try decoder.container(keyedBy: CodingKeys.self).decode(Bool.self, forKey: .network)
    }

    func encode(to encoder: any Encoder) throws {
      try make.encode(to: encoder)
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(network, forKey: .network)
    }
  }

  /// A circuit, or with `network` a network, whose dynamics is known in closed form: the subject of the answer.
  static func make(_ call: Call) throws(StudyError) -> Answer {
    let request = try call.request(over: Making(Make(.ring)))
    let made = try request.make.run()
    let name = request.make.preset.rawValue
    var answer = try answer(SmallResult(name: name, text: request.make.preset.closedForm))
    if request.network {
      answer.arrays = try made.networkArrays()
      answer.subject = try Subject(
        TensorFile(inMemory: answer.arrays), name: name, observer: call.observer)
      answer.arrays.removeAll { $0.text != nil }
    } else {
      answer.subject = Subject(circuit: made.circuit, name: name)
    }
    return answer
  }

  /// States beside a random bulk; its phase diagram in the folder that the text array `folder` names.
  static func bulk(_ call: Call) throws(StudyError) -> Answer {
    try run(Bulk(), call) { result throws(StudyError) in
      var remarks = result.remarks
      if let folder = try call.folder() {
        let figure = try StudyError.converting { try result.diagram() }
        remarks += try draw(figure.map { [$0] } ?? [], in: folder)
      }
      return try answer(result, remarks: remarks)
    }
  }

  /// Currents by population; their figures in the folder that the text array `folder` names.
  static func currents(_ call: Call) throws(StudyError) -> Answer {
    let inner = call.without("folder")
    var study = try call.request(over: Currents(trials: open, circuit: CircuitRequest()))
    study.trials = try inner.trials(study.trials)
    study.circuit = try inner.circuit(study.circuit)
    let result = try study.run(on: call.needed(), observer: call.observer)
    var remarks = result.remarks
    if let folder = try call.folder() { remarks += try draw(result.document.figures, in: folder) }
    return try answer(result, remarks: remarks)
  }

  /// Smaller and smaller networks of merged units; the smallest is the subject of the answer.
  static func merge(_ call: Call) throws(StudyError) -> Answer {
    var study = try call.request(over: Merge(trials: open, by: .activity, units: 1))
    study.trials = try call.trials(study.trials)
    let result = try study.run(on: call.needed(), observer: call.observer)
    var answer = try answer(result)
    answer.subject = result.merged.map { Subject($0, alpha: result.alpha, name: "merged network") }
    return answer
  }

  /// Published numbers beside ours.
  static func reproduce(_ call: Call) throws(StudyError) -> Answer {
    try answer(try call.request(over: Reproduction()).run(observer: call.observer))
  }

  /// The course project; its page in the folder that the text array `folder` names, where there is one.
  static func course(_ call: Call) throws(StudyError) -> Answer {
    let start = ContinuousClock.now
    let result = try call.request(over: Course()).run(program: kappaVersion, observer: call.observer)
    if let folder = try call.folder() {
      _ = try CourseReport(result).write(
        to: OutputFolder(folder, writing: CourseReport.files, keeping: []), command: "course",
        elapsed: { (ContinuousClock.now - start) / .seconds(1) },
        observer: call.observer)
    }
    return try answer(result)
  }

  /// Draws figures, and says what could not be drawn.
  private static func draw(_ figures: [Figure], in folder: String) throws(StudyError) -> [Remark] {
    guard !figures.isEmpty else { return [] }
    return try OutputFolder(folder, writing: [], keeping: []).fill(figures: "") {
      try FigureFolder(path: $0).write(figures).problems.map { .warning("figures", $0) }
    }
  }
}

extension Call {
  /// The folder that the text array `folder` names; `nil` where there is none.
  func folder() throws(StudyError) -> String? {
    guard let array = array("folder") else { return nil }
    guard let path = array.text?.first, array.text?.count == 1, !path.isEmpty else {
      throw StudyError(.usage, "folder", "expected one text, found another array")
    }
    return path
  }

  /// The same call without an array.
  func without(_ name: String) -> Call {
    Call(
      request: request, subject: subject, arrays: arrays.filter { $0.name != name }, observer: observer)
  }
}
