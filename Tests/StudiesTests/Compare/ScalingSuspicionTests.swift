// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles
import TestSupport
import Testing

@testable import Studies

/// A factor 1/N in the wrong place, suspected from sizes alone: half-way in decades between the two conventions.
@Suite struct ScalingSuspicionTests {
  /// A network whose file has entries of a size, read by a scaling.
  private func imported(_ size: Double, _ scaling: Scaling, units: Int = 400) throws -> ImportedNetwork {
    var stream = RandomStream(seed: 3)
    func tensor(_ name: String) -> Tensor {
      Tensor(
        name: name, shape: [units, 1], values: (0..<units).map { _ in size * stream.normal() })
    }
    let file = TensorFile(inMemory: ["m", "n", "I", "w"].map(tensor))
    return try Subject(file, name: "net", reading: ReadingRequest(alpha: 0.2, scaling: scaling)).imported()
  }

  /// Trained networks have RMS(m) RMS(n) of 1.9 to 4.5 in J = m nᵀ/N, so that the file of J = m nᵀ has N times less.
  @Test(arguments: [1.9, 4.5], [100, 500, 4000]) func readRightOrWrong(product: Double, units: Int) throws {
    let own = product.squareRoot()
    let unscaled = (product / Double(units)).squareRoot()
    #expect(ScalingSuspicion(try imported(own, .mean, units: units)) == nil)
    #expect(ScalingSuspicion(try imported(unscaled, .none, units: units)) == nil)
    let mean = try #require(ScalingSuspicion(try imported(unscaled, .mean, units: units)))
    #expect(mean.remark.code == "scaling-suspected" && mean.remark.text.contains("--scaling none"))
    #expect(mean.remark.weight == .warning && mean.remark.values["units"] == Double(units))
    let none = try #require(ScalingSuspicion(try imported(own, .none, units: units)))
    #expect(none.remark.text.contains("--scaling mean"))
  }

  /// On either side of the limits N^-½ and N^½.
  @Test func theLimits() throws {
    let root = 400.0.squareRoot()
    func isSuspected(_ product: Double, _ scaling: Scaling) throws -> Bool {
      // What was read without 1/N stands N times smaller in the file.
      let size = (scaling == .mean ? product : product / 400).squareRoot()
      return ScalingSuspicion(try imported(size, scaling)) != nil
    }
    #expect(try isSuspected(0.7 / root, .mean) && !isSuspected(1.5 / root, .mean))
    #expect(try isSuspected(1.5 * root, .none) && !isSuspected(0.7 * root, .none))
  }

  @Test func outputsAreLookedAtWhereTheTaskIsNotDone() throws {
    let network = try imported(1, .mean)
    #expect(ScalingSuspicion(network, z: (0.03, 1))?.remark.text.contains("33 times smaller") == true)
    #expect(ScalingSuspicion(network, z: (0.1, 1)) == nil)
    #expect(ScalingSuspicion(network, z: (0, 1)) == nil && ScalingSuspicion(network, z: (1, 0)) == nil)
    let unscaled = try imported(1.0 / 20, .none)
    #expect(ScalingSuspicion(unscaled, z: (30, 1))?.remark.text.contains("30 times larger") == true)
    #expect(ScalingSuspicion(unscaled, z: (10, 1)) == nil)
  }

  @Test func littleIsSaidOfFewUnitsAndOfADenseConnectivity() throws {
    #expect(ScalingSuspicion(try imported(0.01, .mean, units: 29)) == nil)
    #expect(ScalingSuspicion(try imported(0.01, .mean, units: 30)) != nil)
    let dense = ImportedNetwork(
      try randomNetwork(.everything(.current, dense: true), units: 40, seed: 5), alpha: 0.2)
    #expect(ScalingSuspicion(dense) == nil)
  }
}
