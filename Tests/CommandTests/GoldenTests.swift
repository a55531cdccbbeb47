// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import TestSupport
import Testing

/// What the command writes stays what it was: `Scripts/golden` says how, Tests/Fixtures/golden holds the copies.
struct GoldenTests {
  /// The names of the cases.
  static let cases: [String] = {
    struct Case: Decodable { let name: String }
    let data = FileManager.default.contents(atPath: fixturesFolder + "/golden/cases.json") ?? Data()
    return (try? JSONDecoder().decode([Case].self, from: data))?.map(\.name) ?? []
  }()

  @Test("the cases can be read")
  func casesExist() { #expect(Self.cases.count > 20) }

  @Test(
    "as the golden copy", .enabled(if: Program.isInstalled("python3"), "python3 reads the copies"),
    arguments: cases)
  func isAsBefore(name: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: fixturesFolder + "/../../Scripts/golden")
    process.arguments = ["check", productsFolder.appendingPathComponent("kappa").path, name]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(text)")
  }
}
