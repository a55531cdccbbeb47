// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import LowRank

/// What the file's own network does, its J as it stands, under a constant input: followed from eight states by its own steps.
///
/// The theory of a random bulk speaks of a χ that is independent of m and n and of infinitely many units; a given matrix is one
/// of either, and trained ones lean on each other. This is no theory: it is what the network does.
public struct OwnActivity: Codable, Sendable, Hashable {
  /// How activity ends.
  public enum Kind: String, Codable, Sendable, Hashable {
    /// All units fall to zero.
    case silent
    /// Units rest at values of their own.
    case rest
    /// Units move for ever, and neighbouring states stay neighbours.
    case oscillation
    /// Units move for ever, and neighbouring states part.
    case irregular
    /// Still on its way to rest, ever more slowly, when the time was over.
    case settling
  }

  /// A way in which activity ended.
  public struct End: Codable, Sendable, Hashable {
    /// How.
    public let kind: Kind
    /// How many of the states ended so; those that rest at one place are one end, all that oscillate or are irregular are one.
    public let states: Int
    /// κ, R values: where it rests, or the mean over time of the first such state.
    public let kappa: [Double]
    /// RMS over units of the mean over time of x (rate form: r), and of the deviations from it.
    public let level, fluctuation: Double
    /// The rate per τ at which neighbouring states part; `nil` where activity rests.
    public let exponent: Double?
  }

  /// The ends, most frequent first.
  public let ends: [End]
  /// How many states were followed.
  public let starts: Int
  /// How long they were followed before it was looked at what they do, in units of τ.
  public let time: Double
  /// Eigenvalues [re, im] of J that lie outside the random part's disc by more than chance, largest first, at most twelve; `nil`
  /// for more than 2,500 units and where J has no random part.
  public let outliers: [[Double]]?
  /// Those of m nᵀ/N alone.
  public let lowRankEigenvalues: [[Double]]
}

extension OwnActivity {
  /// States that are followed; as many more show how neighbours part.
  private static let followed = ManyStates.count / 2

  /// Follows the network.
  ///
  /// - Parameter radius: that of the random part's disc, for outliers of J.
  init?(
    _ network: Network, alpha: Double, input: [Double], radius: Double?, seed: UInt64, observer: some Observer
  ) throws {
    guard var states = ManyStates(network, alpha: alpha, input: input), let j = network.denseConnectivity
    else { return nil }
    let units = network.unitCount
    var stream = RandomStream(seed: seed, purpose: .redraws)
    for place in 0..<Self.followed {
      // Mirror images, along m and at random, small and large; and where the file starts.
      let sign = place % 2 == 0 ? 1.0 : -1
      let weights = (0..<network.rank).map { r in r == place / 2 % max(network.rank, 1) ? 2.0 : 0.3 }
      states[place] = (0..<units).map { i in
        let noise = (place == 6 ? 0.1 : 1) * stream.normal()
        let along = (0..<network.rank).reduce(0) { $0 + weights[$1] * network.m[i, $1] }
        return sign * (place < 4 ? along : 0) + noise
      }
    }
    if let start = network.start?.state { states[Self.followed - 1] = start }
    let settling = units > 2000 ? 200.0 : 400
    let window = 100.0
    let (before, during) = (Int((settling / alpha).rounded()), max(2, Int((window / alpha).rounded())))
    let title = "following the file's own network"
    states = try observer.metered(title, total: before) { meter in
      var moved = states
      for step in 0..<before {
        if step % 20 == 0 { try observer.check() }
        moved.step()
        meter.advance()
      }
      return moved
    }
    let sizes = (0..<Self.followed).map { max(Self.rms(states[$0]), 1e-300) }
    for place in 0..<Self.followed {
      let size = max(1e-7 * sizes[place], 1e-12)
      states[Self.followed + place] = states[place].map { $0 + size * stream.normal() }
    }
    var watched = (0..<Self.followed).map { _ in Watched(units: units, rank: network.rank) }
    for step in 0..<during {
      if step % 20 == 0 { try observer.check() }
      states.step()
      for place in 0..<Self.followed {
        watched[place].add(
          states[place], latents: states.latents(place), beside: states[Self.followed + place],
          at: Double(step + 1) * alpha)
      }
    }
    var found: [(end: End, state: [Double])] = []
    for seen in watched where seen.isFinite {
      let (end, mean) = seen.end
      let same = found.firstIndex { other in
        guard other.end.kind == end.kind else { return false }
        if end.kind != .rest { return true }
        let gap = Self.rms(zip(other.state, mean).map { $0 - $1 })
        return gap < 1e-3 * max(end.level, 1e-300)
      }
      if let same {
        found[same].end = End(
          kind: end.kind, states: found[same].end.states + 1, kappa: found[same].end.kappa,
          level: found[same].end.level, fluctuation: max(found[same].end.fluctuation, end.fluctuation),
          exponent: end.exponent.map { max($0, found[same].end.exponent ?? $0) })
      } else {
        found.append((end, mean))
      }
    }
    ends = found.map(\.end).enumerated().sorted {
      ($1.element.states, $0.offset) < ($0.element.states, $1.offset)
    }.map(\.element)
    starts = Self.followed
    time = settling
    var outside: [[Double]]?
    if let radius, units <= 2500 {
      // The edge of a finite matrix's disc fluctuates.
      let beyond = radius * (1 + 2 / Double(units).squareRoot())
      func size(_ value: Eigenvalue) -> Double {
        (value.real * value.real + value.imaginary * value.imaginary).squareRoot()
      }
      let all = try j.eigenvalues().filter { size($0) > beyond }.sorted { size($0) > size($1) }
      outside = all.prefix(12).map { [$0.real, $0.imaginary] }
    }
    outliers = outside
    let overlaps = Matrix(rows: network.rank, columns: network.rank) { r, s in
      zip(network.n.column(r), network.m.column(s)).reduce(0) { $0 + $1.0 * $1.1 } / Double(units)
    }
    lowRankEigenvalues = try overlaps.eigenvalues().map { [$0.real, $0.imaginary] }
  }

