// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// How strongly the network's answers follow each input in a group of trials: linear regression of one number per trial (κ or
/// z, by when the evidence has been given) on what each input brought.
///
/// Slopes are per SD of the input over these trials, so that they do not depend on the unit in which an input is given, and
/// they hold all that happens between input and answer: other latents that pass an input on, and saturation. An input that
/// does not vary in these trials cannot be followed in them and has none.
public struct Followed: Sendable, Hashable {
  /// Change of the answer per SD of each input, the others held, in the order of `inputs`.
  public let slopes: [Double]
  /// Channels that vary, counted from 0.
  public let inputs: [Int]
  /// Terms whose mean over trials is the slope and whose scatter is that of its estimate: slope + B c_b (a_b - fit), with c the
  /// row of the pseudo-inverse of the regressors; one list per input.
  public let terms: [[Double]]

  /// Regressors more dependent than this cannot be told apart.
  private static let smallestSingularValue = 0.05

  /// `nil` where inputs cannot be told apart, or there are too few trials for them.
  ///
  /// - Parameters:
  ///   - answers: one number per trial, (B).
  ///   - evidence: what each channel brought in each trial, e.g. its mean over the stimulus, (B, K).
  ///   - channels: the channels that are asked about.
  public init?(answers: [Double], evidence: Matrix, channels: [Int]) {
    let count = answers.count
    guard count == evidence.rows, count >= 2 * (channels.count + 1), answers.allSatisfy(\.isFinite) else {
      return nil
    }
    func deviations(_ values: [Double]) -> (values: [Double], sd: Double) {
      let mean = values.reduce(0, +) / Double(count)
      let left = values.map { $0 - mean }
      return (left, (left.reduce(0) { $0 + $1 * $1 } / Double(count)).squareRoot())
    }
    let columns = channels.map { deviations(Array(evidence.column($0))) }
    let sizes = channels.map { channel in evidence.column(channel).reduce(0) { max($0, abs($1)) } }
    let varying = channels.indices.filter { columns[$0].sd > 1e-9 * sizes[$0] }
    guard !varying.isEmpty else { return nil }
    let design = Matrix(rows: count, columns: varying.count) {
      columns[varying[$1]].values[$0] / columns[varying[$1]].sd
    }
    guard let decomposition = try? SingularValueDecomposition(of: design),
      let largest = decomposition.singularValues.first, let smallest = decomposition.singularValues.last,
      smallest > Self.smallestSingularValue * largest
    else { return nil }
    let rows = decomposition.pseudoInverse()
    let left = deviations(answers).values
    let slopes = rows.times(left)
    let fit = design.times(slopes)
    self.slopes = slopes
    inputs = varying.map { channels[$0] }
    terms = slopes.indices.map { k in
      (0..<count).map { slopes[k] + Double(count) * rows[k, $0] * (left[$0] - fit[$0]) }
    }
  }

  /// Slopes by size, largest first, as places in `inputs`.
  public var order: [Int] { slopes.indices.sorted { abs(slopes[$0]) > abs(slopes[$1]) } }
}
