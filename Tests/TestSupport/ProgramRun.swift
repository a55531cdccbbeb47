// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation

/// Runs programs that tests ask for an independent answer.
public enum Program {
  /// Whether a program of this name can be found in PATH.
  public static func isInstalled(_ name: String) -> Bool { run(["which", name]) == 0 }

  /// Runs a program found in PATH, silently, in a folder; its exit status, or -1 when it cannot be started.
  public static func run(_ arguments: [String], in folder: String? = nil) -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch { return -1 }
    process.waitUntilExit()
    return process.terminationStatus
  }
}
