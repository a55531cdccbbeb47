// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

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
      ["train", "perceptual-decision", "--train", "m,m"],
      ["train", "perceptual-decision", "--train", "w,m,n,w"],
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

  /// A vector named twice is a slip of the pen for another one: the message says which.
  @Test func aVectorNamedTwiceIsNamed() throws {
    let folder = try ScratchFolder()
    expectOneLine(
      try kappa(small + ["--train", "m,n,n", "-o", folder.file("net.npz")]), status: 64, naming: "n twice")
  }

  /// What the network to start from settles cannot be asked for otherwise.
  @Test func whatStartSettlesCannotBeContradicted() throws {
    let folder = try ScratchFolder()
    let network = try folder.network()
    let path = folder.file("net.npz")
    let start = ["train", "perceptual-decision", "--start", network, "--updates", "1", "-o", path]
    for (extra, words) in [
      (["--units", "61"], ["--units", "60", "61", network]),
      (["--rank", "2"], ["--rank", "1", "2", network]),
      (["--overlap", "0"], ["--overlap", "--start"]),
      (["--readout-deviation", "4"], ["--readout-deviation", "--start"]),
    ] {
      let outcome = try kappa(start + extra)
      for word in words { expectOneLine(outcome, status: 64, naming: word) }
      #expect(!FileManager.default.fileExists(atPath: path), "\(extra)")
    }
    let same = try kappa(start + ["--units", "60", "--rank", "1"])
    #expect(same.status == 0, "\(same.errors)")
  }

  /// A resumed training goes on; it does not go back.
  @Test func resumingTowardsFewerUpdatesIsAMistake() throws {
    let folder = try ScratchFolder()
    let (long, other) = (folder.file("long.npz"), folder.file("other.npz"))
    #expect(try kappa(small + ["--updates", "1200", "-o", long]).status == 0)
    for (extra, found) in [(["--updates", "7"], "found 7"), ([], "found 1000, the default")] {
      let outcome = try kappa(small + ["--resume", long, "-o", other] + extra)
      for word in ["--updates", "at least 1200", found, long] {
        expectOneLine(outcome, status: 64, naming: word)
      }
      #expect(!FileManager.default.fileExists(atPath: other))
    }
    let copy = try kappa(small + ["--resume", long, "--updates", "1200", "-o", other])
    #expect(copy.status == 0, "\(copy.errors)")
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: long)) == Data(contentsOf: URL(fileURLWithPath: other)))
  }

  /// Options repeated beside --resume have to be those of the file; a message names both values.
  @Test func resumingNamesWhatContradictsTheFile() throws {
    let folder = try ScratchFolder()
    let (path, other) = (folder.file("net.npz"), folder.file("other.npz"))
    #expect(try kappa(small + ["--updates", "2", "-o", path]).status == 0)
    for (option, value, began) in [
      ("--units", "33", "32"), ("--learning-rate", "0.25", "0.005"), ("--clip", "7", "no limit"),
      ("--train", "m", "m,n"), ("--input-noise", "3", "the task's"), ("--seed", "9", "3"),
      ("--transfer", "erf", "tanh"), ("--preset", "course", "paper"), ("--curriculum", "growing", "none"),
    ] {
      let outcome = try kappa("train", "perceptual-decision", "--resume", path, option, value, "-o", other)
      for word in [option, "expected \(began)", "found \(value)"] {
        expectOneLine(outcome, status: 64, naming: word)
      }
    }
    let agreeing = try kappa(
      small + [
        "--resume", path, "--train", "n,m", "--learning-rate", "5e-3", "--preset", "paper", "--updates", "3",
        "-o", other,
      ])
    #expect(agreeing.status == 0, "\(agreeing.errors)")
  }

  /// What is in the file twice, as an array and in its record, has to be the same before training goes on.
  @Test func resumingRefusesAFileThatContradictsItself() throws {
    let folder = try ScratchFolder()
    let (path, other, out) = (folder.file("net.npz"), folder.file("other.npz"), folder.file("out.npz"))
    #expect(try kappa(small + ["--updates", "6", "-o", path]).status == 0)
    let tensors = try TensorFile.read(path).tensors
    let losses = try #require(tensors.first { $0.name == "losses" }).values
    for (tensor, words) in [
      (Tensor(name: "alpha", scalar: 0.3), ["alpha = 0.2", "found 0.3"]),
      (Tensor(name: "alpha", text: "x"), ["alpha = 0.2", "no number"]),
      (Tensor(name: "transfer", text: "erf"), ["transfer = tanh", "found erf"]),
      (
        Tensor(name: "losses", shape: [5], values: Array(losses.prefix(5))),
        ["losses of the 6 updates", "found 5"]
      ),
      (
        Tensor(name: "losses", shape: [6], values: losses.prefix(5) + [-1]), ["losses that are", "found -1"]
      ),
    ] {
      try NPZFile.write(tensors.map { $0.name == tensor.name ? tensor : $0 }, to: other)
      let outcome = try kappa(small + ["--resume", other, "--updates", "8", "-o", out])
      for word in words + [other, "resume from a file"] { expectOneLine(outcome, status: 65, naming: word) }
    }
    try NPZFile.write(tensors, to: other)
    #expect(try kappa(small + ["--resume", other, "--updates", "8", "-o", out]).status == 0)
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
