// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles
import Report
import Studies

/// Every question that the door answers: a new study is one entry.
enum Registry {
  typealias Work = @Sendable (Call) throws(StudyError) -> Answer

  /// The studies by name.
  static let studies: [String: Work] = [
    "studies": { _ throws(StudyError) in try answer(SmallResult(studies: names)) },

    // Subjects.
    "load": load, "network": network, "circuit": circuit, "subject": summary,

    // Studies of the library, by the names of the command.
    "inspect": inspect, "compare": compare, "distill": distill, "report": report, "ablate": ablate,
    "simulate": simulate, "explore": explore, "bulk": bulk, "currents": currents,
    "fit": fit, "merge": merge,
    "structure": structure,
    "fixed-points": { call throws(StudyError) in
      try run(Portrait(), call) { result throws(StudyError) in try answer(result, remarks: result.remarks) }
    },
    "transition-graph": transitionGraph,
    "bifurcation": { call throws(StudyError) in
      try run(Bifurcations(parameter: "I1", from: -1, to: 1), call) { result throws(StudyError) in
        try answer(result, remarks: result.remarks)
      }
    },
    "resample": resample,
    "export": { call throws(StudyError) in
      try run(Export(to: .json), call) { result throws(StudyError) in
        try answer(SmallResult(text: result.text))
      }
    },
    // Without a subject.
    "train": train, "make": make, "reproduce": reproduce, "course": course,
    "bench": { call throws(StudyError) in
      try answer(try call.request(over: Bench()).run(observer: call.observer))
    },

    // Single values.
    "gain": gain, "flow": flow, "equations": equations,
  ]

  /// Their names.
  static var names: [String] { studies.keys.sorted() }

  /// Runs a study on the call's subject.
  static func run<S: Study>(
    _ defaults: S, _ call: Call, _ answer: (S.Result) throws(StudyError) -> Answer
  ) throws(StudyError) -> Answer {
    let study = try call.request(over: defaults)
    return try answer(study.run(on: call.needed(), observer: call.observer))
  }

  /// An answer whose JSON is the result's own.
  static func answer(_ result: some Encodable, arrays: [Tensor] = [], remarks: [Remark] = [])
    throws(StudyError) -> Answer
  {
    Answer(json: try StudyJSON.text(result), arrays: arrays, remarks: remarks)
  }

  /// A request for trials that says nothing yet.
  static var open: TrialRequest { TrialRequest(file: nil, task: nil, trialCount: nil, seed: 1) }

  private static func inspect(_ call: Call) throws(StudyError) -> Answer {
    let given = try StudyJSON.read(JSONValue.self, from: call.request)
    var named = false
    if case .object(let fields) = given { named = fields["trials"] != nil && fields["trials"] != .null }
    var study = try call.request(over: Inspect(trials: named ? open : nil))
    if study.trials != nil || !call.arrays.isEmpty { study.trials = try call.trials(study.trials ?? open) }
    let result = try study.run(on: call.needed(), observer: call.observer)
    return try answer(result, remarks: result.remarks)
  }

  private static func compare(_ call: Call) throws(StudyError) -> Answer {
    var study = try call.request(over: Compare(trials: open))
    study.trials = try call.trials(study.trials)
    study.circuit = try call.circuit(study.circuit)
    let result = try study.run(on: call.needed(), observer: call.observer)
    var answer = try answer(result, arrays: result.run?.arrays ?? [], remarks: result.remarks)
    answer.subject = result.run.map { Subject(circuit: $0.document, alpha: $0.imported.alpha) }
    return answer
  }

  private static func distillation(_ call: Call, _ depth: Distill.Depth) throws(StudyError)
    -> DistillationResult
  {
    var study = try call.request(over: Distill(trials: open, depth: depth))
    study.trials = try call.trials(study.trials)
    study.circuit = try call.circuit(study.circuit)
    return try study.run(on: call.needed(), observer: call.observer)
  }

  private static func distill(_ call: Call) throws(StudyError) -> Answer {
    let result = try distillation(call, .summary)
    let run = result.findings?.run
    var answer = try answer(result, arrays: run?.arrays ?? [], remarks: result.remarks)
    answer.subject = run.map { Subject(circuit: $0.document, alpha: $0.imported.alpha) }
    return answer
  }

  /// A distillation with its page, written into the folder that the text array `folder` names.
  private static func report(_ call: Call) throws(StudyError) -> Answer {
    guard let folder = try call.folder() else {
      throw StudyError(.usage, "folder", "expected a text, found none")
    }
    var result = try distillation(call.without("folder"), .report)
    result.files = try DistillationReport(result).write(to: folder, observer: call.observer)
    return try answer(result, remarks: result.remarks)
  }

