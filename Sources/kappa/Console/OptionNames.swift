// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import Studies

/// The options behind the fields of requests, so that errors and remarks speak of what a person has typed.
enum OptionNames {
  /// `trialCount` is `--trial-count`.
  static func option(_ field: String) -> String {
    field == "output"
      ? "-o" : "--" + field.map { $0.isUppercase ? "-" + $0.lowercased() : String($0) }.joined()
  }

  /// A text in which the fields stand in backquotes, with the options in their place.
  static func inPlaceOfFields(_ text: String) -> String {
    let parts = text.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
    guard parts.count > 2, parts.count % 2 == 1 else { return text }
    return parts.enumerated().map { index, part in
      let isField = index % 2 == 1 && !part.isEmpty && part.allSatisfy { $0.isLetter && $0.isASCII }
      return isField ? option(part) : index % 2 == 1 ? "`\(part)`" : part
    }.joined()
  }

  /// An error's line. Its quantity is a field where the error is one of usage and the quantity is one of these.
  static func line(_ error: StudyError) -> String {
    let quantity =
      error.kind == .usage && fields.contains(error.quantity) ? option(error.quantity) : error.quantity
    return (quantity.isEmpty ? "" : Console.plain(quantity) + ": ") + inPlaceOfFields(error.text)
  }

  /// Fields of requests that errors are about.
  private static let fields: Set<String> = [
    "alpha", "dt", "tau", "rank", "vectors", "transfer", "scaling", "gauge", "trialCount", "delay",
    "contextScale",
    "inputNoise", "preset", "populations", "closure", "closures", "anchor", "replicates", "redraws",
    "precision",
    "dynamics", "noise", "threads", "lastSteps", "states", "starts", "seed", "input", "basins", "cycles",
    "bootstrap",
    "network", "parameter", "range", "points", "units", "moments", "permutations", "updates", "networks",
    "batch",
    "learningRate", "readoutDeviation", "overlap", "clip", "train", "curriculum", "start", "resume", "delta",
    "mean",
    "rule", "rounds", "initialState", "circuit", "output", "fixedTrials", "gains",
    "heldOut", "inputsAlong", "readoutsAlong", "probe", "pairs", "retrain", "to",
    "keepBest", "gain", "interval", "cores", "memory", "time", "atOnce", "partition",
    "largestRank", "folds", "free", "form", "fit", "repeats",
  ]
}

extension ParsableArguments {
  /// Lets a request refuse what makes no sense while the arguments are still being parsed.
  func check(_ validate: () throws(StudyError) -> Void) throws {
    do {
      try validate()
    } catch {
      throw ValidationError(OptionNames.line(error))
    }
  }
}
