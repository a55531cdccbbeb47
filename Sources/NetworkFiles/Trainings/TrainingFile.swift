// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Tasks
import Training

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A network's file with what training needs in order to go on: m, n (or J, where it is trained whole), I, w, alpha and
/// transfer as in any network's file, and besides them `training` (the record), `losses` (U) and Adam's moments of what is
/// trained. With gains, or where the best network is kept, also the last parameters (`last_m` …) and the best (`best_m` …),
/// gains as `last_gain_I` and the like.
public struct TrainingFile: Sendable {
  /// How it was trained.
  public let record: TrainingRecord
  /// On what.
  public let task: Tasks.Task
  /// Where training stands.
  public let state: TrainingState

  /// Writes the network as it stands, whole or not at all.
  ///
  /// - Parameter inputs: files that must not be written over.
  /// - Throws: `FileError`.
  public func write(to path: String, protecting inputs: [String] = []) throws {
    var record = record
    record.updates = state.updates
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let options = record.options
    var tensors = matrices("", of: state.outcome(options))
    tensors.append(Tensor(name: "alpha", scalar: task.alpha))
    tensors.append(Tensor(name: "transfer", text: record.transfer.rawValue))
    if options.form != .current { tensors.append(Tensor(name: "form", text: options.form.rawValue)) }
    tensors.append(
      Tensor(name: "training", text: String(decoding: try encoder.encode(record), as: UTF8.self)))
    tensors.append(Tensor(name: "losses", shape: [state.losses.count], values: state.losses))
    for (prefix, vectors) in [("adam_first_", state.firstMoment), ("adam_second_", state.secondMoment)] {
      tensors += record.trained.map { tensor(prefix, $0, vectors) } + gains(prefix, of: vectors)
    }
    // m, n, I and w are the network; training goes on from these where it is another.
    if options.gains || options.keepsBest {
      tensors += matrices("last_", of: state.parameters) + gains("last_", of: state.parameters)
    }
    if let best = state.best {
      tensors += matrices("best_", of: best.parameters) + gains("best_", of: best.parameters)
      tensors.append(Tensor(name: "best_loss", scalar: best.loss))
    }
    // A training that was long must outlive a power cut.
    try NPZFile.write(tensors, to: path, protecting: inputs, synchronised: true)
  }

  /// A file from its parts.
  public init(record: TrainingRecord, task: Tasks.Task, state: TrainingState) {
    self.record = record
    self.task = task
    self.state = state
  }

  /// Reads what `write` wrote.
  ///
  /// - Parameter trials: the file of trials that it was trained on, where that lies elsewhere now.
  /// - Throws: `FileError`, also when what the file says twice is not the same.
  public init(reading path: String, trials: String? = nil) throws {
    let file = try TensorFile.read(path)
    func refuse(_ expected: String, _ found: String) -> FileError {
      FileError(
        kind: .badData, path: path, expected: expected, found: found,
        advice: "resume from a file that is as kappa train wrote it")
    }
    guard let text = file["training"]?.text?.first else {
      throw refuse("a network that kappa train wrote, with a record of its training", "none in the file")
    }
    var record: TrainingRecord
    let task: Tasks.Task
    do {
      record = try JSONDecoder().decode(TrainingRecord.self, from: Data(text.utf8))
      if let trials { record.taskSource = record.taskSource?.movedTo(trials) }
      task = try record.source.task()
    } catch let error as FileError { throw error } catch {
      throw refuse("a record of training that can be read", "one that cannot be")
    }
    guard record.format == "kappa-training", record.version == 1 else {
      throw refuse("a record of version 1", "\(record.format) of version \(record.version)")
    }
    try Self.check(file, against: record, alpha: task.alpha, refuse)
    let losses = file["losses"]?.values ?? []
    guard Set(record.trained).count == record.trained.count else {
      throw refuse("each trained vector once", "one twice")
    }
    func matrix(_ name: String, columns: Int, rows: Int, isFlat: Bool) throws -> Matrix {
      guard let tensor = file[name], tensor.text == nil else { throw refuse("an array \(name)", "none") }
      if isFlat {
        guard tensor.shape == [columns * rows] else {
          throw refuse("\(name) of shape (\(columns * rows),)", "shape \(tensor.shape)")
        }
        return Matrix(rows: rows, columns: columns, elements: tensor.values)
      }
      guard tensor.shape == [record.units, columns] else {
        throw refuse("\(name) of shape (\(record.units), \(columns))", "shape \(tensor.shape)")
      }
      return Matrix(rows: columns, columns: record.units, elements: tensor.values).transposed
    }
    guard record.units > 0, record.rank > 0 else { throw refuse("at least one unit and rank 1", "none") }
    let options = record.options
    let columns = options.columns(for: task)
    func vectors(_ prefix: String, only: [TrainedVector], gains: Bool) throws -> TrainingVectors {
      var matrices: [TrainedVector: Matrix] = [:]
      for (vector, count, rows) in columns {
        // Sizes are checked before memory is taken: the arrays of this many units are in the file.
        matrices[vector] =
          only.contains(vector) && count > 0
          ? try matrix(
            prefix + vector.rawValue, columns: count, rows: rows,
            isFlat: TrainedVector.extras.contains(vector))
          : Matrix(rows: rows, columns: count)
      }
      func factors(_ vector: TrainedVector, _ count: Int) throws -> [Double] {
        guard gains, !record.trained.contains(vector) else { return [] }
        let values = file[prefix + "gain_" + vector.rawValue]?.values ?? []
        guard values.count == count else {
          throw refuse("\(count) numbers \(prefix)gain_\(vector.rawValue)", "\(values.count)")
        }
        return values
      }
      let (input, readout) = (try factors(.inputs, task.inputs), try factors(.readouts, task.outputs))
      return TrainingVectors(matrices: matrices, inputGains: input, readoutGains: readout)
    }
    let all = TrainedVector.allCases
    // The network itself, whose sizes bound all others.
    let network = try vectors("", only: all, gains: false)
    let isLast = !options.gains && !options.keepsBest
    var best: TrainingState.Best?
    if let loss = file["best_loss"], options.keepsBest {
      guard loss.values.count == 1, loss.values[0].isFinite else { throw refuse("one best_loss", "none") }
      best = TrainingState.Best(
        parameters: try vectors("best_", only: all, gains: options.gains), loss: loss.values[0])
    }
    let read = TrainingState(
      parameters: isLast ? network : try vectors("last_", only: all, gains: options.gains),
      firstMoment: try vectors("adam_first_", only: record.trained, gains: options.gains),
      secondMoment: try vectors("adam_second_", only: record.trained, gains: options.gains), losses: losses,
      best: best)
    do {
      _ = try Trainer(task: task, options: record.options, state: read)
    } catch { throw refuse("a state of training that fits its record", "\(error)") }
    self.init(record: record, task: task, state: read)
  }

