// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import TestSupport
import Testing

@testable import NetworkFiles

/// Networks of the families in families.json, each with trials and the z that its own code computed.
@Suite(.enabled(if: sharedNetworksFolder != nil, "no folder shared/networks above the package"))
struct FamilyTests {
  struct Entry: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let file: String
    let trials: String
    let options: [String]
    var testDescription: String { name }
  }

  static let entries: [Entry] = {
    guard let folder = sharedNetworksFolder,
      let data = FileManager.default.contents(atPath: "\(folder)/families/families.json")
    else { return [] }
    return (try? JSONDecoder().decode([Entry].self, from: data)) ?? []
  }()

  /// The options of the command as those of the library.
  static func options(_ arguments: [String]) throws -> ImportOptions {
    var options = ImportOptions()
    for place in stride(from: 0, to: arguments.count - 1, by: 2) {
      let value = arguments[place + 1]
      switch arguments[place] {
      case "--transfer": options.transfer = try #require(TransferFunction(rawValue: value))
      case "--alpha": options.alpha = try #require(Double(value.hasPrefix(".") ? "0\(value)" : value))
      case "--form": options.form = try #require(NetworkForm(rawValue: value))
      case "--scaling": options.scaling = try #require(Scaling(rawValue: value))
      case "--vectors": options.vectors = try VectorNames(value)
      case "--scale": options.scale = try ScaleFactors(value)
      default: Issue.record("no such option: \(arguments[place])")
      }
    }
    return options
  }

  @Test func allFamiliesAreThere() { #expect(Self.entries.count == 12) }

  /// z to 1e-9 of the family's own code: sums in another order differ by 1e-14, single-precision weights are the same.
  @Test(arguments: entries)
  func zIsThatOfTheFamilysCode(entry: Entry) throws {
    let folder = try #require(sharedNetworksFolder) + "/families"
    let imported = try NetworkFile.load("\(folder)/\(entry.file)", Self.options(entry.options))
    let recorded = try TensorFile.read("\(folder)/\(entry.trials)")
    let u = try #require(recorded["u"])
    let z = try #require(recorded["z"])
    let stimulus = Stimulus(trials: u.shape[0], steps: u.shape[1], channels: u.shape[2], values: u.values)
    let simulated = Simulation(alpha: imported.alpha).run(
      try NetworkDynamics(imported.network), under: stimulus)
    #expect(relativeDifference(simulated.outputs, z.values) <= 1e-9, "\(imported.assumptions)")
    #expect(!imported.remarks.contains { $0.code == .unused }, "\(imported.warnings)")
  }
}
