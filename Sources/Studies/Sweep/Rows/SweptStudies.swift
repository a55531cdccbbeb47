// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

extension Train {
  /// Trains as a row of a sweep, which leaves the network in the row's folder.
  public func answer(in place: SweptCommand.Place, observer: any Observer) throws(StudyError)
    -> SweptCommand.Answer
  {
    var study = self
    (study.threads, study.output) = (place.threads, nil)
    let result = try study.run(resumingIn: place.folder, observer: observer)
    return SweptCommand.Answer(json: try StudyJSON.text(result), files: ["network": Self.networkFile])
  }
}

extension Distill {
  /// Distills as a row of a sweep, which leaves the circuit in the row's folder.
  public func answer(on subject: Subject, in place: SweptCommand.Place, observer: any Observer)
    throws(StudyError) -> SweptCommand.Answer
  {
    Concurrently.limit(to: place.threads)
    let result = try run(on: subject, observer: observer)
    let json = try StudyJSON.text(result)
    guard let circuit = result.findings?.run.document else { return SweptCommand.Answer(json: json) }
    try StudyError.converting { try circuit.write(to: place.folder + "/circuit.json") }
    return SweptCommand.Answer(json: json, files: ["circuit": "circuit.json"])
  }
}

extension Bulk {
  /// Answers as a row of a sweep.
  public func answer(on subject: Subject, in place: SweptCommand.Place, observer: any Observer)
    throws(StudyError) -> SweptCommand.Answer
  {
    Concurrently.limit(to: place.threads)
    return SweptCommand.Answer(json: try StudyJSON.text(run(on: subject, observer: observer)))
  }
}
