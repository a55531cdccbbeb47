// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FuzzSupport
import NetworkFiles
import Training

/// Whatever a file of a training holds, it goes on by one update or is refused in words.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
  ProcessorTime.limit()
  do {
    let file = try TrainingFile(reading: Scratch.file(data, size))
    var options = file.record.options
    // A budget: large networks and batches are legal, but here every input has two seconds.
    guard options.units <= 32, options.batch <= 16, options.fixedTrials ?? 0 <= 64,
      file.task.steps <= 2000, file.state.updates <= 1000
    else { return 0 }
    options.threads = 1
    var trainer = try Trainer(task: file.task, options: options, state: file.state)
    try trainer.advance(by: 1)
  } catch {
    let text = "\(error)"
    precondition(!text.isEmpty && !text.contains("\n"))
  }
  return 0
}

/// Changes numbers in the record, or the parts of the archive, and mends its sums.
@_cdecl("LLVMFuzzerCustomMutator")
public func fuzzMutate(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ most: Int, _ seed: UInt32) -> Int {
  ZipMutator.apply(data, size, most, seed: seed)
}
