// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import NetworkFiles
import TestSupport
import Testing

/// What others can do with a file that `kappa train` wrote, and what training can begin with.
@Suite struct TrainedFileTests {
  private let packageFolder = fixturesFolder.split(separator: "/", omittingEmptySubsequences: false).dropLast(
    2
  )
  .joined(separator: "/")

  private func trained(_ folder: ScratchFolder) throws -> String {
    let path = folder.file("net.npz")
    let outcome = try kappa(
      "train", "parametric-working-memory", "--units", "40", "--batch", "8", "--updates", "60", "-o", path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return path
  }

  /// The four lines of the README, word for word, in PyTorch where it is installed and in any case in NumPy under
  /// PyTorch's names.
  @Test(.enabled(if: Python.hasNumPy)) func theFourLinesOfTheReadmeReproduceTheNetwork() throws {
    let folder = try ScratchFolder()
    _ = try trained(folder)
    let outcome = try kappa(
      "compare", folder.file("net.npz"), "--task", "parametric-working-memory", "--trial-count", "20", "-o",
      folder.file("out.npz"))
    #expect(outcome.status == 0, "\(outcome.errors)")
    let readme = try String(contentsOfFile: packageFolder + "/README.md", encoding: .utf8)
    let blocks = readme.components(separatedBy: "```python\n").dropFirst().compactMap {
      $0.components(separatedBy: "```").first
    }
    let lines = try #require(blocks.first { $0.contains("torch.from_numpy") })
    #expect(lines.split(separator: "\n").count == 4)
    let numpy = """
      class torch:
          from_numpy = staticmethod(lambda a: a)
          tanh = staticmethod(np.tanh)
          zeros = staticmethod(lambda *shape, dtype: np.zeros(shape, dtype))
      """
    for (name, library) in [("NumPy", numpy), ("PyTorch", "import torch")] {
      if name == "PyTorch", Python.run("import torch") != 0 { continue }
      let script = """
        import os, sys
        import numpy as np
        os.chdir(\"\(folder.path)\")
        \(library)
        out = np.load("out.npz")
        u = torch.from_numpy(out["u"])
        \(lines)
        error = max(np.abs(np.asarray(z[t]) - out["z_network"][:, t]).max() for t in range(len(z)))
        sys.exit(0 if len(z) == u.shape[1] and error < 1e-12 and np.abs(out["z_network"]).max() > 0.01 else 3)
        """
      #expect(Python.run(script) == 0, "\(name)")
    }
  }

  /// A full-rank network is cut to its leading singular vectors: the connectivity that training begins with is the best
  /// of that rank (Eckart–Young).
  @Test func trainingStartsFromAFullRankNetwork() throws {
    let seed: UInt64 = 161
    var stream = RandomStream(seed: seed)
    let units = 24
    let folder = try ScratchFolder()
    let (a, b) = ((0..<units).map { _ in stream.normal() }, (0..<units).map { _ in stream.normal() })
    let j = Matrix(rows: units, columns: units) {
      3 * a[$0] * b[$1] / Double(units) + 0.2 * stream.normal() / Double(units).squareRoot()
    }
    func array(_ name: String, _ shape: [Int]) -> Tensor {
      Tensor(name: name, shape: shape, values: (0..<shape.reduce(1, *)).map { _ in stream.normal() })
    }
    let path = folder.file("full.npz")
    try NPZFile.write(
      [
        Tensor(name: "wrec", shape: [units, units], values: j.transposed.elements), array("wi", [1, units]),
        array("wo", [units, 1]),
      ], to: path)
    let svd = try SingularValueDecomposition(of: j)
    for rank in [1, 2] {
      let output = folder.file("net\(rank).npz")
      let outcome = try kappa(
        "train", "perceptual-decision", "--start", path, "--rank", "\(rank)", "--updates", "1",
        "--learning-rate",
        "1e-12", "-o", output)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let file = try TensorFile.read(output)
      let m = try #require(file["m"])
      let n = try #require(file["n"])
      #expect(m.shape == [units, rank])
      var difference = 0.0
      for i in 0..<units {
        for k in 0..<units {
          let started =
            (0..<rank).reduce(0) { $0 + m.values[i * rank + $1] * n.values[k * rank + $1] } / Double(units)
          let best = (0..<rank).reduce(0) { $0 + svd.u[i, $1] * svd.singularValues[$1] * svd.v[k, $1] }
          difference = max(difference, abs(started - best))
        }
      }
      #expect(difference < 1e-9, "seed \(seed), rank \(rank)")
    }
  }

  @Test func theReportOfATrainedNetworkShowsItsLosses() throws {
    let folder = try ScratchFolder()
    let path = try trained(folder)
    for (network, expected) in [(path, true), (try folder.network("other.npz"), false)] {
      let report = folder.file("report-\(expected)")
      let outcome = try kappa(
        "distill", network, "--task", "parametric-working-memory", "--trial-count", "5", "--redraws", "0",
        "-o",
        report, environment: ["PATH": "/nonexistent"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      let page = try String(contentsOfFile: report + "/report.html", encoding: .utf8)
      #expect(page.contains("losses of its 60 updates") == expected)
      #expect(FileManager.default.fileExists(atPath: report + "/figures/loss.gp") == expected)
    }
  }
}
