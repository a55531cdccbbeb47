// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import NetworkFiles
import TestSupport
import Testing

/// Damaged files through the command itself: exit 65 or a result, one line, nothing written, never a crash.
@Suite struct DamagedFileTests {
  @Test func everyFixtureCutAndFlipped() throws {
    let folder = try ScratchFolder()
    let names = try FileManager.default.contentsOfDirectory(atPath: fixturesFolder + "/networks").sorted()
      .filter { $0.hasSuffix(".npz") || $0.hasSuffix(".pt") || $0.hasSuffix(".pth") }
    #expect(!names.isEmpty)
    for (index, name) in names.enumerated() {
      let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixturesFolder + "/networks/" + name)))
      var random = RandomStream(seed: 401, stream: UInt64(index))
      for variant in 0..<8 {
        var bytes = whole
        if variant % 2 == 0 {
          bytes = Array(whole.prefix(random.index(below: whole.count)))
        } else {
          for _ in 0...variant {
            bytes[random.index(below: bytes.count)] ^= UInt8(1 << random.index(below: 8))
          }
        }
        let path = folder.file("damaged")
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let outcome = try kappa(
          "distill", path, "--task", "perceptual-decision", "--trial-count", "2", "--redraws", "0", "-o",
          folder.file("out"))
        let label = "\(name), seed 401, stream \(index), variant \(variant): \(outcome.errors)"
        #expect([0, 65, 70].contains(outcome.status), "\(label)")
        if outcome.status != 0 {
          #expect(!FileManager.default.fileExists(atPath: folder.file("out")), "\(label)")
          let failures = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("error: ") }
          #expect(failures.count == 1 && failures[0].contains("damaged"), "\(label)")
        }
        try? FileManager.default.removeItem(atPath: folder.file("out"))
      }
    }
  }

  /// Finite, but their covariances are not.
  @Test func loadingsOfImpossibleSize() throws {
    let folder = try ScratchFolder()
    for size in [1e200, 1e-200] {
      var stream = RandomStream(seed: 11)
      let path = folder.file("size.npz")
      let arrays = ["m", "n", "I", "w"].map { name in
        Tensor(
          name: name, shape: [30, 1],
          values: (0..<30).map { _ in stream.normal() * (name == "w" ? size : 1) })
      }
      try NPZFile.write(arrays, to: path)
      for arguments in [
        ["inspect", path], ["compare", path, "--task", "perceptual-decision", "--json"],
        ["distill", path, "--task", "perceptual-decision", "-o", folder.file("out")],
      ] {
        expectOneLine(try kappa(arguments), status: 65, naming: "size.npz")
      }
      #expect(!FileManager.default.fileExists(atPath: folder.file("out")))
    }
  }

  /// ReLU's kink at rest, where ⟨φ''⟩ is infinite: phase portraits and fixed points are made all the same.
  @Test func reluAtRest() throws {
    let folder = try ScratchFolder()
    let network = try folder.network()
    let outcome = try kappa(
      "distill", network, "--transfer", "relu", "--task", "perceptual-decision", "--trial-count", "4",
      "--input-noise", "0", "--redraws", "0", "-o", folder.file("out"))
    #expect(outcome.status == 0, "\(outcome.errors)")
    let circuit = folder.file("out/circuit.json")
    #expect(try kappa("fixed-points", circuit).status == 0)
    let gain = try kappa("gain", "--delta", "0", "--transfer", "relu", "--json").output
    #expect(gain.contains("\"gain2\" : null") && !gain.contains("inf"))
  }

  @Test func circuitsAndTrialsThatAreNone() throws {
    let folder = try ScratchFolder()
    let network = try folder.network()
    let path = folder.file("broken.json")
    for text in [
      "", "{", "[]", "{}", #"{"format": "kappa-circuit", "version": 1}"#,
      #"{"format": "kappa-circuit", "version": 9}"#,
      String(repeating: "[", count: 100_000), "\u{0}\u{1}",
    ] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      expectOneLine(
        try kappa(
          "compare", network, "--task", "perceptual-decision", "--trial-count", "2", "--circuit", path),
        status: 65,
        naming: "broken.json")
      expectOneLine(
        try kappa("compare", network, "--trials", path), status: 65, naming: "broken.json")
    }
  }
}
