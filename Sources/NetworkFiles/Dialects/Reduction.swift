// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// The reduction of a full J to a rank that κ can be defined by.
struct Reduction {
  let connectivity: TruncatedConnectivity
  let singularValues: SingularValues

  /// The leading singular vectors of J.
  ///
  /// - Parameter wanted: the rank, or `nil` for the rule: all singular values above 1e-6 s₁ when they are at most an eighth
  ///   of all, and otherwise those before the largest gap s_r/s_{r+1} in the first eighth.
  init(of j: Matrix, rank wanted: Int?, notes: inout ImportNotes) throws {
    var assumption: String?
    do {
      connectivity = try TruncatedConnectivity(of: j) { values in
        let (rank, text) = try Self.chooseRank(values, wanted: wanted)
        assumption = text
        return rank
      }
    } catch let error as FormatError {
      throw error
    } catch {
      throw FormatError(expected: "a J with singular values", found: "\(error)")
    }
    if let assumption { notes.assumptions.append(assumption) }
    let values = connectivity.singularValues
    let rank = connectivity.m.columns
    singularValues = SingularValues(
      kept: Array(values[..<rank]), lost: Array(values[rank...]), lostShare: connectivity.lostShare)
    if connectivity.lostShare > 1e-12 {
      notes.warn(
        .truncated,
        "κ, manifold and circuit are of rank \(rank), which leaves out \(Self.percent(connectivity.lostShare)) of "
          + "J's squared norm: they are of another network than the file's (--rank keeps more)",
        values: ["rank": Double(rank), "lost": connectivity.lostShare])
      Self.noteBulk(values, notes: &notes)
    }
  }

  /// Says that J has a random part, where its singular values show one (`ConnectivitySpectrum`).
  private static func noteBulk(_ values: [Double], notes: inout ImportNotes) {
    let spectrum = ConnectivitySpectrum(singularValues: values)
    guard values.count >= 20, spectrum.hasBulk else { return }
    let outliers = spectrum.outlierCount
    notes.warn(
      .bulk,
      "J looks like \(outliers) dimension\(outliers == 1 ? "" : "s") and a random part with eigenvalues up to "
        + "\((spectrum.gain * 100).rounded() / 100) in size, which a truncation throws away: --fit (or kappa fit) fits a low-rank "
        + "network to the activity instead; where the file of the training's beginning is at hand, truncate the change of J alone",
      values: ["radius": spectrum.gain, "outliers": Double(outliers)])
  }

  private static func chooseRank(_ values: [Double], wanted: Int?) throws -> (Int, String?) {
    if let wanted {
      guard (1...values.count).contains(wanted) else {
        throw FormatError(
          expected: "a rank of 1 to \(values.count)", found: "\(wanted)", advice: "choose another --rank")
      }
      return (wanted, nil)
    }
    guard let largest = values.first, largest > 0 else {
      throw FormatError(expected: "a J that is not zero", found: "zeros only")
    }
    let significant = values.prefix { $0 > 1e-6 * largest }.count
    let eighth = max(1, values.count / 8)
    if significant <= eighth {
      return (significant, "rank \(significant) (all singular values of J above 1e-6 of the largest)")
    }
    let rank = (1...eighth).max { a, b in gap(values, a) < gap(values, b) } ?? 1
    return (
      rank, "rank \(rank) (largest gap in the first eighth of J's singular values; --rank changes it)"
    )
  }

  /// Whether an assumption is about the rank of a truncation.
  static func isAssumption(_ text: String) -> Bool { text.hasPrefix("rank ") }

  private static func gap(_ values: [Double], _ rank: Int) -> Double {
    rank < values.count ? values[rank - 1] / max(values[rank], .leastNormalMagnitude) : 1
  }

  static func percent(_ share: Double) -> String {
    let tenths = (share * 1000).rounded() / 10
    return tenths < 0.1 ? "less than 0.1 %" : "\(tenths) %"
  }
}
