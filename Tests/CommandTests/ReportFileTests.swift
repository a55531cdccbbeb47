import Foundation
import TestSupport
import Testing

/// report.html as `kappa distill` writes it.
@Suite struct ReportFileTests {
  @Test func theReportLoadsNothingAndIsSmall() throws {
    let folder = try ScratchFolder()
    let run = try distill(into: folder)
    #expect(run.status == 0, "\(run.errors)")
    let page = try String(contentsOfFile: folder.file("report/report.html"), encoding: .utf8)
    #expect(page.utf8.count < 3_000_000, "\(page.utf8.count) bytes")
    #expect(Self.requests(of: page).isEmpty, "\(Self.requests(of: page))")
    #expect(page.contains("Without input the network has 3 fixed points, 2 of them stable"))
    for heading in [
      "Equations", "Gains over time", "Phase portrait", "Error budget", "Other circuits, other trials",
    ] {
      #expect(page.contains(">\(heading)</h2>"), "\(heading)")
    }
  }

  /// The check itself finds what a browser would fetch.
  @Test func requestsAreSeen() {
    for page in [
      "<img src=\"https://example.org/a.png\">", "<link rel=stylesheet href='http://example.org/a.css'>",
      "<style>@import 'a.css';</style>", "<style>a { background: url(//example.org/a) }</style>",
      "<script>fetch('x')</script>", "<image xlink:href='a.png'/>", "<iframe src=a.html></iframe>",
    ] { #expect(!Self.requests(of: page).isEmpty, "\(page)") }
    #expect(Self.requests(of: "<use xlink:href='#a'/><a href=\"#b\">url</a><path fill='url(#c)'/>").isEmpty)
  }

  @Test(.enabled(if: Program.isInstalled("chromium"))) func aBrowserPrintsIt() throws {
    let folder = try ScratchFolder()
    let run = try distill(into: folder, "--pdf")
    #expect(run.status == 0, "\(run.errors)")
    let pdf = try Data(contentsOf: URL(fileURLWithPath: folder.file("report/report.pdf")))
    #expect(pdf.starts(with: Array("%PDF".utf8)) && pdf.count > 20_000)
  }

  @Test func withoutBrowserAndGnuplotOneLineEachSaysWhatToInstall() throws {
    let folder = try ScratchFolder()
    let run = try distill(into: folder, "--pdf", environment: ["PATH": folder.path])
    #expect(run.status == 0, "\(run.errors)")
    let warnings = run.errors.split(separator: "\n").filter { $0.hasPrefix("warning:") }
    #expect(warnings.count { $0.contains("apt-get install gnuplot") } == 1, "\(run.errors)")
    // On a Mac a browser is found by its path.
    #if !os(macOS)
      #expect(warnings.count { $0.contains("apt-get install chromium") } == 1, "\(run.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.file("report/report.pdf")))
    #endif
    #expect(FileManager.default.fileExists(atPath: folder.file("report/report.html")))
    #expect(
      try kappa(
        "distill", networksFolder + "/perceptual-decision.npz", "--task", "perceptual-decision", "--pdf"
      ).status == 64)
  }

  private func distill(
    into folder: ScratchFolder, _ more: String..., environment: [String: String] = [:]
  ) throws -> Outcome {
    try kappa(
      [
        "distill", networksFolder + "/perceptual-decision.npz", "--task", "perceptual-decision",
        "--trial-count", "40",
        "--redraws", "0", "-o", folder.file("report"),
      ] + more, environment: environment)
  }

  /// Parts of a page for which a browser would ask the net, or run a program.
  static func requests(of page: String) -> [String] {
    let patterns = [
      #"\b(src|srcset|data|action|poster)\s*="#, ##"href\s*=\s*["']?(?!["']?#)"##,
      ##"url\(\s*["']?(?!["']?#)"##,
      #"@import"#, #"<(script|link|iframe|object|embed|base)\b"#,
    ]
    return patterns.flatMap { pattern -> [String] in
      var found: [String] = []
      var rest = page[...]
      while let range = rest.range(of: pattern, options: [.regularExpression, .caseInsensitive]) {
        found.append(String(rest[range]))
        rest = rest[range.upperBound...]
      }
      return found
    }
  }
}
