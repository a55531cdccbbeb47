// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Where a question stands on the sheet, and what it asks.
public struct CourseQuestion: Codable, Sendable, Hashable {
  /// What kind of question it is.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    case data, network, training, controls, connectivity, gaussian, projection, circuit
    case fixedPoints = "fixed-points"
    case integrator
    case timeScales = "time-scales"
    case rankOne = "rank-one"
    case readouts, presets, slips
  }

  /// Its number.
  public let number: String
  /// Its kind.
  public let kind: Kind
  /// The question in words.
  public let text: String

  /// Its short name, by which course.json and figures call it.
  public var name: String { "\(number)-\(kind.rawValue)" }
}

/// The answer to one question, by its kind.
public enum CourseAnswer: Sendable {
  case data(DataAnswer)
  case network(NetworkAnswer)
  case controls(ControlAnswer)
  case training(TrainingAnswer)
  case connectivity(ConnectivityAnswer)
  case gaussian(GaussianAnswer)
  case projection(ProjectionAnswer)
  case circuit(CircuitAnswer)
  case fixedPoints(FixedPointAnswer)
  case integrator(IntegratorAnswer)
  case timeScales(TimeScaleAnswer)
  case rankOne(RankOneAnswer)
  case readouts(ReadoutAnswer)
  case presets(PresetAnswer)
  case slips(SlipAnswer)

  /// Its numbers.
  public var values: any CourseAnswering {
    switch self {
    case .data(let answer): answer
    case .network(let answer): answer
    case .controls(let answer): answer
    case .training(let answer): answer
    case .connectivity(let answer): answer
    case .gaussian(let answer): answer
    case .projection(let answer): answer
    case .circuit(let answer): answer
    case .fixedPoints(let answer): answer
    case .integrator(let answer): answer
    case .timeScales(let answer): answer
    case .rankOne(let answer): answer
    case .readouts(let answer): answer
    case .presets(let answer): answer
    case .slips(let answer): answer
    }
  }

  /// The kind of question it answers.
  public var kind: CourseQuestion.Kind {
    switch self {
    case .data: .data
    case .network: .network
    case .controls: .controls
    case .training: .training
    case .connectivity: .connectivity
    case .gaussian: .gaussian
    case .projection: .projection
    case .circuit: .circuit
    case .fixedPoints: .fixedPoints
    case .integrator: .integrator
    case .timeScales: .timeScales
    case .rankOne: .rankOne
    case .readouts: .readouts
    case .presets: .presets
    case .slips: .slips
    }
  }
}

/// A question of the sheet with its answer.
public struct CourseItem: Codable, Sendable {
  /// The question.
  public let question: CourseQuestion
  /// The answer.
  public let answer: CourseAnswer
  /// Which of the two tasks it is about.
  public let subject: Subject

  /// What a question is about.
  public enum Subject: Sendable { case decision, memory, both }

  init(_ number: String, _ text: String, _ subject: Subject, _ answer: CourseAnswer) {
    question = CourseQuestion(number: number, kind: answer.kind, text: text)
    self.subject = subject
    self.answer = answer
  }

  private enum CodingKeys: String, CodingKey { case name, question, answer, values }

  /// Name, question, answer in words, and values.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(question.name, forKey: .name)
    try container.encode(question.text, forKey: .question)
    try container.encode(answer.values.answer, forKey: .answer)
    try answer.values.encode(to: container.superEncoder(forKey: .values))
  }

  /// What `encode` wrote; figures cannot be drawn of it, for course.json does not hold what they show.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let name = try container.decode(String.self, forKey: .name)
    guard let dash = name.firstIndex(of: "-"),
      let kind = CourseQuestion.Kind(rawValue: String(name[name.index(after: dash)...]))
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .name, in: container, debugDescription: "expected a question's name, found \(name)")
    }
    question = CourseQuestion(
      number: String(name[..<dash]), kind: kind, text: try container.decode(String.self, forKey: .question))
    subject = question.number.hasPrefix("2") ? .decision : question.number.hasPrefix("3") ? .memory : .both
    func values<Values: CourseAnswering>(_ type: Values.Type) throws -> Values {
      try container.decode(type, forKey: .values)
    }
    answer =
      switch kind {
      case .data: .data(try values(DataAnswer.self))
      case .network: .network(try values(NetworkAnswer.self))
      case .controls: .controls(try values(ControlAnswer.self))
      case .training: .training(try values(TrainingAnswer.self))
      case .connectivity: .connectivity(try values(ConnectivityAnswer.self))
      case .gaussian: .gaussian(try values(GaussianAnswer.self))
      case .projection: .projection(try values(ProjectionAnswer.self))
      case .circuit: .circuit(try values(CircuitAnswer.self))
      case .fixedPoints: .fixedPoints(try values(FixedPointAnswer.self))
      case .integrator: .integrator(try values(IntegratorAnswer.self))
      case .timeScales: .timeScales(try values(TimeScaleAnswer.self))
      case .rankOne: .rankOne(try values(RankOneAnswer.self))
      case .readouts: .readouts(try values(ReadoutAnswer.self))
      case .presets: .presets(try values(PresetAnswer.self))
      case .slips: .slips(try values(SlipAnswer.self))
      }
  }
}

/// The answers to all questions. Its JSON is course.json.
public struct CourseResult: Codable, Sendable {
  /// What kind of document this is, and its version.
  public private(set) var format = "kappa-course"
  /// Likewise.
  public private(set) var version = 2
  /// The program's version.
  public let kappa: String
  /// Fixes everything random.
  public let seed: UInt64
  /// N, and networks trained for each task.
  public let units, networks: Int
  /// Updates of the trainings for `decision` and `memory`.
  public let updates: [String: Int]
  /// The questions with their answers, in the sheet's order.
  public let sections: [CourseItem]
  /// The two tasks with their networks and simulations; not part of the JSON.
  public private(set) var decision: CourseTask?
  /// Likewise.
  public private(set) var memory: CourseTask?

  private enum CodingKeys: String, CodingKey {
    case format, version, kappa, seed, units, networks, updates, sections
  }

  init(_ course: Course, kappa: String, decision: CourseTask, memory: CourseTask, sections: [CourseItem]) {
    self.kappa = kappa
    seed = course.seed
    units = course.units
    networks = course.networks
    updates = ["decision": course.decisionUpdates, "memory": course.memoryUpdates]
    self.sections = sections
    self.decision = decision
    self.memory = memory
  }
}
