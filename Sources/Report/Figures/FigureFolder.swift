// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

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

  /// A folder; it is made when figures are written.
  public init(path: String) { self.path = path }

  /// Writes scripts and data of all figures, and draws them with gnuplot.
  ///
  /// A missing gnuplot is no error: scripts and data are written, and the result says what to install.
  ///
  /// - Throws: `FigureError` when a file cannot be written.
  public func write(_ figures: [Figure], formats: [Format] = [.svg]) throws(FigureError) -> Result {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw FigureError(description: "\(path): expected a folder to write figures into, could not make it")
    }
    var files: [String] = []
    func put(_ text: String, _ name: String) throws(FigureError) {
      do {
        try Data(text.utf8).write(to: URL(filePath: path + "/" + name), options: .atomic)
        files.append(name)
      } catch {
        throw FigureError(description: "\(path)/\(name): expected to write a file, could not")
      }
    }
    try put(FigureStyle.script, "style.gp")
    var pictures: [Picture] = []
    var problems: [String] = []
    for figure in figures {
      for part in figure.data { try put(part.text, "\(figure.name).\(part.suffix)") }
      try put(figure.wholeScript, figure.name + ".gp")
    }
    for figure in figures {
      for format in formats {
        do {
          try Gnuplot.draw(figure.name, as: format, in: path)
        } catch {
          problems.append(error.description)
          if case .missing = error { return Result(pictures: [], files: files, problems: problems) }
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
}

/// A file of a figure that cannot be written.
public struct FigureError: Error, Sendable, CustomStringConvertible {
  /// One line for a person.
  public let description: String
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
