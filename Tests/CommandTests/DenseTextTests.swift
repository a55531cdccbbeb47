// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import NetworkFiles
import TestSupport
import Testing

/// Of a dense J no command says anything about its truncation under the name of the network: all that every command writes
/// to the terminal, as JSON and into files is searched.
@Suite struct DenseTextTests {
  /// What holds for m nᵀ/N alone, as it is said where J is m nᵀ/N.
  private static let claims = [
    "exact manifold", "exact [0-9]+-dimensional", "reproduces the network", "finite N alone",
    "compatible with finite N", "[Tt]he network has", "the network's (number|fixed|own, and|loadings|units)",
    "units? moves? in", "its exact manifold", "made of the [0-9]+ units of [^ ,]*npz\\.",
  ]

  /// A file of two directions and a bulk that matters, and trials with targets.
  private func files(_ folder: ScratchFolder, dense: Bool) throws -> (network: String, trials: String) {
    let units = 40
    var stream = RandomStream(seed: 43)
    func normals(_ columns: Int) -> Matrix {
      Matrix(rows: units, columns: columns) { _, _ in stream.normal() }
    }
    let (a, b, inputs, readouts) = (normals(2), normals(2), normals(1), normals(1))
    let bulk = normals(units)
    var tensors = [
      Tensor(name: "I", inputs), Tensor(name: "alpha", scalar: 0.2), Tensor(name: "transfer", text: "tanh"),
      Tensor(name: "form", text: "current"),
    ]
    if dense {
      let j = Matrix(rows: units, columns: units) { i, k in
        1.5 * (a[i, 0] * b[k, 0] + a[i, 1] * b[k, 1]) / Double(units)
          + 0.7 * bulk[i, k] / Double(units).squareRoot()
      }
      tensors += [
        Tensor(name: "J", j),
        Tensor(
          name: "w", Matrix(rows: units, columns: 1) { readouts[$0, $1] / Double(units) }),
      ]
    } else {
      tensors += [Tensor(name: "m", a), Tensor(name: "n", b), Tensor(name: "w", readouts)]
    }
    let u = (0..<(12 * 20)).map { place -> Double in
      let size = 0.3 + Double(place / 20) / 20
      return place % 20 < 5 ? 0 : (place / 20) % 2 == 0 ? size : -size
    }
    let paths = (folder.file(dense ? "dense.npz" : "low.npz"), folder.file("trials.npz"))
    try NPZFile.write(tensors, to: paths.0)
    try NPZFile.write(
      [
        Tensor(name: "u", shape: [12, 20, 1], values: u),
        Tensor(name: "target", shape: [12, 20, 1], values: u.map { $0 > 0 ? 1 : -1 }),
      ], to: paths.1)
    return paths
  }

  /// Every command that takes a network, with the files that it writes.
  private func commands(_ network: String, _ trials: String, _ folder: ScratchFolder) -> [[String]] {
    let rank = network.hasSuffix("dense.npz") ? ["--rank", "2"] : []
    let circuit = ["--populations", "1"]
    func out(_ name: String) -> [String] { ["-o", folder.file(name)] }
    let with = [network, "--trials", trials] + rank
    var result = [
      ["inspect", network] + rank, ["inspect"] + with, ["compare"] + with + circuit,
      ["distill"] + with + circuit + out("report"), ["structure", network] + rank + ["--simulations", "20"],
      ["ablate"] + with + ["--populations", "2"], ["simulate"] + with + out("s.npz"),
      ["simulate"] + with + ["--dynamics", "manifold"] + out("m.npz"), ["currents"] + with,
      ["bulk", network, "--gain", "0.3"] + rank, ["explore"] + with + circuit + out("page.html"),
      ["explore", network] + rank + out("alone.html"),
      ["bifurcation", network, "--parameter", "I1", "--range", "-1:1"] + rank,
      ["export", network, "--to", "json"] + rank + out("circuit.json"),
      ["merge"] + with + ["--to", "30"] + out("merged.npz"),
    ]
    for on in ["manifold", "circuit"] { result.append(["fixed-points", network, "--on", on] + rank) }
    for language in ["python", "julia", "javascript", "xpp", "latex"] {
      result.append(["export", network, "--to", language] + rank)
    }
    for place in result.indices
    where ["inspect", "compare", "distill", "structure"].contains(result[place][0]) {
      result.append(result[place] + ["--json"])
    }
    return result
  }

  /// All that a run wrote, the figures' numbers and scripts left out.
  private func text(_ arguments: [String]) throws -> String {
    let run = try kappa(arguments)
    #expect(run.status == 0, "\(arguments): \(run.errors)")
    var text = run.output + run.errors
    guard let place = arguments.firstIndex(of: "-o") else { return text }
    let path = arguments[place + 1]
    let files =
      arguments[0] == "distill"
      ? ["report.html", "equations.tex", "circuit.json"].map { path + "/" + $0 }
      : path.hasSuffix(".npz") ? [] : [path]
    for file in files {
      var content = try String(contentsOfFile: file, encoding: .utf8)
      // The program of an interactive page speaks of any circuit.
      content = content.replacing(
        /<script[^{]*?>(?:(?!<\/script>).)*<\/script>/.dotMatchesNewlines(), with: "")
      text += content
    }
    return text
  }

  private func claims(in text: String) throws -> [String] {
    try Self.claims.filter { text.contains(try Regex($0)) }
  }

  @Test func noCommandSpeaksOfTheCutAsTheNetwork() throws {
    let folder = try ScratchFolder()
    let (network, trials) = try files(folder, dense: true)
    for arguments in commands(network, trials, folder) {
      let text = try text(arguments)
      let found = try claims(in: text.replacing(/\s+/, with: " "))
      #expect(found.isEmpty, "\(arguments.joined(separator: " ")): \(found)")
      // Whose m and n they are is said wherever there are numbers of theirs.
      let says = ["rank 2 instead of J", "cut to rank 2", "are of rank 2, which leaves out"]
      #expect(
        arguments[0] == "merge" || says.contains { text.contains($0) }, "\(arguments.joined(separator: " "))")
    }
  }

  /// The words are there for a network that is m nᵀ/N itself, so that the search can find them.
  @Test func theSearchFindsThem() throws {
    let folder = try ScratchFolder()
    let (network, trials) = try files(folder, dense: false)
    var found: Set<String> = []
    for command in commands(network, trials, folder) where ["distill", "explore"].contains(command[0]) {
      found.formUnion(try claims(in: try text(command).replacing(/\s+/, with: " ")))
    }
    for claim in ["exact manifold", "[Tt]he network has", "units? moves? in"] {
      #expect(found.contains(claim), "\(claim): \(found)")
    }
  }
}
