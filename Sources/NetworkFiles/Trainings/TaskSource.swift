// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Tasks

/// Where a task comes from, so that it can be made again: a name with options, the text of a description, several of them, or
/// a file of trials.
public struct TaskSource: Codable, Sendable, Hashable {
  /// The name of a task that is built in, or what it is called otherwise.
  public var name: String
  /// What was changed about it.
  public var options: Tasks.Task.Options
  /// The text of its description, where it was read from a file.
  public private(set) var text: String?
  /// The tasks it consists of, where these are several.
  public private(set) var parts: [TaskSource]?
  /// The trials it consists of.
  public private(set) var trials: TrialsSource?

  /// A file of trials, some of which are held out.
  public struct TrialsSource: Codable, Sendable, Hashable {
    /// The file.
    public var file: String
    /// A fingerprint of what was in it.
    public var fingerprint: String
    /// The share of the trials that are held out.
    public var heldOut: Double
    /// What they are dealt out with.
    public var seed: UInt64
    /// α = dt/τ.
    public var alpha: Double
  }

  /// A task that is built in.
  public init(_ name: String, options: Tasks.Task.Options = .init()) {
    self.name = name
    self.options = options
  }

  /// Several tasks in one network.
  public init(parts: [TaskSource]) {
    self.init(parts.map(\.name).joined(separator: "+"))
    self.parts = parts
  }

  /// The largest file of a description, in bytes.
  static let largestDescription = 65_536

  /// A task whose description is in a file.
  ///
  /// - Throws: `FileError` with the line of what is wrong in it.
  public init(descriptionIn path: String, options: Tasks.Task.Options = .init()) throws(FileError) {
    let bytes = try readFile(path, limit: 1 << 20)
    func refuse(_ expected: String, _ found: String, _ advice: String? = nil) -> FileError {
      FileError(kind: .badData, path: path, expected: expected, found: found, advice: advice)
    }
    guard bytes.count <= Self.largestDescription else {
      throw refuse("a description of at most \(Self.largestDescription) bytes", "\(bytes.count)")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw refuse("a text in UTF-8", "other bytes")
    }
    do {
      self.init(try TaskDescription(text).name, options: options)
    } catch {
      throw refuse("in line \(error.line) \(error.expected)", error.found, error.advice)
    }
    self.text = text
  }

  /// A task that is the trials in a file.
  ///
  /// - Parameters:
  ///   - heldOut: the share that is never trained on, above 0 and below 1.
  ///   - seed: that the trials are dealt out with.
  ///   - noise: SD of fresh noise on the inputs whenever a trial is drawn.
  /// - Throws: `FileError` when the file cannot be used.
  public init(trialsIn path: String, heldOut: Double, seed: UInt64, alpha: Double, noise: Double?)
    throws(FileError)
  {
    self.init(path, options: Tasks.Task.Options(noise: noise))
    let read = try TrialsFile.readAll(path)
    trials = TrialsSource(
      file: path, fingerprint: Self.fingerprint(read.trials), heldOut: heldOut, seed: seed, alpha: alpha)
  }

  /// The same with its trials in another place.
  func movedTo(_ path: String) -> TaskSource {
    var result = self
    result.trials?.file = path
    return result
  }

  /// Whether two tasks of one name are described alike.
  public func isSameText(as other: TaskSource) -> Bool {
    text == other.text && parts?.count == other.parts?.count
      && zip(parts ?? [], other.parts ?? []).allSatisfy { $0.isSameText(as: $1) }
  }

  /// Whether the name and the options say all.
  var isPlain: Bool { text == nil && parts == nil && trials == nil }

  /// The task.
  ///
  /// - Throws: `TaskError` when the options do not fit it; `FileError` when its trials cannot be read, or are others than they
  ///   were.
  public func task() throws -> Tasks.Task {
    if let parts {
      return try Tasks.Task(
        try parts.map { part throws in
          guard part.parts == nil, part.trials == nil else {
            throw TaskError(quantity: "tasks", expected: "tasks by name or description", found: part.name)
          }
          return try part.task()
        })
    }
    if let text { return try Tasks.Task(try TaskDescription(text), options: options) }
    guard let trials else { return try Tasks.Task(name: name, options: options) }
    return try Self.recorded(trials, name: name, noise: options.noise ?? 0)
  }

  private static func recorded(_ source: TrialsSource, name: String, noise: Double) throws -> Tasks.Task {
    let read = try TrialsFile.readAll(source.file)
    func refuse(_ expected: String, _ found: String, _ advice: String? = nil) -> FileError {
      FileError(kind: .badData, path: source.file, expected: expected, found: found, advice: advice)
    }
    guard fingerprint(read.trials) == source.fingerprint else {
      throw refuse(
        "the trials that training began with", "others", "go on with the same file, or begin anew")
    }
    guard !read.trials.target.isEmpty else {
      throw refuse("an array 'target' of shape (trials, steps, outputs) to train on", "none")
    }
    let count = read.trials.stimulus.trials
    guard count >= 2 else { throw refuse("at least 2 trials, one of them held out", "\(count)") }
    let labelled = TaskTrials(read, trials: read.asked)
    var stream = RandomStream(seed: source.seed, purpose: .dealtTrials)
    let order = stream.sample(count, below: count)
    let kept = min(max(1, Int((source.heldOut * Double(count)).rounded())), count - 1)
    do throws(TaskError) {
      return try Tasks.Task(
        recorded: labelled.selecting(order[kept...].sorted()),
        heldOut: labelled.selecting(order[..<kept].sorted()), name: name, inputNames: read.inputNames,
        alpha: source.alpha, noise: noise)
    } catch { throw refuse("\(error.quantity): \(error.expected)", error.found) }
  }

  /// Of sizes, inputs, targets and mask.
  private static func fingerprint(_ trials: Trials) -> String {
    var result = Fingerprint()
    let u = trials.stimulus
    for size in [u.trials, u.steps, u.channels, trials.outputs] { result.add(size) }
    for values in [u.values, trials.target, trials.mask] { result.add(values) }
    return result.text
  }
}

extension TaskTrials {
  /// The labels in a file of trials, with its trials or some others of as many.
  public init(_ read: RecordedTrials, trials: Trials? = nil) {
    self.init(
      trials: trials ?? read.trials,
      conditions: read.conditions.map { Condition(name: $0.name, values: $0.values, labels: $0.labels) },
      epochs: read.epochs.isEmpty
        ? []
        : (0..<read.trials.stimulus.trials).map { trial in
          read.epochs.map { Epoch(name: $0.name, steps: $0.start[trial]..<$0.stop[trial]) }
        })
  }
}

extension RecordedTrials {
  /// The trials with nothing asked for behind their ends, where the file says how long each is.
  package var ended: Trials { lengths == nil || trials.target.isEmpty ? trials : asked }

  /// The trials with a mask that says of every step whether it is asked: without one it is the last step of each trial, and
  /// nothing behind a trial's end is.
  var asked: Trials {
    var result = trials
    let (count, steps, outputs) = (trials.stimulus.trials, trials.stimulus.steps, trials.outputs)
    if result.mask.isEmpty {
      result.mask = [Double](repeating: 0, count: result.target.count)
      for b in 0..<count {
        let last = (lengths?[b] ?? steps) - 1
        for o in 0..<outputs { result.mask[(b * steps + last) * outputs + o] = 1 }
      }
    } else if let lengths {
      for b in 0..<count {
        for i in ((b * steps + lengths[b]) * outputs)..<((b + 1) * steps * outputs) { result.mask[i] = 0 }
      }
    }
    return result
  }
}
