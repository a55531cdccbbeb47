// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import NetworkFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The folder of figures: scripts, data and, where gnuplot is installed, the pictures.
public struct FigureFolder: Sendable {
  /// A format of pictures.
  public enum Format: String, Sendable, CaseIterable {
    /// For web pages.
    case svg
    /// For print.
    case pdf
    /// For slides.
    case png
  }

  /// A figure as it goes into the page.
  public struct Picture: Sendable {
    /// The figure.
    public let figure: Figure
    /// The picture as an `<svg>` element that takes its ink from the page.
    public let svg: String
  }

  /// What came of writing figures.
  public struct Result: Sendable {
    /// The pictures, as far as they could be drawn.
    public let pictures: [Picture]
    /// Names of the files, in the order in which they were written.
    public let files: [String]
    /// Why there are no pictures, and what to do about it; one line each.
    public let problems: [String]
  }

  /// The folder's path.
  public let path: String

  /// What draws, and how long it may take for a picture.
  private let (program, limit): (String, Duration)

  /// A folder; it is made when figures are written.
  public init(path: String) { self.init(path: path, program: "gnuplot", limit: Gnuplot.limit) }

  /// A folder in which another program takes gnuplot's place.
  init(path: String, program: String, limit: Duration) {
    self.path = path
    (self.program, self.limit) = (program, limit)
  }

  /// Writes scripts and data of all figures, and draws them with gnuplot.
  ///
  /// A gnuplot that is missing, fails or does not end is no error: scripts and data are written, and the result says
  /// what there is to do.
  ///
  /// - Throws: `FileError` when a file cannot be written.
  public func write(_ figures: [Figure], formats: [Format] = [.svg]) throws(FileError) -> Result {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw FileError(
        kind: .cannotWrite, path: path, expected: "a folder to write figures into",
        found: "a place where none can be made")
    }
    var files: [String] = []
    func put(_ text: String, _ name: String) throws(FileError) {
      try FileWriter.write(text, to: "\(path)/\(name)")
      files.append(name)
    }
    try put(FigureStyle.script, "style.gp")
    for figure in figures {
      for part in figure.data { try put(part.text, "\(figure.name).\(part.suffix)") }
      try put(figure.wholeScript, figure.name + ".gp")
    }
    var pictures: [Picture] = []
    var problems: [String] = []
    for figure in figures {
      for format in formats {
        do {
          try Gnuplot(program: program, limit: limit).draw(figure.name, as: format, in: path)
        } catch {
          problems.append(error.description)
          if error.isLasting { return Result(pictures: pictures, files: files, problems: problems) }
          continue
        }
        files.append(figure.name + "." + format.rawValue)
        if format == .svg, let data = FileManager.default.contents(atPath: "\(path)/\(figure.name).svg"),
          let svg = InlineSVG.element(from: String(decoding: data, as: UTF8.self), of: figure)
        {
          pictures.append(Picture(figure: figure, svg: svg))
        }
      }
    }
    return Result(pictures: pictures, files: files, problems: problems)
  }

  /// Files of an earlier run's figures: those that bear the name of a script of ours.
  func leftovers() -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let figures = names.filter { name in
      guard name.hasSuffix(".gp"), name != "style.gp",
        let data = FileManager.default.contents(atPath: "\(path)/\(name)")
      else { return false }
      let script = String(decoding: data, as: UTF8.self)
      return script.contains("\nname = '\(name.dropLast(3))';") && script.contains("\nload 'style.gp'\n")
    }.map { String($0.dropLast(2)) }
    return names.filter { name in figures.contains { name.hasPrefix($0) } }
  }
}

extension Figure {
  /// The script as it is written: it runs by itself, in its own folder.
  var wholeScript: String {
    """
    # \(harmless(caption, for: .gnuplot))
    # Draw it again: gnuplot \(name).gp     As PDF: gnuplot -e "format='pdf'" \(name).gp
    name = '\(name)'; W = \(size.width); H = \(size.height)
    load 'style.gp'

    """ + script + "\nunset output\n"
  }
}
