// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FuzzSupport
import NetworkFiles

/// Whatever a file holds, it is trials or a `FileError` that says why not.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
  ProcessorTime.limit()
  do throws(FileError) {
    _ = try TrialsFile.readAll(Scratch.file(data, size))
  } catch {
    precondition(!error.description.isEmpty && !error.description.contains("\n"))
  }
  return 0
}

/// Changes the parts of an archive and mends its sums.
@_cdecl("LLVMFuzzerCustomMutator")
public func fuzzMutate(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ most: Int, _ seed: UInt32) -> Int {
  ZipMutator.apply(data, size, most, seed: seed)
}
