// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// What is done of a study of many fits: numbers under the name of each piece of work, and where the fit stands that is under
/// way.
///
/// Whoever does the same work again in the same order, with what an earlier run kept, finds the pieces that were finished
/// instead of making them, goes on in the middle of the fit that was under way, and ends in the same bits.
public final class FitJournal {
  /// Results of the pieces that are finished.
  public private(set) var finished: [String: [Double]]
  /// The state of the fit under way; empty between two pieces.
  public private(set) var underway: [String: [Double]]
  /// Updates between two times that the state is kept.
  public let interval: Int
  private let keep: (FitJournal) throws -> Void

  /// A journal with what an earlier run kept.
  ///
  /// - Parameter keep: writes the journal down; called when a piece is finished, every `interval` updates, and when a fit is
  ///   called off.
  public init(
    finished: [String: [Double]] = [:], underway: [String: [Double]] = [:], interval: Int = 100,
    keep: @escaping (FitJournal) throws -> Void
  ) {
    self.finished = finished
    self.underway = underway
    self.interval = interval
    self.keep = keep
  }

  /// The numbers of a piece of work: those that were kept, or else what `work` makes of it; it makes nothing when it is
  /// called off.
  func result(of piece: String, _ work: () throws -> [Double]?) throws -> [Double]? {
    if let kept = finished[piece] { return kept }
    guard let made = try work() else { return nil }
    finished[piece] = made
    underway = [:]
    try keep(self)
    return made
  }

  /// Keeps where the fit under way stands.
  func keep(_ state: [String: [Double]]) throws {
    underway = state
    try keep(self)
  }
}

/// Without a journal all work is done.
extension Optional where Wrapped == FitJournal {
  func result(of piece: String, _ work: () throws -> [Double]?) throws -> [Double]? {
    if let journal = self { return try journal.result(of: piece, work) }
    return try work()
  }
}

/// Where a fit stands between two updates.
struct ActivitySearchState {
  /// A start, or what has become of it.
  struct Candidate {
    var start: ActivityFit.Start
    var parameters: ActivityParameters
    /// Of the start, before any update.
    var cost: Double
  }

  /// Adam on its way.
  struct Descent {
    var update = 0
    var parameters, first, second: ActivityParameters
  }

  /// The starts that are raced, and how many have run; none where there is no race.
  var candidates: [Candidate] = []
  var raced = 0
  /// The best so far, and its cost on the trials by which rounds are judged.
  var best: Candidate
  var bestCost: Double
  /// Rounds made, and the updates in them.
  var rounds = 0
  var updates = 0
  var rate: Double
  /// Whether the rounds are over.
  var isOver = false
  var descent: Descent?

  /// The start on its own.
  init(_ best: Candidate, cost: Double, rate: Double) {
    self.best = best
    bestCost = cost
    self.rate = rate
  }

  private static func numbers(_ candidate: Candidate) -> [Double] {
    [Double(ActivityFit.Start.allCases.firstIndex(of: candidate.start) ?? 0), candidate.cost]
      + candidate.parameters.flat
  }

  private static func candidate(_ numbers: [Double]?, like shape: ActivityParameters) -> Candidate? {
    guard let numbers, numbers.count > 2, let number = Int(exactly: numbers[0]),
      ActivityFit.Start.allCases.indices.contains(number),
      let parameters = ActivityParameters(flat: numbers.dropFirst(2), like: shape)
    else { return nil }
    return Candidate(
      start: ActivityFit.Start.allCases[number], parameters: parameters, cost: numbers[1])
  }

  /// As plain numbers.
  var numbers: [String: [Double]] {
    var result = [
      "state": [
        Double(candidates.count), Double(raced), bestCost, Double(rounds), Double(updates), rate,
        isOver ? 1 : 0,
        Double(descent?.update ?? -1),
      ], "best": Self.numbers(best),
    ]
    for (number, candidate) in candidates.enumerated() {
      result["candidate-\(number)"] = Self.numbers(candidate)
    }
    if let descent {
      result["parameters"] = descent.parameters.flat
      result["first"] = descent.first.flat
      result["second"] = descent.second.flat
    }
    return result
  }

  /// What is kept of a fit that has ended.
  var finished: [Double] { Self.numbers(best) + [Double(updates)] }

  /// From what `finished` gave; `nil` for anything else.
  init?(finished numbers: [Double], like shape: ActivityParameters) {
    guard let last = numbers.last, let updates = Int(exactly: last),
      let best = Self.candidate(numbers.dropLast(), like: shape)
    else { return nil }
    self.init(best, cost: best.cost, rate: 1)
    self.updates = updates
  }

  /// From what `numbers` gave; `nil` for anything else.
  ///
  /// - Parameter shape: numbers of the sizes that this fit has.
  init?(_ numbers: [String: [Double]], like shape: ActivityParameters) {
    guard let state = numbers["state"], state.count == 8,
      let best = Self.candidate(numbers["best"], like: shape),
      let count = Int(exactly: state[0]), (0...32).contains(count), let raced = Int(exactly: state[1]),
      let rounds = Int(exactly: state[3]), let updates = Int(exactly: state[4]),
      let update = Int(exactly: state[7]), (0...count).contains(raced), rounds >= 0, updates >= 0,
      state[5] > 0
    else { return nil }
    self.init(best, cost: state[2], rate: state[5])
    for number in 0..<count {
      guard let candidate = Self.candidate(numbers["candidate-\(number)"], like: shape) else { return nil }
      candidates.append(candidate)
    }
    (self.raced, self.rounds, self.updates, isOver) = (raced, rounds, updates, state[6] == 1)
    guard update >= 0 else { return }
    func vectors(_ name: String) -> ActivityParameters? {
      numbers[name].flatMap { ActivityParameters(flat: $0[...], like: shape) }
    }
    guard let parameters = vectors("parameters"), let first = vectors("first"), let second = vectors("second")
    else { return nil }
    descent = Descent(update: update, parameters: parameters, first: first, second: second)
  }
}
