// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Prints a page to PDF with a headless browser, where there is one.
public enum PagePrinter {
  /// Names under which Chromium and its relatives are installed.
  private static let browsers = [
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
  ]

  /// How long a browser may take; a page takes it a few seconds.
  private static let limit = Duration.seconds(120)

  /// Prints a page.
  ///
  /// - Parameters:
  ///   - page: path of the HTML file.
  ///   - pdf: path of the PDF; it is whole or not there.
  /// - Returns: `nil`, or in one line why there is no PDF and what to do about it.
  public static func print(_ page: String, to pdf: String) -> String? {
    let temporary = pdf + ".part"
    let profile = FileManager.default.temporaryDirectory.path + "/kappa-browser-\(getpid())"
    defer {
      try? FileManager.default.removeItem(atPath: profile)
      try? FileManager.default.removeItem(atPath: temporary)
    }
    let address = URL(filePath: page).absoluteString
    for browser in browsers {
      var arguments = [
        browser, "--headless", "--disable-gpu", "--no-first-run", "--no-pdf-header-footer",
        "--user-data-dir=\(profile)", "--print-to-pdf=\(temporary)",
      ]
      // Chromium's sandbox refuses to run as root.
      if geteuid() == 0 { arguments.append("--no-sandbox") }
      let outcome = ChildProgram.run(arguments + [address], errors: "/dev/null", limit: limit)
      if outcome == .missing { continue }
      let isWhole = FigureFolder.Format.pdf.isDrawing(FileManager.default.contents(atPath: temporary))
      guard outcome == .exited(0), isWhole else {
        let reason =
          switch outcome {
          case .tookTooLong: "it took longer than \(limit.components.seconds) s and was stopped"
          case .exited(0): "it left no PDF"
          case .exited(let code): "code \(code)"
          default: "it could not be started"
          }
        return "\(browser) could not print \(page) (\(reason)): open it in a browser and print it there"
      }
      guard rename(temporary, pdf) == 0 else { return "\(pdf): expected to write a file, could not" }
      return nil
    }
    return
      "no browser was found to print the PDF: apt-get install chromium (macOS: Google Chrome), or open report.html and print it"
  }
}
