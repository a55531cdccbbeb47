import Foundation
import Testing

/// `kappa course`: its page and its document. Few updates: whether networks learn is for other tests.
@Suite struct CourseTests {
  private let small = ["course", "--units", "24", "--updates", "45", "--networks", "2", "--seed", "7"]

  @Test func thePageAndTheDocumentAnswerInOrder() throws {
    let folder = try ScratchFolder()
    let path = folder.file("course")
    let outcome = try kappa(small + ["-o", path])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let data = try Data(contentsOf: URL(fileURLWithPath: path + "/course.json"))
    let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(document["format"] as? String == "kappa-course")
    let sections = try #require(document["sections"] as? [[String: Any]])
    let names = sections.compactMap { $0["name"] as? String }
    #expect(
      names == [
        "1-data", "2-training", "3-connectivity", "4-gaussian", "5-projection", "6-circuit", "7-fixed-points",
        "8-integrator", "9a-data", "9b-training", "10-connectivity", "11-gaussian", "12-projection",
        "13a-circuit",
        "13b-fixed-points", "14a-time-scales", "14b-rank-one", "15-readouts", "16-presets", "17-slips",
      ])
    func values(_ name: String) throws -> [String: Any] {
      try #require(sections.first { $0["name"] as? String == name }?["values"] as? [String: Any])
    }
    let training = try values("2-training")
    #expect((training["losses"] as? [Double])?.count == 15)
    #expect((training["networks"] as? [Any])?.count == 2)
    #expect(try values("9b-training")["rank"] as? Int == 2)
    let projection = try values("5-projection")
    #expect(abs(try #require(projection["activationsInsideSpan"] as? Double) - 1) < 1e-12)
    #expect(abs(try #require((try values("16-presets"))["saddleNode"] as? Double) - 0.0396) < 1e-3)
    let slips = try values("17-slips")
    let normalisation = try #require(slips["normalisation"] as? [String: Any])
    #expect(abs(try #require(normalisation["pitchforkWithSlip"] as? Double) - 2.5066) < 1e-3)
    #expect((normalisation["stableKappa"] as? [Double])?.count == 2)
    #expect((normalisation["stableKappaWithSlip"] as? [Double])?.count == 1)
    let page = try String(contentsOfFile: path + "/course.html", encoding: .utf8)
    for section in sections {
      let title = try #require(section["question"] as? String)
      #expect(
        page.contains(title.replacingOccurrences(of: "'", with: "&#39;")) || page.contains(title), "\(title)")
    }
    #expect(!page.contains("http://") && !page.contains("https://"))
    #expect(outcome.output.contains("17. "))
  }

  @Test func theSameSeedGivesTheSameDocument() throws {
    let folder = try ScratchFolder()
    let options = ["course", "--units", "20", "--updates", "9", "--networks", "1", "--json"]
    // Without gnuplot, which takes most of the time: one line says what to install, and the page has no pictures.
    let alone = ["PATH": "/nonexistent"]
    let first = try kappa(options + ["-o", folder.file("a")], environment: alone)
    let second = try kappa(options + ["-o", folder.file("b")], environment: alone)
    #expect(first.errors.contains("gnuplot is not installed"), "\(first.errors)")
    let page = try String(contentsOfFile: folder.file("a/course.html"), encoding: .utf8)
    #expect(!page.contains("<svg"))
    #expect(first.status == 0 && first.output == second.output, "\(first.errors)")
    let other = try kappa(options + ["--seed", "2", "-o", folder.file("c")], environment: alone)
    #expect(other.output != first.output)
  }

  @Test func mistakesAreOneLine() throws {
    let folder = try ScratchFolder()
    for arguments in [["--units", "3"], ["--networks", "0"], ["--updates", "1"], ["--units", "1000000"]] {
      expectOneLine(
        try kappa(["course"] + arguments + ["-o", folder.file("x")]), status: 64, naming: arguments[0])
    }
    let file = try folder.network()
    expectOneLine(try kappa("course", "--updates", "3", "-o", file), status: 73, naming: "network.npz")
  }
}
