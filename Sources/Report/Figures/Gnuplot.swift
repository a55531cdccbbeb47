// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Draws figures with gnuplot.
struct Gnuplot {
  /// Why a picture could not be drawn.
  enum Problem: Error, CustomStringConvertible {
    case missing
    case tookTooLong(String, Duration)
    case failed(String, String)

    var description: String {
      switch self {
      case .missing:
        "gnuplot is not installed, so there are no pictures: apt-get install gnuplot-nox (macOS: brew install gnuplot), "
          + "then run this again, or gnuplot on the scripts in the folder of figures"
      case .tookTooLong(let name, let limit):
        "gnuplot took longer than \(limit.components.seconds) s to draw \(name) and was stopped, so there are no more "
          + "pictures: run gnuplot on the scripts in the folder of figures"
      case .failed(let name, let reason):
        "gnuplot could not draw \(name) (\(reason)): see \(name).log beside it, or run gnuplot \(name).gp there"
      }
    }

    /// Whether other figures are not worth trying.
    var isLasting: Bool {
      switch self {
      case .missing, .tookTooLong: true
      case .failed: false
      }
    }
  }

  /// Its name, or its path.
  let program: String
  /// How long one picture may take.
  let limit: Duration

  /// What is enough for any picture: the largest takes less than a second.
  static let limit = Duration.seconds(60)

  /// Draws figure `name` in a folder that holds its script.
  func draw(_ name: String, as format: FigureFolder.Format, in folder: String) throws(Problem) {
    let (log, picture) = ("\(folder)/\(name).log", "\(folder)/\(name).\(format.rawValue)")
    // An older picture is none of this figure.
    try? FileManager.default.removeItem(atPath: picture)
    let outcome = ChildProgram.run(
      [program, "-e", "format='\(format.rawValue)'", "\(name).gp"], in: folder, errors: log, limit: limit)
    switch outcome {
    case .exited(0): break
    case .missing, .notStarted:
      try? FileManager.default.removeItem(atPath: log)
      throw .missing
    case .tookTooLong: throw .tookTooLong(name, limit)
    case .exited(let code): throw .failed(name, "code \(code)")
    }
    guard format.isDrawing(FileManager.default.contents(atPath: picture)) else {
      throw .failed(name, "it left no picture")
    }
    try? FileManager.default.removeItem(atPath: log)
  }
}

extension FigureFolder.Format {
  /// Whether a file is whole and of this format, by how it begins and ends.
  func isDrawing(_ data: Data?) -> Bool {
    guard let data else { return false }
    switch self {
    case .svg:
      let text = String(decoding: data, as: UTF8.self)
      return text.contains("<svg") && text.contains("</svg>")
    case .pdf: return data.starts(with: Array("%PDF-".utf8)) && data.count > 500
    case .png: return data.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) && data.count > 100
    }
  }
}
