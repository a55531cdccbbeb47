// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import NetworkFiles
import TestSupport
import Testing

/// What a run of the command left behind.
struct Outcome {
  let status: Int32
  let output: String
  let errors: String

  /// stdout as JSON.
  func json() throws -> Any { try JSONSerialization.jsonObject(with: Data(output.utf8)) }

  /// stdout as a JSON object.
  func object() throws -> [String: Any] { try #require(json() as? [String: Any]) }
}

/// Runs the command that was built together with the tests.
func kappa(_ arguments: String..., environment: [String: String] = [:]) throws -> Outcome {
  try kappa(arguments, environment: environment)
}

/// Runs the command that was built together with the tests.
func kappa(_ arguments: [String], environment: [String: String] = [:]) throws -> Outcome {
  let process = Process()
  process.executableURL = productsFolder.appendingPathComponent("kappa")
  process.arguments = arguments
  process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
  let folder = try ScratchFolder()
  // Files, not pipes: a pipe that nobody empties would stop a talkative command.
  let paths = ["out", "err"].map { folder.file($0) }
  let handles = try paths.map { path in
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    return try #require(FileHandle(forWritingAtPath: path))
  }
  process.standardInput = FileHandle.nullDevice
  process.standardOutput = handles[0]
  process.standardError = handles[1]
  try process.run()
  process.waitUntilExit()
  let texts = try paths.map { try String(contentsOfFile: $0, encoding: .utf8) }
  #expect(process.terminationReason == .exit, "a crash: kappa \(arguments.joined(separator: " "))")
  return Outcome(status: process.terminationStatus, output: texts[0], errors: texts[1])
}

/// Where SwiftPM puts executables and the test bundle alike.
let productsFolder: URL = {
  #if os(macOS)
    for bundle in Bundle.allBundles where bundle.bundlePath.hasSuffix(".xctest") {
      return bundle.bundleURL.deletingLastPathComponent()
    }
  #endif
  return URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
}()

/// A folder that goes away with its owner.
final class ScratchFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "kappa-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  /// What lies in it.
  var contents: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }

  /// A small network of one input and one output that does something, written as .npz.
  func network(_ name: String = "network.npz", rank: Int = 1, inputs: Int = 1, seed: UInt64 = 301) throws
    -> String
  {
    let network = try randomNetwork(units: 60, rank: rank, inputs: inputs, outputs: 1, seed: seed)
    func array(_ name: String, _ matrix: Matrix) -> Tensor {
      Tensor(name: name, matrix)
    }
    let path = file(name)
    try NPZFile.write(
      [
        array("m", network.m), array("n", network.n), array("I", network.inputs),
        array("w", network.readouts),
        Tensor(name: "alpha", shape: [], values: [0.2]),
      ], to: path)
    return path
  }
}

/// The one line that an error is.
func expectOneLine(_ outcome: Outcome, status: Int32, naming text: String) {
  #expect(outcome.status == status, "\(outcome.errors)")
  #expect(outcome.output.isEmpty)
  let lines = outcome.errors.split(separator: "\n")
  #expect(lines.count == 1 && outcome.errors.hasPrefix("error: "), "\(outcome.errors)")
  #expect(outcome.errors.contains(text), "\(outcome.errors)")
}
