// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import NetworkFiles

extension Train {
  /// The name of a row's trained network.
  public static let networkFile = "network.npz"

  /// Trains in a folder, from wherever an earlier run in the same folder had come to.
  ///
  /// A run writes the file that the one before did not, so that a whole checkpoint is there at any moment; at the end it
  /// is renamed to `networkFile`.
  ///
  /// - Parameter folder: one that belongs to this training alone.
  /// - Throws: as `run`.
  public func run(resumingIn folder: String, observer: some Observer) throws(StudyError) -> TrainingResult {
    guard resume == nil, output == nil else {
      throw StudyError(
        .usage, "", "`resume` and `output`: a training in a folder of its own gives them itself.")
    }
    let final = folder + "/" + Self.networkFile
    let slots = [folder + "/checkpoint-1.npz", folder + "/checkpoint-2.npz"]
    var study = self
    let newest = Self.newest([final] + slots)
    study.output = slots.first { $0 != newest } ?? slots[0]
    if let newest {
      // The file says what network training began with, and by which recipe.
      if updates == nil { study.updates = try updatesOfRecipe() }
      study.resume = newest
      study.start = nil
      study.training.recipe = nil
    }
    let result = try study.run(observer: observer)
    guard let output = study.output, rename(output, final) == 0 else {
      throw StudyError(
        .cannotWrite, final,
        "expected to put the network in its place, found \(String(cString: strerror(errno)))")
    }
    for slot in slots { unlink(slot) }
    return result
  }

  /// The checkpoint of the most updates; what cannot be read is none.
  private static func newest(_ paths: [String]) -> String? {
    var best: (path: String, updates: Int)?
    for path in paths where access(path, F_OK) == 0 {
      guard let file = try? TrainingFile(reading: path) else { continue }
      if file.state.updates > best?.updates ?? -1 { best = (path, file.state.updates) }
    }
    return best?.path
  }
}
