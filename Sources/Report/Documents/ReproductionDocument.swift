// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Studies

extension ReproductionResult {
  /// Published numbers, ours, and whether they agree, paper by paper.
  public var document: Document {
    let lines = papers.flatMap(\.lines)
    let agreeing = lines.count { $0.agrees }
    return Document(
      title: "Published results, reproduced",
      verdict: ["\(agreeing) of \(lines.count) numbers agree within the tolerance that stands beside them."],
      sections: papers.map { paper in
        var blocks: [Document.Block] = [.paragraph(paper.reference)]
        if !paper.lines.isEmpty {
          blocks.append(
            .table(
              Document.Table(
                header: ["", "paper's theory", "here", "within", "", "tolerance"],
                rows: paper.lines.map {
                  [
                    .text($0.quantity), .number($0.published, digits: 6), .number($0.ours, digits: 6),
                    .number($0.tolerance, digits: 2), .text($0.agrees ? "agrees" : "differs"),
                    .text($0.reason),
                  ]
                })))
        }
        blocks += paper.pictures.enumerated().map { index, picture in
          .figure(
            Figure.curves(
              name: "\(paper.name.rawValue)-\(index + 1)", caption: picture.title,
              alternative: "\(picture.title): \(picture.y) over \(picture.x).",
              panels: [
                CurvePanel(
                  title: picture.title, axes: (picture.x, picture.y),
                  curves: picture.curves.enumerated().map { place, curve in
                    CurvePanel.Curve(
                      curve.name, zip(curve.x, curve.y).map { (x: $0, y: $1) },
                      look: curve.isPoints ? .points : .line,
                      colour: place)
                  })
              ]))
        }
        blocks += paper.explanations.map { .paragraph("Not reproduced: " + $0) }
        return Document.Section(paper.name.rawValue, blocks)
      })
  }
}
