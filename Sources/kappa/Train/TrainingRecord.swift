// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles
import Studies
import Tasks
import Training

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// How a network was trained, as text in its file: with the arrays beside it, all that going on needs.
struct TrainingRecord: Codable {
  var format = "kappa-training"
  var version = 1
  var task: Tasks.Task.Kind
  var taskOptions: Tasks.Task.Options
  var units, rank, batch: Int
  var learningRate, readoutDeviation, overlap: Double
  var clip: Double?
  var trained: [TrainedVector]
  var transfer: TransferFunction
  var precision: TrainingOptions.Precision
  var curriculum: Curriculum
  /// The network that training started from, if it was one of the user's.
  var start: String?
  var seed: UInt64
  /// Updates so far: as many as the file has losses.
  var updates: Int

  init(task: Tasks.Task, options: TrainingOptions, start: String?, updates: Int = 0) {
    self.task = task.kind
    taskOptions = task.options
    units = options.units
    rank = options.rank
    batch = options.batch
    learningRate = options.learningRate
    readoutDeviation = options.readoutDeviation
    overlap = options.overlap
    clip = options.clip
    trained = TrainedVector.allCases.filter { options.trained.contains($0) }
    transfer = options.transfer
    precision = options.precision
    curriculum = options.curriculum
    self.start = start
    seed = options.seed
    self.updates = updates
  }

  /// The options; threads are not part of the record, for they change nothing.
  var options: TrainingOptions {
    var options = TrainingOptions()
    options.units = units
    options.rank = rank
    options.batch = batch
    options.learningRate = learningRate
    options.readoutDeviation = readoutDeviation
    options.overlap = overlap
    options.clip = clip
    options.trained = Set(trained)
    options.transfer = transfer
    options.precision = precision
    options.curriculum = curriculum
    options.seed = seed
    return options
  }
}

/// A network's file with what training needs in order to go on: m, n, I, w, alpha and transfer as in any network's
/// file, and besides them `training` (the record), `losses` (U) and Adam's moments of the trained vectors.
struct TrainingFile {
  let record: TrainingRecord
  let task: Tasks.Task
  let state: TrainingState

  /// Writes the network as it stands, whole or not at all.
  func write(to path: String, protecting inputs: [String]) throws {
    var record = record
    record.updates = state.updates
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    var tensors = TrainedVector.allCases.map { tensor($0.rawValue, state.parameters[$0]) }
    tensors.append(Tensor(name: "alpha", scalar: task.alpha))
    tensors.append(Tensor(name: "transfer", text: record.transfer.rawValue))
    tensors.append(
      Tensor(name: "training", text: String(decoding: try encoder.encode(record), as: UTF8.self)))
    tensors.append(Tensor(name: "losses", shape: [state.losses.count], values: state.losses))
    for vector in record.trained {
      tensors.append(tensor("adam_first_" + vector.rawValue, state.firstMoment[vector]))
      tensors.append(tensor("adam_second_" + vector.rawValue, state.secondMoment[vector]))
    }
    // A training that was long must outlive a power cut.
    try NPZFile.write(tensors, to: path, protecting: inputs, synchronised: true)
  }

  init(record: TrainingRecord, task: Tasks.Task, state: TrainingState) {
    self.record = record
    self.task = task
    self.state = state
  }

  /// Reads what `write` wrote.
  init(reading path: String) throws {
    let file = try TensorFile.read(path)
    func refuse(_ expected: String, _ found: String) -> FileError {
      FileError(
        kind: .badData, path: path, expected: expected, found: found,
        advice: "resume from a file that is as kappa train wrote it")
    }
    guard let text = file["training"]?.text?.first else {
      throw refuse("a network that kappa train wrote, with a record of its training", "none in the file")
    }
    let record: TrainingRecord
    let task: Tasks.Task
    do {
      record = try JSONDecoder().decode(TrainingRecord.self, from: Data(text.utf8))
      task = try Tasks.Task(record.task, options: record.taskOptions)
    } catch { throw refuse("a record of training that can be read", "one that cannot be") }
    guard record.format == "kappa-training", record.version == 1 else {
      throw refuse("a record of version 1", "\(record.format) of version \(record.version)")
    }
    try Self.check(file, against: record, alpha: task.alpha, refuse)
    let losses = file["losses"]?.values ?? []
    guard Set(record.trained).count == record.trained.count else {
      throw refuse("each trained vector once", "one twice")
    }
    func matrix(_ name: String, columns: Int) throws -> Matrix {
      guard let tensor = file[name], tensor.text == nil else { throw refuse("an array \(name)", "none") }
      guard tensor.shape == [record.units, columns] else {
        throw refuse("\(name) of shape (\(record.units), \(columns))", "shape \(tensor.shape)")
      }
      return Matrix(rows: columns, columns: record.units, elements: tensor.values).transposed
    }
    let columns: [TrainedVector: Int] = [
      .m: record.rank, .n: record.rank, .inputs: task.inputs, .readouts: task.outputs,
    ]
    guard record.units > 0, record.rank > 0 else { throw refuse("at least one unit and rank 1", "none") }
    func vectors(_ prefix: String, only: [TrainedVector]) throws -> TrainingVectors {
      func one(_ vector: TrainedVector) throws -> Matrix {
        let count = columns[vector] ?? 0
        guard only.contains(vector) else {
          // Sizes were checked: m, n, I and w of this many units are in the file.
          return Matrix(rows: record.units, columns: count)
        }
        return try matrix(prefix + vector.rawValue, columns: count)
      }
      return TrainingVectors(
        m: try one(.m), n: try one(.n), inputs: try one(.inputs), readouts: try one(.readouts))
    }
    let read = TrainingState(
      parameters: try vectors("", only: TrainedVector.allCases),
      firstMoment: try vectors("adam_first_", only: record.trained),
      secondMoment: try vectors("adam_second_", only: record.trained), losses: losses)
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

  /// (N, columns), row-major as NumPy has it.
  private func tensor(_ name: String, _ matrix: Matrix) -> Tensor {
    Tensor(name: name, shape: [matrix.rows, matrix.columns], values: matrix.transposed.elements)
  }
}
