import Foundation
import LowRank
import NetworkFiles
import Testing

/// `kappa train`: its file, its document, and what happens when it is interrupted.
@Suite struct TrainTests {
  private let small = ["train", "perceptual-decision", "--units", "32", "--batch", "8", "--seed", "3"]

  @Test func theFileIsANetworkThatOtherCommandsTake() throws {
    let folder = try ScratchFolder()
    let path = folder.file("net.npz")
    let outcome = try kappa(small + ["--updates", "40", "--train", "m,n,w", "-o", path, "--json"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let document = try outcome.object()
    #expect(document["updates"] as? Int == 40)
    #expect((document["losses"] as? [Double])?.count == 40)
    for name in ["loss", "accuracy", "seconds"] { #expect(document[name] is Double || document[name] is Int) }
    let file = try TensorFile.read(path)
    for (name, shape) in [("m", [32, 1]), ("n", [32, 1]), ("I", [32, 1]), ("w", [32, 1]), ("alpha", [])] {
      #expect(file[name]?.shape == shape)
    }
    #expect(file["alpha"]?.values == [0.2])
    #expect(file["transfer"]?.text == ["tanh"])
    let comparison = try kappa(
      "compare", path, "--task", "perceptual-decision", "--trial-count", "10", "--json")
    #expect(comparison.status == 0, "\(comparison.errors)")
  }

  @Test func theSameSeedGivesTheSameFileWithAnyNumberOfThreads() throws {
    let folder = try ScratchFolder()
    var files: [Data] = []
    for (index, extra) in [["--threads", "1"], ["--threads", "3"], ["--interval", "7"], ["--seed", "4"]]
      .enumerated()
    {
      let path = folder.file("net\(index).npz")
      let arguments = [
        "train", "parametric-working-memory", "--units", "20", "--batch", "6", "--updates", "30",
      ]
      #expect(try kappa(arguments + extra + ["-o", path]).status == 0)
      files.append(try Data(contentsOf: URL(fileURLWithPath: path)))
    }
    #expect(files[0] == files[1])
    #expect(files[0] == files[2])
    #expect(files[0] != files[3])
  }

  /// Killed fifty times at random moments: whatever file is there is whole, and the last run ends in the bits of one
  /// that nobody disturbed.
  @Test func killingNeverBreaksAFileAndResumingEndsInTheSameBits() throws {
    let seed: UInt64 = 21
    var random = RandomStream(seed: seed)
    let folder = try ScratchFolder()
    let options = small + ["--updates", "2000", "--interval", "5", "--threads", "1"]
    let whole = folder.file("whole.npz")
    #expect(try kappa(options + ["-o", whole]).status == 0)
    var last: String?
    for attempt in 0..<50 {
      let next = folder.file("run\(attempt).npz")
      let process = Process()
      process.executableURL = productsFolder.appendingPathComponent("kappa")
      process.arguments = options + (last.map { ["--resume", $0] } ?? []) + ["-o", next]
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      // Half of the runs die wherever they happen to be, half some time after their first file is there.
      if attempt % 2 == 0 {
        while process.isRunning && !FileManager.default.fileExists(atPath: next) {
          Thread.sleep(forTimeInterval: 0.001)
        }
      }
      Thread.sleep(forTimeInterval: 0.05 * random.uniform())
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      guard FileManager.default.fileExists(atPath: next) else { continue }
      let file = try TensorFile.read(next)
      let updates = try #require(file["losses"]).values.count
      #expect(updates % 5 == 0 && updates <= 2000, "seed \(seed), attempt \(attempt)")
      last = next
    }
    let path = try #require(last, "no run lived long enough to write (seed \(seed))")
    let end = folder.file("end.npz")
    #expect(try kappa(options + ["--resume", path, "-o", end]).status == 0)
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: end)) == Data(contentsOf: URL(fileURLWithPath: whole)),
      "seed \(seed)")
  }

  @Test func divergenceIs70AndKeepsTheLastGoodNetwork() throws {
    let folder = try ScratchFolder()
    let path = folder.file("net.npz")
    let outcome = try kappa(
      small + ["--transfer", "linear", "--learning-rate", "1e6", "--updates", "300", "-o", path])
    expectOneLine(outcome, status: 70, naming: "diverged")
    for name in ["m", "n"] {
      let values = try #require(TensorFile.read(path)[name]).values
      #expect(values.allSatisfy { $0.isFinite })
    }
  }

  /// However far an update jumps, what is on disk is a network; and an older file survives a run that achieves nothing.
  @Test func divergenceAtOnceLeavesWhatWasThere() throws {
    let folder = try ScratchFolder()
    let path = folder.file("net.npz")
    _ = try kappa(small + ["--updates", "20", "-o", path])
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    let outcome = try kappa(
      small + ["--transfer", "linear", "--learning-rate", "1e308", "--updates", "300", "-o", path])
    expectOneLine(outcome, status: 70, naming: "diverged")
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    let once = try kappa(
      small + ["--learning-rate", "1e308", "--updates", "1", "-o", folder.file("once.npz")])
    #expect(once.status == 70, "\(once.errors)")
  }

  @Test func mistakesAreOneLine() throws {
    let folder = try ScratchFolder()
    let network = try folder.network()
    let path = folder.file("net.npz")
    let trained = folder.file("trained.npz")
    #expect(try kappa(small + ["--updates", "2", "-o", trained]).status == 0)
    for arguments in [
      ["train", "romo"], ["train", "perceptual-decision", "--units", "0"],
      ["train", "perceptual-decision", "--units", "1000001"],
      ["train", "perceptual-decision", "--rank", "200"],
      ["train", "perceptual-decision", "--updates", "0"],
      ["train", "perceptual-decision", "--learning-rate", "nan"],
      ["train", "perceptual-decision", "--train", "x"], ["train", "perceptual-decision", "--train", ""],
      ["train", "delayed-match-to-sample", "--preset", "course"],
      ["train", "perceptual-decision", "--delay", "9:1"],
      ["train", "perceptual-decision", "--context-scale", "1"],
      ["train", "perceptual-decision", "--batch", "-3"],
      ["train", "perceptual-decision", "--resume", trained, "--start", network],
      ["train", "perceptual-decision", "--resume", trained, "--units", "33"],
      ["train", "parametric-working-memory", "--resume", trained],
      ["train", "perceptual-decision", "--resume", trained, "-o", trained],
    ] {
      let output = arguments.contains("-o") ? [] : ["-o", path]
      let outcome = try kappa(arguments + output)
      #expect(outcome.status == 64, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(arguments): \(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: path), "\(arguments)")
    }
    expectOneLine(
      try kappa("train", "perceptual-decision", "--resume", network, "-o", path), status: 65, naming: network)
    expectOneLine(
      try kappa("train", "perceptual-decision", "--resume", folder.file("none"), "-o", path), status: 66,
      naming: "none")
    expectOneLine(
      try kappa("train", "perceptual-decision", "-o", folder.file("no/net.npz")), status: 73, naming: "no")
  }

  @Test func trainingStartsFromAGivenNetwork() throws {
    let folder = try ScratchFolder()
    let network = try folder.network()
    let path = folder.file("net.npz")
    let outcome = try kappa(
      "train", "perceptual-decision", "--start", network, "--updates", "1", "--learning-rate", "1e-9", "-o",
      path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let before = try #require(TensorFile.read(network)["m"]).values
    let after = try #require(TensorFile.read(path)["m"]).values
    #expect(zip(before, after).allSatisfy { abs($0 - $1) < 1e-8 })
    #expect(before != after)
  }
}
