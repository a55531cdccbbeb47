// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Tasks
import Training

/// The course project "Decision making in low-rank recurrent neural networks" from end to end.
///
///     let course = try Course(units: 128, seed: 1).run()
///     for section in course.sections { print(section.question.text, section.answer.values.answer) }
///
/// Networks for perceptual decision (rank 1) and parametric working memory (rank 2) are trained with the sheet's own
/// protocol, and its questions answered in their order. Every number is computed in the run.
public struct Course: Codable, Sendable {
  /// Fixes everything random.
  public var seed: UInt64
  /// N of the trained networks.
  public var units: Int
  /// Updates of the trainings for working memory, three times those for decisions; `nil` for 3000 and 1000.
  public var updates: Int?
  /// Networks to train for each task, with seeds that follow one another; the first is shown.
  public var networks: Int

  /// The course with these sizes.
  public init(units: Int = 128, updates: Int? = nil, networks: Int = 3, seed: UInt64 = 1) {
    self.units = units
    self.updates = updates
    self.networks = networks
    self.seed = seed
  }

  /// Refuses what makes no sense.
  ///
  /// - Throws: a `StudyError` of kind `usage`.
  public func validate() throws(StudyError) {
    for (name, value, range) in [
      ("units", units, 16...4096), ("networks", networks, 1...100), ("updates", updates ?? 3, 3...1_000_000),
    ] where !range.contains(value) {
      throw StudyError(
        .usage, name, "expected \(range.lowerBound) to \(range.upperBound), found \(value).")
    }
  }

  /// Updates of the trainings for working memory.
  public var memoryUpdates: Int {
    updates ?? TrainingOptions.recommendedUpdates(for: .parametricWorkingMemory)
  }
  /// Updates of the trainings for decisions.
  public var decisionUpdates: Int {
    updates.map { $0 / 3 } ?? TrainingOptions.recommendedUpdates(for: .perceptualDecision)
  }

  /// Answers all questions.
  ///
  /// - Parameter program: the program's version, for the record.
  /// - Throws: `StudyError`.
  public func run(program: String = "", observer: some Observer = SilentObserver()) throws(StudyError)
    -> CourseResult
  {
    try validate()
    return try StudyError.converting {
      // The networks of each task; one batch, full rank (as long as low rank in time) and three kinds of readouts; two of
      // rank 1.
      let total =
        (networks + 3 + ReadoutAnswer.longer) * decisionUpdates
        + ControlAnswer.fullRankUpdates(decisionUpdates) + (networks + 2) * memoryUpdates
      return try observer.metered("course") { meter in
        try answers(
          CourseMeter(total: total, meter: meter, observer: observer), program: program)
      }
    }
  }

  /// The sheet's questions in their order.
  private func answers(_ meter: CourseMeter, program: String) throws -> CourseResult {
    let decision = try CourseTask(
      .perceptualDecision, units: units, updates: decisionUpdates, networks: networks, seed: seed,
      meter: meter)
    func item(_ number: String, _ text: String, _ subject: CourseItem.Subject, _ answer: CourseAnswer)
      -> CourseItem
    {
      CourseItem(number, "\(number). \(text)", subject, answer)
    }
    let name = decision.title
    var sections = [
      item("2.1", "\(name): the data", .decision, .data(DataAnswer(decision))),
      item("2.2", "\(name): the network", .decision, .network(NetworkAnswer(decision))),
      item("2.3", "\(name): training", .decision, .training(TrainingAnswer(decision))),
      item(
        "2.3", "\(name): one batch, and full rank", .decision,
        .controls(try ControlAnswer(decision, updates: decisionUpdates, meter: meter))),
      item(
        "2.3", "\(name): readouts of SD 1 and 4", .decision,
        .readouts(try ReadoutAnswer(decision, units: units, updates: decisionUpdates, meter: meter))),
      item(
        "2.4", "\(name): the connectivity, and why it works", .decision,
        .connectivity(ConnectivityAnswer(decision))),
      item(
        "2.5", "\(name): is one 4-D Gaussian enough?", .decision,
        .gaussian(try GaussianAnswer(decision, meter: meter))),
      item(
        "2.6", "\(name): the m–I plane against principal components", .decision,
        .projection(try ProjectionAnswer(decision))),
      item(
        "2.7", "\(name): the equivalent circuit beside the network", .decision,
        .circuit(CircuitAnswer(decision))),
      item("2.7", "\(name): fixed points", .decision, .fixedPoints(try FixedPointAnswer(decision))),
      item(
        "2.7", "The integrator (σ̃_mn = 1) and its slow manifold", .decision,
        .integrator(try IntegratorAnswer(decision))),
    ]
    let memory = try CourseTask(
      .parametricWorkingMemory, units: units, updates: memoryUpdates, networks: networks, seed: seed,
      meter: meter)
    let other = memory.title
    sections += [
      item("3.1", "\(other): the data", .memory, .data(DataAnswer(memory))),
      item("3.2", "\(other): training at rank 2", .memory, .training(TrainingAnswer(memory))),
      item(
        "3.2", "\(other): would one latent do?", .memory,
        .rankOne(try RankOneAnswer(memory, updates: memoryUpdates, meter: meter))),
      item(
        "3.3", "\(other): the connectivity, and why it works", .memory,
        .connectivity(ConnectivityAnswer(memory))),
      item(
        "3.4", "\(other): is one 6-D Gaussian enough?", .memory,
        .gaussian(try GaussianAnswer(memory, meter: meter))),
      item(
        "3.5", "\(other): the m1–m2 plane against principal components", .memory,
        .projection(try ProjectionAnswer(memory))),
      item(
        "3.6", "\(other): the equivalent circuit beside the network", .memory,
        .circuit(CircuitAnswer(memory))),
      item("3.6", "\(other): fixed points", .memory, .fixedPoints(try FixedPointAnswer(memory))),
      item("3.7", "\(other): two time scales", .memory, .timeScales(try TimeScaleAnswer(memory))),
      item(
        "4", "The paper's covariances", .both,
        .presets(try PresetAnswer(decision: decision, memory: memory))),
      item(
        "4", "Slips of the sheet, side by side", .both,
        .slips(try SlipAnswer(decision: decision, memory: memory))),
    ]
    return CourseResult(self, kappa: program, decision: decision, memory: memory, sections: sections)
  }
}
