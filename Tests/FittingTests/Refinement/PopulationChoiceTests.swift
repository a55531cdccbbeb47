// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import TestSupport
import Testing

@testable import Fitting

/// Which circuits of a choice are anchored.
@Suite struct PopulationChoiceTests {
  private static let seed: UInt64 = 61

  private static func distiller() throws -> Distiller {
    let network = try randomNetwork(units: 80, rank: 1, inputs: 1, outputs: 1, seed: seed)
    return try Distiller(
      of: network, training: randomStimulus(trials: 3, steps: 8, channels: 1, seed: seed),
      validation: randomStimulus(trials: 3, steps: 8, channels: 1, seed: seed + 1), alpha: 0.2, seed: seed)
  }

  /// Far from enough, the curve has free fits, and the one that is taken is anchored within the choice's own limit.
  @Test func onlyTheChosenCircuitIsAnchored() throws {
    let distiller = try Self.distiller()
    let options = Distillation.Options(closure: .refined, seed: Self.seed)
    let choice = try PopulationChoice(from: distiller, options: options, candidates: [1, 2, 3], enough: 1e-9)
    #expect(choice.curve.map(\.populations) == [1, 2, 3])
    let free = try [1, 2, 3].map { populations in
      var options = options
      options.populations = populations
      options.anchor = .strength(0)
      return try distiller.distil(options).validation.value
    }
    let limit = 1.25 * (free.min() ?? 0)
    let place = try #require(free.firstIndex { $0 <= limit })
    #expect(choice.distillation.validation.value == choice.curve[place].validation.value)
    #expect(choice.distillation.validation.value <= limit, "seed \(Self.seed)")
    #expect(choice.distillation.anchors.first?.validation.value == free[place])
    for (index, fit) in choice.distillations.enumerated() where index != place {
      #expect(fit.anchor == 0 && fit.anchors.isEmpty && fit.validation.value == free[index])
    }
    // No stronger anchor stays within the limit.
    if let anchor = choice.distillation.anchor, let last = choice.distillation.anchors.last, anchor > 0 {
      #expect(last.strength == anchor)
      let bounds = choice.distillation.anchors.map(\.validation.bound)
      let allowed = max(limit, bounds[0])
      #expect(bounds.dropFirst().dropLast().allSatisfy { $0 > allowed })
      #expect(try #require(bounds.last) <= allowed)
    }
  }

  /// Where the free fit is good enough, its anchor is found at once, and the search ends.
  @Test func aCircuitThatIsGoodEnoughIsAnchoredAtOnce() throws {
    let options = Distillation.Options(closure: .refined, seed: Self.seed)
    let choice = try PopulationChoice(
      from: Self.distiller(), options: options, candidates: [1, 2], enough: 10)
    #expect(choice.curve.map(\.populations) == [1] && !choice.distillation.anchors.isEmpty)
  }

  /// The circuit that ends the search is the one that is taken: a smaller one within the tolerance is not, as long as it is
  /// worse than enough.
  @Test func aSmallerCircuitThatIsNotGoodEnoughIsNotTaken() throws {
    let distiller = try Self.distiller()
    var options = Distillation.Options(closure: .refined, seed: Self.seed)
    options.anchor = .strength(0)
    let errors = try [1, 2, 3].map { populations in
      options.populations = populations
      return try distiller.distil(options).validation.bound
    }
    let better = try #require(errors.indices.first { errors[$0] < errors[0] }, "\(errors)")
    let choice = try PopulationChoice(
      from: distiller, options: options, candidates: [1, 2, 3], enough: errors[better], tolerance: 1e9)
    #expect(choice.curve.last?.populations == better + 1)
    #expect(choice.distillation.validation.bound == errors[better])
  }
}
