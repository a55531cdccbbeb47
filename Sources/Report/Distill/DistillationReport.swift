// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles
import Studies

/// A distillation as a folder of files: circuit.json, comparison.npz, equations.tex, report.html and the figures.
///
///     let result = try Distill(task: "perceptual-decision").run(on: Subject(file: "trained.npz"))
///     try DistillationReport(result).write(to: "report")
public struct DistillationReport: Sendable {
  /// What is reported.
  public let result: DistillationResult
  /// What was typed to make it; the page says it.
  public let command: String
  /// A self-contained page on the same circuit to try things out with, as HTML: that of `kappa explore`, unless another is
  /// put in its place. It becomes a section of the page; `nil` for none.
  public var explorer: String?
  /// How remarks are worded: they speak of requests' fields in backquotes, which a command replaces by its options.
  public var wording: @Sendable (String) -> String = { $0 }
  let findings: DistillationFindings
  let page: PageFindings
  /// The same coefficients as measured on the clusters of units that a fit began from; `nil` where there was no fit.
  let measuredTerms: CircuitTerms?
  /// Whether the first screen shows the form of the equations and their numbers as a table, because they are many.
  let isOutlined: Bool

  /// The run itself.
  var run: SideBySide { findings.run }

  /// What is written, besides the figures.
  public static let files = ["circuit.json", "comparison.npz", "equations.tex", "report.html"]

  /// A report on a distillation of depth `.report`.
  ///
  /// - Throws: a `StudyError` of kind `usage` for a distillation without what a page needs.
  public init(_ result: DistillationResult, command: String = "") throws(StudyError) {
    guard let findings = result.findings, let page = result.page else {
      throw StudyError(
        .usage, "depth",
        "expected a distillation of depth report, as it was run, found one without its findings")
    }
    self.result = result
    self.command = command
    self.findings = findings
    self.page = page
    measuredTerms = Self.measuredTerms(findings.run)
    isOutlined = EquationOutline.isNeeded(findings.terms.shortened)
    let exploration = Exploration(findings.run)
    explorer = Exploration.obstacle(exploration.file.circuit) == nil ? ExplorerPage(exploration).html : nil
  }

  /// Writes all files into a folder, which is made unless it is there.
  ///
  /// - Throws: a `StudyError` when the folder or a file in it cannot be written.
  @discardableResult public func write(
    to path: String, formats: [FigureFolder.Format] = [.svg], observer: some Observer = SilentObserver()
  ) throws(StudyError) -> [String] {
    let folder = try OutputFolder(path, writing: Self.files, keeping: [run.path])
    return try write(to: folder, formats: formats, observer: observer)
  }

  /// Writes all files into a folder that was looked at before. They are put there in one step, whole or not at all.
  ///
  /// - Parameters:
  ///   - formats: of the pictures beside the page.
  ///   - printed: whether the page is printed as report.pdf, too.
  ///   - observer: is told why there are no figures or no PDF, where there are none.
  /// - Returns: the paths, in the order of writing.
  /// - Throws: a `StudyError` when the folder or a file in it cannot be written, or the work is called off.
  public func write(
    to folder: OutputFolder, formats: [FigureFolder.Format] = [.svg], printed: Bool = false,
    observer: some Observer = SilentObserver()
  ) throws(StudyError) -> [String] {
    try observer.check()
    let names = try folder.fill(Self.files + [Self.printedPage], observer: observer) { place in
      try write(into: place, formats: formats, printed: printed) { problem in
        observer.remark(.warning(.leftOut, problem.replacing(place, with: folder.path)))
      }
    }
    return names.map(folder.file)
  }

  /// The page in print.
  static let printedPage = "report.pdf"

  /// Writes everything into a folder.
  ///
  /// - Returns: the names of what people open.
  private func write(
    into place: String, formats: [FigureFolder.Format], printed: Bool, telling tell: (String) -> Void
  ) throws -> [String] {
    var document = document()
    let drawn = try FigureFolder(path: place + "/figures").write(document.figures, formats: formats)
    for problem in drawn.problems { tell(problem) }
    document.remarks += drawn.problems
    let html = HTMLRenderer(pictures: drawn.pictures, folder: "figures").page(document)
    let paths = Self.files.map { place + "/" + $0 }
    try circuit.write(to: paths[0])
    try NPZFile.write(run.arrays, to: paths[1])
    try FileWriter.write(
      EquationLaTeX(findings.terms, title: title, alpha: run.imported.alpha).document, to: paths[2])
    try FileWriter.write(html, to: paths[3])
    var names = Self.files + drawn.files.map { "figures/" + $0 }.filter { $0.hasSuffix(".svg") }
    if printed {
      if let problem = PagePrinter.print(paths[3], to: place + "/" + Self.printedPage) {
        tell(problem)
      } else {
        names.append(Self.printedPage)
      }
    }
    return names
  }

  /// The page.
  public func document() -> Document {
    let figures = figures()
    return Document(
      title: title, verdict: page.headline, opening: opening(figures),
      remarks: result.remarks.filter { $0.weight == .warning }.map { wording($0.text) },
      sections: sections(figures))
  }

  private var title: String {
    "κ-equations of \(run.path.split(separator: "/").last.map(String.init) ?? run.path)"
      + (run.standIn.map { ", the \($0)" } ?? "")
  }

  /// The circuit with where it comes from.
  public var circuit: CircuitFile {
    let imported = run.imported
    var provenance = [
      "network": run.path, "units": "\(imported.network.unitCount)", "gauge": imported.summary.gauge.rawValue,
      "dialect": imported.dialect, "assumptions": imported.assumptions.joined(separator: "; "),
      "kappa": kappaVersion,
    ]
    if let standIn = run.standIn { provenance["made of"] = "the \(standIn)" }
    return CircuitFile(
      circuit: run.document.circuit, alpha: imported.alpha, closure: run.document.closure,
      provenance: provenance.merging(run.document.provenance) { _, own in own })
  }
}