  fileprivate static func rms(_ x: [Double]) -> Double {
    (x.reduce(0) { $0 + $1 * $1 } / Double(max(x.count, 1))).squareRoot()
  }

  /// One state over time, and how a neighbour leaves it.
  private struct Watched {
    var (count, sum, square, latents) = (0.0, [Double](), [Double](), [Double]())
    var apart: [(time: Double, distance: Double)] = []
    /// The last state, and how far each step went.
    var (last, moves) = ([Double](), [Double]())

    init(units: Int, rank: Int) {
      sum = [Double](repeating: 0, count: units)
      square = sum
      latents = [Double](repeating: 0, count: rank)
    }

    var isFinite: Bool { sum.allSatisfy(\.isFinite) && square.allSatisfy(\.isFinite) }

    mutating func add(_ x: [Double], latents kappa: [Double], beside other: [Double], at time: Double) {
      count += 1
      if !last.isEmpty { moves.append(OwnActivity.rms(zip(x, last).map { $0 - $1 })) }
      last = x
      for i in x.indices {
        sum[i] += x[i]
        square[i] += x[i] * x[i]
      }
      for r in kappa.indices { latents[r] += kappa[r] }
      apart.append((time, OwnActivity.rms(zip(x, other).map { $0 - $1 })))
    }

    var end: (end: End, mean: [Double]) {
      let mean = sum.map { $0 / count }
      let level = OwnActivity.rms(mean)
      let variance = zip(square, mean).reduce(0) { $0 + max($1.0 / count - $1.1 * $1.1, 0) }
      let fluctuation = (variance / Double(max(mean.count, 1))).squareRoot()
      let kappa = latents.map { $0 / count }
      if fluctuation <= 1e-6 * max(level, 1e-3) {
        let kind: Kind = level <= 1e-6 ? .silent : .rest
        return (
          End(kind: kind, states: 1, kappa: kappa, level: level, fluctuation: fluctuation, exponent: nil),
          mean
        )
      }
      // Until neighbours are no neighbours any more, without the first tenth, in which their direction settles.
      let near = apart.filter { $0.distance > 0 && $0.distance < 0.01 * (level + fluctuation) }
      var exponent = 0.0
      if let first = near.dropFirst(near.count / 10).first, let last = near.last, last.time > first.time {
        exponent = log(last.distance / first.distance) / (last.time - first.time)
      }
      // Neighbours on a cycle end up a constant apart: over 90 τ .02 is a factor of six.
      // A cycle's steps are as long at the end as at the beginning.
      let third = max(1, moves.count / 3)
      let slows = (moves.suffix(third).max() ?? 0) < 0.5 * (moves.prefix(third).max() ?? 0)
      let kind: Kind = slows ? .settling : exponent > 0.02 ? .irregular : .oscillation
      return (
        End(
          kind: kind, states: 1, kappa: kappa, level: level, fluctuation: fluctuation, exponent: exponent),
        mean
      )
    }
  }
}
