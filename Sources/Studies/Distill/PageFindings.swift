// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// What a page on a distillation shows beyond its numbers: fixed points by epoch, other circuits on other trials, and what
/// follows from them.
public struct PageFindings: Sendable {
  /// Fixed points under the input of each panel.
  public let portraits: [EpochPortrait]
  /// Circuits of all closures beside the study's own; `nil` where none was asked for or it takes too long.
  public let survey: ClosureSurvey?
  /// Fixed points of the circuit over the input that moves κ most.
  public let bifurcation: DistillationBifurcation
  /// Psychometric curves, and whether they count choices; `nil` where the trials have none.
  public let psychometrics: (curves: [PsychometricCurve], asShare: Bool)?
  /// What the page says first: three sentences at most.
  public let headline: [String]
  /// Everything that was found, in sentences.
  public let verdict: [String]

  init(
    _ findings: DistillationFindings, portraits: [EpochPortrait], fits: SharedFits, closures: Int?,
    observer: some Observer
  ) throws(StudyError) {
    let name = findings.run.path
    self.portraits = portraits
    let survey = try StudyError.converting(about: name) {
      try ClosureSurvey(findings, most: closures, fits: fits, observer)
    }
    self.survey = survey
    bifurcation = try DistillationBifurcation(findings.contexts, panels: findings.panels, observer)
    psychometrics = try StudyError.converting(about: name) { try findings.psychometricCurves() }
    headline = findings.headline(portraits, survey)
    verdict = findings.pageVerdict(portraits, survey)
  }
}
