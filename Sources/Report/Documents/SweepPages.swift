// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import NetworkFiles
import Studies

extension SweepCollect.Result {
  /// Writes table.csv, table.npz and report.html into the sweep's folder.
  ///
  /// - Returns: the paths.
  /// - Throws: `StudyError`.
  public func write() throws(StudyError) -> [String] {
    let page = SweepFolder(folder).file(Self.pageFile)
    let paths = try writeTable()
    do { try FileWriter.write(HTMLRenderer().page(document), to: page) } catch { throw StudyError(error) }
    return paths + [page]
  }
}

extension SweepComparisonReport {
  /// Writes compare.html, compare.json and figures/ into the sweep's folder.
  ///
  /// - Parameter observer: is told why there are no figures, where there are none.
  /// - Returns: the paths.
  /// - Throws: `StudyError`.
  public func write(observer: some Observer = SilentObserver()) throws(StudyError) -> [String] {
    let folder = SweepFolder(result.folder)
    let paths = Self.files.map { folder.file($0) }
    do {
      var document = document
      let drawn = try FigureFolder(path: folder.file("figures")).write(document.figures)
      for problem in drawn.problems { observer.remark(.warning(.leftOut, problem)) }
      document.remarks += drawn.problems
      try FileWriter.write(
        HTMLRenderer(pictures: drawn.pictures, folder: "figures").page(document), to: paths[0])
      try FileWriter.write(try StudyJSON.text(result) + "\n", to: paths[1])
    } catch { throw StudyError(error) }
    return paths
  }
}