  private static func ablate(_ call: Call) throws(StudyError) -> Answer {
    var study = try call.request(
      over: Ablate(trials: open, circuit: CircuitRequest(populations: .automatic)))
    study.trials = try call.trials(study.trials)
    study.circuit = try call.circuit(study.circuit)
    let result = try study.run(on: call.needed(), observer: call.observer)
    return try answer(result, remarks: result.remarks)
  }

  private static func explore(_ call: Call) throws(StudyError) -> Answer {
    let given = try StudyJSON.read(JSONValue.self, from: call.request)
    var named = false
    if case .object(let fields) = given { named = fields["trials"] != nil && fields["trials"] != .null }
    var study = try call.request(over: Explore(trials: named ? open : nil))
    if study.trials != nil || call.array("u") != nil { study.trials = try call.trials(study.trials ?? open) }
    study.circuit = try call.circuit(study.circuit)
    let result = try study.run(on: call.needed(), observer: call.observer)
    return try answer(SmallResult(text: ExplorerPage(result).html), remarks: result.remarks)
  }

  /// What loadings of a network are like, or, without a network, what activity in memory follows: `rates` or `x` (B, T, N)
  /// beside `u`, with conditions.
  private static func structure(_ call: Call) throws(StudyError) -> Answer {
    let study = try call.request(over: Structure())
    guard call.subject == nil else {
      return try answer(study.run(on: call.needed(), observer: call.observer))
    }
    let result = try study.run(
      onActivity: try call.recording(), name: "activity", observer: call.observer)
    return try answer(result)
  }

  /// A low-rank network fitted to a network's activity on trials, or to activity in memory: `rates` or `x` (B, T, N) beside
  /// `u`, with what else a file of activity holds.
  private static func fit(_ call: Call) throws(StudyError) -> Answer {
    var study = try call.request(over: Fit(trials: open))
    let result: FitResult
    if call.subject == nil {
      let recording = try call.recording()
      result = try study.run(onActivity: recording, name: "activity", observer: call.observer)
    } else {
      study.trials = try call.trials(study.trials)
      result = try study.run(on: call.needed(), observer: call.observer)
    }
    var answer = try answer(result, arrays: try result.arrays, remarks: result.remarks)
    answer.subject = Subject(result.chosen.network, alpha: result.alpha, name: "fitted network")
    return answer
  }

  private static func simulate(_ call: Call) throws(StudyError) -> Answer {
    var study = try call.request(over: Simulate(trials: open))
    study.trials = try call.trials(study.trials)
    let result = try study.run(on: call.needed(), observer: call.observer)
    // The caller has u, target and mask of trials in memory.
    let own = study.trials.arrays == nil
    return try answer(
      SmallResult(
        dynamics: result.dynamics.rawValue, alpha: result.alpha, trials: result.trajectory.trials,
        steps: result.trajectory.steps, trialSource: result.trialSet.source),
      arrays: result.arrays.filter { own || ["z", "kappa", "x"].contains($0.name) },
      remarks: result.remarks)
  }

  /// What a task's stimuli do to attractors, as DOT or GraphML; a portrait's request with `language` beside it.
  private static func transitionGraph(_ call: Call) throws(StudyError) -> Answer {
    struct Request: Codable {
      var portrait: Portrait
      var language: String
    }
    let request = try call.request(over: Request(portrait: Portrait(), language: "dot"))
    guard let language = PortraitResult.GraphLanguage(rawValue: request.language) else {
      throw StudyError(.usage, "language", "expected dot or graphml, found \(request.language)")
    }
    guard request.portrait.task != nil else {
      throw StudyError(.usage, "task", "expected a task, whose stimuli are the edges, found none")
    }
    let result = try request.portrait.run(on: call.needed(), observer: call.observer)
    return try answer(SmallResult(text: result.graph(language)), remarks: result.remarks)
  }

  private static func resample(_ call: Call) throws(StudyError) -> Answer {
    try run(Resample(), call) { result throws(StudyError) in
      var answer = try answer(
        SmallResult(
          alpha: result.alpha, populations: result.populations, units: result.network.unitCount))
      answer.subject = Subject(result.network, alpha: result.alpha)
      answer.arrays = NetworkArrays.all(of: result.network)
      return answer
    }
  }

  private static func equations(_ call: Call) throws(StudyError) -> Answer {
    let (subject, file) = (try call.needed(), try call.needed().circuit())
    let terms = CircuitTerms(of: file.circuit, unitCount: file.closure == .moments ? file.units : nil)
    return try answer(
      SmallResult(
        text: EquationLaTeX(terms, title: "κ-equations of \(subject.name)", alpha: subject.alpha).document,
        lines: EquationText(terms).lines))
  }
}
