// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import Studies

/// What the networks of a sweep have in common and what not, as a page.
public struct SweepComparisonReport: Sendable {
  /// What was found.
  public let result: SweepComparisonResult

  /// A report.
  public init(_ result: SweepComparisonResult) { self.result = result }

  /// What `write` writes, besides figures.
  public static let files = ["compare.html", "compare.json"]

  /// The page.
  public var document: Document {
    Document(
      title: "Networks of \(result.folder)", verdict: result.groups.prefix(5).map(sentence),
      sections: result.groups.enumerated().flatMap { sections($1, number: $0 + 1) } + [methods])
  }

  private func label(_ group: SweepComparisonResult.Group) -> String {
    "\(group.task), \(group.isDense ? "dense J" : "rank \(group.rank)")"
  }

  /// Kinds of solution, and what goes with the loss, in one sentence.
  private func sentence(_ group: SweepComparisonResult.Group) -> String {
    var text = "\(label(group)): \(counted(group.members.count, "network"))"
    if let kinds = group.kinds.max() {
      text += kinds == 1 ? ", one kind of solution" : " of \(kinds) kinds of solution"
    }
    let clear = group.correlations.filter(\.rank.isClear)
    if group.correlations.isEmpty {
      text += "; too few to ask what goes with the loss."
    } else if clear.isEmpty {
      text += "; nothing of \(group.correlations.count) quantities goes with the loss beyond chance."
    } else {
      text +=
        "; the loss goes with "
        + clear.map { "\($0.with) (ρ = \(Studies.text($0.rank.value, digits: 2)))" }.joined(separator: ", ")
        + "."
    }
    return text
  }

  private func sections(_ group: SweepComparisonResult.Group, number: Int) -> [Document.Section] {
    var blocks: [Document.Block] = []
    if !group.kinds.isEmpty { blocks += kindBlocks(group, number) }
    if !group.topologies.isEmpty { blocks += topologyBlocks(group) }
    blocks += correlationBlocks(group, number)
    blocks += spreadBlocks(group)
    return [Document.Section(label(group), blocks)]
  }

  private func kindBlocks(_ group: SweepComparisonResult.Group, _ number: Int) -> [Document.Block] {
    let count = group.kinds.max() ?? 1
    var pairs: [Double] = []
    for (i, row) in group.distances.enumerated() { pairs += row.dropFirst(i + 1) }
    pairs.sort()
    var text = "Distances between κ-flows on common states: "
    if pairs.isEmpty {
      text += "none."
    } else {
      text +=
        "median \(Studies.text(pairs.quantile(0.5), digits: 3)), from \(Studies.text(pairs[0], digits: 3)) to "
        + "\(Studies.text(pairs[pairs.count - 1], digits: 3)) (0: the same flow, 1.41: nothing in common). "
    }
    text += "The best cut into kinds has a mean silhouette of "
    text += group.silhouette.map { Studies.text($0, digits: 2) } ?? "–"
    if let p = group.kindsP {
      text += "; \(percent(p)) of clouds from one Gaussian can be cut as well: "
      text += count == 1 ? "nothing says that there is more than one kind." : "\(count) kinds."
    } else {
      text += ": below 0.5, nothing says that there is more than one kind."
    }
    var blocks: [Document.Block] = [.heading("Kinds of solution"), .paragraph(text)]
    if count > 1 {
      blocks.append(
        .table(
          Document.Table(
            header: ["kind", "networks", "median loss", "rows"],
            rows: (1...count).map { kind in
              let members = zip(group.members, group.kinds).filter { $1 == kind }.map(\.0)
              let losses = members.compactMap(\.loss).sorted()
              return [
                .text("\(kind)"), .count(members.count), .number(losses.isEmpty ? nil : losses.quantile(0.5)),
                .text(members.map { "\($0.row)" }.joined(separator: ", ")),
              ]
            })))
    }
    if let figure = SweepFigures.map(group, number) { blocks.append(.figure(figure)) }
    if let figure = SweepFigures.flows(group, number) { blocks.append(.figure(figure)) }
    return blocks
  }

  private func topologyBlocks(_ group: SweepComparisonResult.Group) -> [Document.Block] {
    let inputs = group.inputs.map { "v = (" + $0.map { given($0) }.joined(separator: ", ") + ")" }
    return [
      .heading("Where they rest"),
      .table(
        Document.Table(
          caption: "Fixed points of the exact manifold under the inputs that trials hold longest.",
          header: ["networks"] + inputs + ["rows"],
          rows: group.topologies.map { one in
            [.count(one.rows.count)] + one.points.map { .text($0) } + [
              .text(one.rows.map { "\($0)" }.joined(separator: ", "))
            ]
          })),
    ]
  }

  private func correlationBlocks(_ group: SweepComparisonResult.Group, _ number: Int) -> [Document.Block] {
    guard !group.correlations.isEmpty else {
      return [
        .heading("What goes with the loss"),
        .paragraph(
          "Fewer than five networks with a loss, or the same loss in all: there is nothing to order."),
      ]
    }
    var blocks: [Document.Block] = [
      .heading("What goes with the loss"),
      .table(
        Document.Table(
          caption: "Spearman's ρ over networks; all \(group.correlations.count) intervals together hold with "
            + "probability \(given(result.level)) (Bonferroni).",
          header: ["", "ρ", "interval", "networks", ""],
          rows: group.correlations.map {
            [
              .text($0.with), .number($0.rank.value, digits: 2),
              .interval($0.rank.lower, $0.rank.upper, digits: 2),
              .count($0.rank.count), .text($0.rank.isClear ? "goes with the loss" : "not beyond chance"),
            ]
          })),
    ]
    if let figure = SweepFigures.losses(group, number) { blocks.append(.figure(figure)) }
    return blocks
  }

  private func spreadBlocks(_ group: SweepComparisonResult.Group) -> [Document.Block] {
    [
      .heading("Side by side"),
      .table(
        Document.Table(
          header: ["", "networks", "median", "quartiles"],
          rows: group.spreads.map {
            [
              .text($0.name), .count($0.count), .number($0.median, digits: 3),
              .interval($0.lower, $0.upper, digits: 3),
            ]
          })),
    ]
  }

  private var methods: Document.Section {
    var text = "All networks run the same trials of their task, without noise. "
    if result.groups.contains(where: { !$0.isDense }) {
      text +=
        "Every network of low rank is written with mᵀm = N; κ is rotated so that all courses meet as closely as they can "
        + "(generalised Procrustes analysis). The states of all networks at the same moments are the common states, on which "
        + "the flows τ dκ/dt of the exact manifolds are compared: what networks do, not their weights. Kinds are groups by "
        + "average linkage, cut where the mean silhouette is largest; there are several only where that is at least 0.5 and "
        + "larger than in 95 % of clouds from one Gaussian. "
    }
    if result.groups.contains(where: \.isDense) {
      text +=
        "Networks with a whole J have no κ, by which flows could be compared; they stand side by side as they are, J not "
        + "truncated. "
    }
    text +=
      "Participation ratios are those of the covariance over all steps of all trials. Components are those of the rates over the "
      + "same steps: their shares of the variance of the rates, and of that of z. At the response the distances between the rates "
      + "of two trials are taken step by step: whether they go with the distances of the targets (Spearman's ρ over pairs of "
      + "different trials), and how uneven they are along it (standard deviation over mean)."
    return Document.Section("How they were compared", [.paragraph(text)], isFolded: true)
  }
}
