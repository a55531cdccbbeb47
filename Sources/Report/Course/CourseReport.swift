// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import NetworkFiles
import Studies

/// The course's answers as a page.
public struct CourseReport: Sendable {
  /// The answers.
  public let result: CourseResult
  private let decision, memory: CourseTask

  /// A report on answers that were computed in this process: course.json alone does not hold what figures show.
  ///
  /// - Throws: a `StudyError` of kind `usage` for answers that were read from course.json.
  public init(_ result: CourseResult) throws(StudyError) {
    guard let decision = result.decision, let memory = result.memory else {
      throw StudyError(
        .usage, "course",
        "expected answers with the networks they are about, found numbers alone: run the course")
    }
    self.result = result
    self.decision = decision
    self.memory = memory
  }

  /// What `write` writes, besides the figures.
  public static let files = ["course.html", "course.json"]

  /// The page: an introduction, the sheet's questions with their answers, and an outlook.
  ///
  /// - Parameter made: what is said of how the page was made, as names and values.
  public func document(made: [(name: String, value: String)] = []) -> Document {
    Document(
      title: "Decision making in low-rank recurrent neural networks", verdict: verdict,
      sections: [introduction]
        + result.sections.map { item in
          Document.Section(
            item.question.text,
            [.paragraph("In short: \(item.answer.values.answer).")] + blocks(item))
        } + [outlook] + (made.isEmpty ? [] : [making(made)]))
  }

  /// What is said of how the page was made, as names and values.
  private func making(_ made: [(name: String, value: String)]) -> Document.Section {
    Document.Section(
      "How this was made",
      [
        .table(
          Document.Table(
            caption: "Everything needed to make this page again.", header: ["", "value"],
            rows: made.map { [.text($0.name), .text($0.value)] }))
      ])
  }

  /// Writes course.html, course.json and the figures, each file whole or not at all.
  ///
  /// - Parameters:
  ///   - folder: a folder that is there.
  ///   - command: the command that this was made by, for the record.
  ///   - elapsed: how long it has taken so far, in seconds; asked when the figures are drawn.
  ///   - observer: is told what cannot be drawn.
  /// - Returns: the paths in the order of writing.
  /// - Throws: `StudyError`.
  public func write(
    to folder: OutputFolder, command: String, elapsed: () -> Double,
    observer: some Observer = SilentObserver()
  ) throws(StudyError) -> [String] {
    try folder.fill(Self.files, observer: observer) { place in
      var document = document()
      let drawn = try observer.metered("drawing") { _ in
        do {
          return try FigureFolder(path: place + "/figures").write(document.figures)
        } catch { throw StudyError(error) }
      }
      for problem in drawn.problems { observer.remark(.warning("figures", problem)) }
      document.sections.append(
        making([
          ("command", command), ("kappa", result.kappa), ("seed", "\(result.seed)"),
          ("time, figures included", "\(text(elapsed(), digits: 3)) s"),
        ]))
      let page = HTMLRenderer(pictures: drawn.pictures, folder: "figures").page(document)
      try FileWriter.write(page, to: place + "/" + Self.files[0])
      try FileWriter.write(try StudyJSON.text(result) + "\n", to: place + "/" + Self.files[1])
    }
    return Self.files.map(folder.file)
  }

  /// What was found about the two tasks.
  private var verdict: [String] {
    var sentences: [String] = []
    for item in result.sections {
      switch item.answer {
      case .training(let answer):
        sentences.append(
          "\(item.subject == .memory ? "Working memory" : "Perceptual decision") is learned at \(answer.answer)."
        )
      case .circuit(let answer):
        sentences.append(
          "Its equivalent circuit has an error of \(percent(answer.circuit.relativeErrorOfZ)) in z and agrees in "
            + "\(percent(answer.circuit.agreement)) of the decisions.")
      default: break
      }
    }
    return sentences
  }

  private var introduction: Document.Section {
    Document.Section(
      "1. Introduction",
      [
        .paragraph(
          "A recurrent network of N units can do a task in ways that nobody sees from its N² weights. If the weights are "
            + "J = m nᵀ/N with R columns in m and n, all that the network remembers are R numbers κ: x = m κ + I v, with v the "
            + "filtered input. What κ does depends on how the loadings m, n, I and w are distributed over the units, and if "
            + "they are jointly Gaussian, on their means and covariances alone: a circuit of R equations."),
        .paragraph(
          "The questions are those of the course project, in its order: decide whether noisy evidence is positive or "
            + "negative (2.1 to 2.7, rank 1), compare two frequencies with a delay between them (3.1 to 3.7, rank 2); for each: "
            + "make the data, train the network, see which pattern its loadings have, whether a Gaussian will do, where its "
            + "trajectories run, and simulate the equivalent circuit beside it. 4 takes the paper's covariances, what slips of "
            + "the sheet change, and what comes next."),
      ])
  }

  private var outlook: Document.Section {
    Document.Section(
      "4. Outlook",
      [
        .paragraph(
          "One Gaussian suffices here: the means and covariances of all units together decide what the network does. It "
            + "does not where one network has to treat the same input in two ways. In context-dependent decisions and in "
            + "matching to sample several populations of units are needed, each with its own covariances; an input that "
            + "saturates one population lowers its gain and takes its couplings out of the circuit (Dubreuil et al. 2022). Try: "
            + "kappa train context-dependent-decision -o net.npz, then kappa distill net.npz --task context-dependent-decision."
        ),
        .paragraph(
          "A network whose J was trained whole has many more dimensions, of which the task uses few: 2.3 shows that what "
            + "training adds to J is nearly of low rank. How to find such a circuit from J, or from recorded activity, is the "
            + "question of kappa distill and kappa fit."),
      ])
  }

  /// What a section says below its answer.
  private func blocks(_ item: CourseItem) -> [Document.Block] {
    let number = item.question.number
    let task = item.subject == .memory ? memory : decision
    return switch item.answer {
    case .data(let answer): answer.blocks(number, task)
    case .network(let answer): answer.blocks()
    case .training(let answer): answer.blocks(number, task)
    case .controls(let answer): answer.blocks(number, task)
    case .connectivity(let answer): answer.blocks(number, task)
    case .gaussian(let answer): answer.blocks(number, task)
    case .projection(let answer): answer.blocks(number)
    case .circuit(let answer): answer.blocks(number, task)
    case .fixedPoints(let answer): answer.blocks(number, task)
    case .integrator(let answer): answer.blocks(number)
    case .timeScales(let answer): answer.blocks(number, task)
    case .rankOne(let answer): answer.blocks()
    case .readouts(let answer): answer.blocks()
    case .presets(let answer): answer.blocks(trials: task.full.trials)
    case .slips(let answer): answer.blocks(number)
    }
  }
}

extension Document.Cell {
  /// A share of decisions with four digits, so that 99.95 % is not 100 %.
  static func right(_ share: Double) -> Document.Cell { .text("\(Studies.text(100 * share, digits: 4)) %") }
}
