// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import TestSupport
import Testing

@testable import Report

/// Helper programs end, and leave nobody behind.
@Suite struct ChildProgramTests {
  @Test func codesAreTold() {
    func run(_ words: String...) -> ChildProgram.Outcome {
      ChildProgram.run(words, errors: "/dev/null", limit: .seconds(60))
    }
    #expect(run("true") == .exited(0))
    #expect(run("sh", "-c", "exit 3") == .exited(3))
    #expect(run("sh", "-c", "kill -9 $$") == .exited(128 + 9))
    #expect(run("kappa-no-such-program") == .missing)
  }

  /// Arguments are words, whatever is in them; the folder is one, too.
  @Test func argumentsAndFoldersAreNoCode() throws {
    let base = TemporaryFolder()
    defer { base.remove() }
    let names = HostileNames.all.filter {
      !$0.isEmpty && !$0.utf8.contains(0) && !$0.utf8.contains(0x2F) && $0.utf8.count < 200
    }
    for name in names + ["-", "--", "-e", "a'; touch forged; '"] {
      let folder = base.path + "/" + name
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let outcome = ChildProgram.run(
        ["sh", "-c", "printf %s \"$1\" > said", "sh", name], in: folder, errors: "/dev/null",
        limit: .seconds(60))
      #expect(outcome == .exited(0), "\(name.debugDescription)")
      #expect(
        FileManager.default.contents(atPath: folder + "/said") == Data(name.utf8), "\(name.debugDescription)")
      #expect(!FileManager.default.fileExists(atPath: folder + "/forged"))
    }
    #expect(
      ChildProgram.run(["true"], in: base.path + "/none", errors: "/dev/null", limit: .seconds(60))
        == .exited(126))
  }

  /// Complaints go to the file that was named.
  @Test func complaintsAreKept() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let log = folder.path + "/log"
    _ = ChildProgram.run(["sh", "-c", "echo bad >&2; exit 1"], errors: log, limit: .seconds(60))
    #expect(try String(contentsOfFile: log, encoding: .utf8) == "bad\n")
  }

  /// What does not end is stopped, with all that it started; so are those whom a program leaves behind when it ends.
  @Test(arguments: ["sleep 100000 & echo $! > child; wait", "sleep 100000 & echo $! > child"])
  func nobodyIsLeftBehind(script: String) throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let limit: Duration = script.hasSuffix("wait") ? .seconds(1) : .seconds(60)
    let outcome = ChildProgram.run(["sh", "-c", script], in: folder.path, errors: "/dev/null", limit: limit)
    #expect(outcome == (script.hasSuffix("wait") ? .tookTooLong : .exited(0)))
    let child = try String(contentsOfFile: folder.path + "/child", encoding: .utf8)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    // Killed is not yet reaped: a zombie (Z) runs no more. The kernel may take a moment.
    let check =
      "for i in $(seq 500); do s=$(ps -o stat= -p \(child)); case \"$s\" in ''|Z*) exit 0;; esac; done; exit 1"
    #expect(Program.run(["sh", "-c", check]) == 0, "process \(child) still runs")
  }
}
