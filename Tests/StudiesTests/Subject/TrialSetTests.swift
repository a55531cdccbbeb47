// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Studies
import Testing

/// Trials for one study share nothing: what is judged was not fitted to.
@Suite struct TrialSetTests {
  @Test func purposesOfASeedHaveTrialsOfTheirOwn() {
    let seeds = RandomStream.TrialPurpose.allCases.map { RandomStream.seed(1, for: $0) }
    #expect(Set(seeds).count == seeds.count)
    // The numbers of version 0.1, by which its results can be made again.
    #expect(seeds == [1, 1_000_004, 2_000_004, 3_000_004, 4_000_004, 5_000_004])
    // Seeds at the end of the range go round instead of trapping.
    #expect(RandomStream.seed(.max, for: .fitted) == 1_000_002)
  }

  @Test func aFilesTrialsAreDealtOutWithoutRest() throws {
    let stimulus = Stimulus(trials: 10, steps: 2, channels: 1, values: (0..<20).map(Double.init))
    let set = try TrialSet.dealtOut(Trials(stimulus: stimulus), source: "ten", seed: 4)
    let parts = [set.trials.stimulus, try #require(set.training), try #require(set.validation)]
    #expect(parts.map(\.trials) == [4, 3, 3])
    #expect(parts.flatMap(\.values).sorted() == stimulus.values)
    #expect(set.numbers?.map { stimulus[$0, 0, 0] } == (0..<4).map { set.trials.stimulus[$0, 0, 0] })
    #expect(throws: StudyError.self) {
      try TrialSet.dealtOut(
        Trials(stimulus: Stimulus(trials: 2, steps: 1, channels: 1)), source: "two", seed: 1)
    }
  }
}
