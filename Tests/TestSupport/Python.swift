// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC

/// Runs Python scripts, for the tests that ask NumPy itself.
public enum Python {
  /// Whether there is a python3 with NumPy.
  public static let hasNumPy = run("import numpy") == 0

  /// Runs a script; returns its exit status, or -1 when python3 cannot be started.
  public static func run(_ script: String) -> Int32 {
    var process = pid_t()
    var arguments = ["python3", "-c", script].map { (text: String) in strdup(text) }
    arguments.append(nil)
    defer { arguments.forEach { free($0) } }
    var status: Int32 = 0
    guard posix_spawnp(&process, "python3", nil, nil, arguments, nil) == 0 else { return -1 }
    while waitpid(process, &status, 0) < 0 { if errno != EINTR { return -1 } }
    return status
  }
}