  /// What is in the file twice, as an array for everybody and in the record, has to be the same.
  private static func check(
    _ file: TensorFile, against record: TrainingRecord, alpha: Double,
    _ refuse: (_ expected: String, _ found: String) -> FileError
  ) throws {
    let foundAlpha = file["alpha"].flatMap { $0.values.count == 1 ? $0.values[0] : nil }
    guard foundAlpha == alpha else {
      throw refuse(
        "alpha = \(alpha), that of the task in its record", foundAlpha.map { "\($0)" } ?? "no number")
    }
    let transfer = file["transfer"]?.text?.first
    guard transfer == record.transfer.rawValue else {
      throw refuse(
        "transfer = \(record.transfer.rawValue) as in its record",
        transfer.map { "\($0.prefix(40))" } ?? "no text")
    }
    guard let losses = file["losses"], losses.text == nil, losses.shape.count == 1 else {
      throw refuse("losses, one number for every update", "none in the file")
    }
    guard losses.values.count == record.updates else {
      throw refuse(
        "losses of the \(record.updates) updates in its record", "\(losses.values.count) of them")
    }
    if let wrong = losses.values.first(where: { !($0.isFinite && $0 >= 0) }) {
      throw refuse("losses that are finite and not negative", "\(wrong)")
    }
  }

  /// Whether an array of this name is there for training to go on from, and no part of the network.
  static func holdsForTraining(_ name: String) -> Bool {
    ["training", "losses"].contains(name) || ["adam_", "last_", "best_"].contains { name.hasPrefix($0) }
  }

  /// The matrices that the network has.
  private func matrices(_ prefix: String, of vectors: TrainingVectors) -> [Tensor] {
    record.options.columns(for: task).filter { $0.columns > 0 }.map {
      tensor(prefix, $0.vector, vectors)
    }
  }

  /// The gains that there are.
  private func gains(_ prefix: String, of vectors: TrainingVectors) -> [Tensor] {
    [(TrainedVector.inputs, vectors.inputGains), (.readouts, vectors.readoutGains)]
      .filter { !$0.1.isEmpty }
      .map { Tensor(name: prefix + "gain_" + $0.0.rawValue, shape: [$0.1.count], values: $0.1) }
  }

  /// (N, columns), row-major as NumPy has it; of a bias or an initial state one dimension.
  private func tensor(_ prefix: String, _ vector: TrainedVector, _ vectors: TrainingVectors) -> Tensor {
    let (name, matrix) = (prefix + vector.rawValue, vectors[vector])
    // One number per unit or output: (N) or (O), as readers of networks expect them.
    return TrainedVector.extras.contains(vector)
      ? Tensor(name: name, shape: [matrix.elements.count], values: matrix.elements)
      : Tensor(name: name, matrix)
  }
}
