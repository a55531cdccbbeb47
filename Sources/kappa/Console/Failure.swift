// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// A failure that the command itself finds: one line, and the exit code of sysexits that it stands for.
struct Failure: Error, CustomStringConvertible {
  /// Exit codes, named as in sysexits.h.
  enum Code: Int32 {
    case usage = 64
    case badData = 65
    case noInput = 66
    case software = 70
    case cannotCreate = 73
  }

  let code: Code
  let description: String

  init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
