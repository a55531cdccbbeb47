// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import Testing

@testable import Studies

/// Whole commands under the stopwatch, with programs of the system in the command's place: times are not looked at.
@Suite struct CommandBenchTests {
  @Test func everyCommandIsMeasured() throws {
    let measured = try Bench(sections: [.command], rounds: 2, command: "/usr/bin/true").run()
    #expect(Set(measured.map { "\($0.variant) \($0.size)" }).count == measured.count)
    #expect(measured.count > 10)
    #expect(measured.allSatisfy { $0.what == "command" && $0.nanoseconds >= 0 && $0.nanoseconds.isFinite })
    // Whoever asks for all sections has not asked for minutes of commands.
    #expect(!Bench().wanted.contains(.command))
  }

  @Test func aCommandThatFailsIsNamed() {
    let error = #expect(throws: StudyError.self) {
      try Bench(sections: [.command], rounds: 1, command: "/usr/bin/false").run()
    }
    #expect(error?.kind == .software)
    #expect(error?.text.contains("kappa train perceptual-decision") == true, "\(String(describing: error))")
  }

  @Test func withoutTheCommandNothingIsRun() {
    let error = #expect(throws: StudyError.self) { try Bench(sections: [.command]).run() }
    #expect(error?.kind == .usage)
  }

  /// A command that would run for ever is ended when nobody wants the answer any more.
  @Test func aCommandIsCalledOff() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let endless = folder.appending(path: "endless")
    try "#!/bin/sh\nexec sleep 1000\n".write(to: endless, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: endless.path)
    struct Impatient: Observer {
      func remark(_ remark: Remark) {}
      var isCancelled: Bool { true }
    }
    let bench = CommandBench(program: endless.path, rounds: 1)
    let error = #expect(throws: StudyError.self) { try bench.measure(observer: Impatient()) }
    #expect(error?.kind == .cancelled)
  }
}
