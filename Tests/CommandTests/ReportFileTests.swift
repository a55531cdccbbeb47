// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import TestSupport
import Testing

/// report.html as `kappa distill` writes it.
@Suite struct ReportFileTests {
  @Test func theReportLoadsNothingAndIsSmall() throws {
    let folder = try ScratchFolder()
    let run = try distill(into: folder, "--populations", "1")
    #expect(run.status == 0, "\(run.errors)")
    let page = try String(contentsOfFile: folder.file("report/report.html"), encoding: .utf8)
    #expect(page.utf8.count < 3_000_000, "\(page.utf8.count) bytes")
    #expect(Self.requests(of: page).isEmpty, "\(Self.requests(of: page))")
    // The page to try things out with stands in a frame of its own, and may load nothing either.
    let frames = page.matches(of: Self.frame).map { String($0.1) }
    #expect(frames.count == 1)
    #expect(
      frames.allSatisfy {
        $0.contains("content=&quot;default-src 'none'; ") && $0.contains("id=&quot;circuit-data&quot;")
      })
    #expect(page.contains("Without input the network has 3 fixed points, 2 of them stable"))
    for heading in [
      "What was found", "Equations", "Gains over time", "Fixed points", "Error budget",
      "Other circuits, other trials", "Means and covariances", "How certain the numbers are",
    ] {
      #expect(page.contains(">\(heading)</h2>"), "\(heading)")
    }
    // Three sentences before everything else; what is left over is one of them, and equations carry their errors.
    let verdict = try Self.firstScreen(of: page, class: "verdict")
    #expect((1...3).contains(verdict.components(separatedBy: "<p>").count - 1), "\(verdict)")
    #expect(verdict.contains("<p>Not explained: "), "\(verdict)")
    // The manifold is exact, and that is said once.
    let exact = page.matches(of: /\d+e-1\d\x{A0}%/).map { String($0.0) }
    #expect(exact.count == 1, "\(exact)")
    #expect(page.contains(/\[ \d\.\d+\(\d+\) κ1 \+ \d\.\d+\(\d+\) v1 \]/))
    for row in ["moments, P = 1", "regressed, P = 2", "refined, P = 2"] {
      #expect(page.contains(row), "\(row)")
    }
    // Inputs have their names, and time its unit.
    #expect(page.contains("evidence 0.40") && page.contains("time (ms)") && !page.contains("u = ("))
    // One diagram over the one input, with the three branches' folds.
    #expect(page.contains("under a constant evidence") && page.contains("Bifurcation diagram over evidence"))
    #expect(page.contains("bootstrap over units") && page.contains("exact, no band"))
  }

  /// The numbers of a fit have no standard errors of sampling, and the page shows none.
  @Test func aFitHasNoSamplingErrors() throws {
    let folder = try ScratchFolder()
    let run = try distill(
      into: folder, "--populations", "2", "--closure", "regressed", "--closures", "0", figures: false)
    #expect(run.status == 0, "\(run.errors)")
    let page = try String(contentsOfFile: folder.file("report/report.html"), encoding: .utf8)
    #expect(!page.contains("±") && !page.contains("Other circuits, other trials"))
    #expect(page.contains("standard errors of sampling are not theirs"))
    #expect(page.contains("No intervals: they are given for moments only"))
    #expect(page.contains("the part that the fit did not reach"))
    // How far the fit went from clusters of units stands beside how the page was made.
    for name in ["distance from clusters", "E[a²] over the network", "condition of each population"] {
      #expect(page.contains(name), "\(name)")
    }
  }

  /// Unless options say otherwise everything is about one circuit, the simplest that follows the network, and what it says of
  /// populations is what the network does without their units.
  @Test func theSimplestCircuitThatFollowsIsTheOne() throws {
    let folder = try ScratchFolder()
    let run = try kappa(
      [
        "distill", networksFolder + "/context-dependent-decision.npz", "--task", "context-dependent-decision",
        "--redraws", "0", "--replicates", "0", "-o", folder.file("report"), "--json",
      ], environment: ["PATH": folder.path])
    #expect(run.status == 0, "\(run.errors)")
    let found = try run.object()
    let circuits = try #require(found["circuits"] as? [[String: Any]])
    let chosen = try #require(circuits.first { $0["chosen"] as? Bool == true })
    #expect(circuits.count { $0["chosen"] as? Bool == true } == 1)
    // 2 % is what `reproduces` means; the single Gaussian stands beside it and loses the task.
    #expect(try #require(chosen["relative"] as? Double) <= 0.02)
    #expect(try #require(chosen["agreement"] as? Double) >= 0.99)
    #expect(circuits[0]["populations"] as? Int == 1 && circuits[0]["closure"] as? String == "moments")
    #expect(try #require(circuits[0]["relative"] as? Double) > 0.5)
    let fitted = (found["remarks"] as? [[String: Any]] ?? []).filter { $0["code"] as? String == "fitted" }
    let distance = fitted.compactMap { ($0["values"] as? [String: Double])?["distance"] }.max()
    #expect(try #require(distance) <= 0.3)
    // Each context has its claim, with what the full network does without the population's units.
    let claims = try #require(found["claims"] as? [[String: Any]])
    #expect(claims.map { $0["context"] as? String } == ["colour context", "motion context"])
    let verdict = try #require(found["verdict"] as? [String])
    for claim in claims {
      let holds = try #require(claim["holds"] as? Bool)
      let context = try #require(claim["context"] as? String)
      let sentence = try #require(verdict.first { $0.hasPrefix("In the \(context), ") })
      if !holds { #expect(!sentence.contains(", through population "), "\(sentence)") }
    }
    // What is said of a gain stands in the JSON with its test.
    let switches = try #require(found["switches"] as? [[String: Any]])
    for sentence in verdict where sentence.contains("the gain of population") {
      let own = try #require(switches.first { sentence.hasPrefix("In the \($0["context"] ?? ""), ") })
      let populations = try #require(own["populations"] as? [Int])
      #expect(populations.allSatisfy { sentence.contains("\($0)") })
    }
    #expect(switches.map { $0["context"] as? String } == ["colour context", "motion context"])
    let page = try String(contentsOfFile: folder.file("report/report.html"), encoding: .utf8)
    #expect(page.contains("In the colour context, κ follows the colour"))
    #expect(page.contains("network without the units of population 2"))
    #expect(!page.contains("This section is about"))
  }

  /// A part of the first screen.
  private static func firstScreen(of page: String, class name: String) throws -> Substring {
    let start = try #require(page.range(of: "class=\"\(name)\"")?.upperBound)
    let end = try #require(page[start...].range(of: "</section>")?.lowerBound)
    return page[start..<end]
  }

  /// What the console warns of stands on the page's first screen, in the same words.
  @Test func thePageHoldsTheConsolesWarnings() throws {
    let folder = try ScratchFolder()
    let run = try kappa(
      [
        "distill", networksFolder + "/perceptual-decision.npz", "--task", "perceptual-decision", "--alpha",
        "0.1",
        "--trial-count", "20", "--redraws", "0", "--replicates", "0", "--populations", "1", "--closures", "0",
        "-o",
        folder.file("report"),
      ], environment: ["PATH": folder.path])
    #expect(run.status == 0, "\(run.errors)")
    let warnings = run.errors.split(separator: "\n").filter { $0.hasPrefix("warning: ") }.map {
      $0.dropFirst("warning: ".count)
    }
    // Other steps than the task's, and no gnuplot.
    #expect(warnings.count == 2, "\(run.errors)")
    let page = try String(contentsOfFile: folder.file("report/report.html"), encoding: .utf8)
    let start = try #require(page.range(of: "class=\"remarks\"")?.upperBound)
    let end = try #require(page[start...].range(of: "</aside>")?.lowerBound)
    let remarks = page[start..<end].replacing("&#39;", with: "'").replacing("&amp;", with: "&")
    for warning in warnings { #expect(remarks.contains(warning), "\(warning)") }
    // Figures that could not be drawn are told in words.
    #expect(page.contains("<p class=\"undrawn\">Not drawn. Flow of κ"))
  }

  /// The check itself finds what a browser would fetch.
  @Test func requestsAreSeen() {
    for page in [
      "<img src=\"https://example.org/a.png\">", "<link rel=stylesheet href='http://example.org/a.css'>",
      "<style>@import 'a.css';</style>", "<style>a { background: url(//example.org/a) }</style>",
      "<script>fetch('x')</script>", "<image xlink:href='a.png'/>", "<iframe src=a.html></iframe>",
    ] { #expect(!Self.requests(of: page).isEmpty, "\(page)") }
    #expect(
      Self.requests(
        of:
          "<use xlink:href='#a'/><a href=\"#b\">url</a><a href=\"figures/phase.gp\">data</a><path fill='url(#c)'/>"
      ).isEmpty)
  }

  @Test(.enabled(if: Program.isInstalled("chromium"))) func aBrowserPrintsIt() throws {
    let folder = try ScratchFolder()
    let run = try distill(into: folder, "--pdf", "--closures", "0")
    #expect(run.status == 0, "\(run.errors)")
    let pdf = try Data(contentsOf: URL(fileURLWithPath: folder.file("report/report.pdf")))
    #expect(pdf.starts(with: Array("%PDF".utf8)) && pdf.count > 20_000)
  }

  /// A shell may start us with SIGCHLD ignored, and the system then throws codes of children away.
  @Test(.enabled(if: Program.isInstalled("gnuplot"))) func figuresAreDrawnWhateverBecomesOfChildren() throws {
    let folder = try ScratchFolder()
    let command = "trap '' CHLD; exec \"$@\""
    let status = Program.run(
      [
        "sh", "-c", command, "sh", productsFolder.appendingPathComponent("kappa").path, "distill",
        networksFolder + "/perceptual-decision.npz", "--task",
        "perceptual-decision", "--trial-count", "8", "--redraws", "0", "--replicates", "0", "--populations",
        "1",
        "--closures", "0", "-o", folder.file("report"),
      ], in: folder.path)
    #expect(status == 0)
    let page = try String(contentsOfFile: folder.file("report/report.html"), encoding: .utf8)
    #expect(page.contains("<svg role=\"img\"") && !page.contains("Not drawn."))
  }

  @Test func withoutBrowserAndGnuplotOneLineEachSaysWhatToInstall() throws {
    let folder = try ScratchFolder()
    let run = try distill(into: folder, "--pdf", "--closures", "0", environment: ["PATH": folder.path])
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
    into folder: ScratchFolder, _ more: String..., figures: Bool = true, environment: [String: String] = [:]
  ) throws -> Outcome {
    let environment = figures ? environment : ["PATH": folder.path]
    return try kappa(
      [
        "distill", networksFolder + "/perceptual-decision.npz", "--task", "perceptual-decision",
        "--trial-count", "40",
        "--redraws", "0", "--replicates", "20", "-o", folder.file("report"),
      ] + more, environment: environment)
  }

  /// A frame that reaches nothing outside itself; whatever is in it stands in an attribute.
  private static var frame: Regex<(Substring, Substring)> {
    /<iframe class="interactive" title="[^"<>]*" sandbox="allow-scripts allow-downloads" loading="lazy" height="\d+" srcdoc="([^"]*)"><\/iframe>/
  }

  /// Parts of a page for which a browser would ask the net, or run a program. Links to the figures' data are followed by
  /// readers alone.
  static func requests(of page: String) -> [String] {
    let patterns = [
      #"\b(src|srcset|data|action|poster)\s*="#, ##"href\s*=\s*["']?(?!["']?(#|figures/))"##,
      ##"url\(\s*["']?(?!["']?#)"##,
      #"@import"#, #"<(script|link|iframe|object|embed|base)\b"#,
    ]
    let own = page.replacing(frame, with: "")
    return patterns.flatMap { pattern -> [String] in
      var found: [String] = []
      var rest = own[...]
      while let range = rest.range(of: pattern, options: [.regularExpression, .caseInsensitive]) {
        found.append(String(rest[range]))
        rest = rest[range.upperBound...]
      }
      return found
    }
  }
}
