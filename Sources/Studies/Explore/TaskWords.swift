// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Tasks

extension Tasks.Task {
  /// What a published task shows and asks for, in a sentence or two; empty for others.
  var words: String {
    switch kind {
    case .perceptualDecision:
      "One channel of noisy evidence: in the response window z is to be +1 where it was positive, −1 where negative."
    case .parametricWorkingMemory:
      "Two frequencies with a delay between them: after the second one z is to be their difference, (f₁ − f₂)/24."
    case .contextDependentDecision:
      "Two channels of noisy evidence, colour and motion, and a context that says which of them counts: in the response "
        + "window z is to be +1 or −1, the sign of that evidence, whatever the other one says."
    case .multisensoryDecision:
      "Evidence from vision, from hearing or from both, which then agree: in the response window z is to be +1 or −1, its "
        + "sign."
    case .delayedMatchToSample:
      "Two stimuli, each A or B, with a delay between them: in the response window z is to be +1 if they match and −1 if "
        + "not."
    case nil: ""
    }
  }
}
