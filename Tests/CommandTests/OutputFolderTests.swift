// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import Testing

/// Folders for results are looked at before any work is done, by whatever command.
@Suite struct OutputFolderTests {
  /// Arguments of each command that writes into a folder, with a network that would give work to do.
  private func commands(_ folder: ScratchFolder) throws -> [[String]] {
    let network = try folder.network()
    return [
      ["course"], ["distill", network, "--task", "perceptual-decision"],
      ["bifurcation", network, "--parameter", "I1", "--range=-1:1"],
    ]
  }

  /// One line and nothing else: `course` says what it is at from its fiftieth update on, which has to come later.
  private func expectRefusal(_ arguments: [String], naming text: String) throws {
    expectOneLine(try kappa(arguments), status: 73, naming: text)
  }

  @Test func aFileOnTheWayIsRefusedAtOnce() throws {
    let folder = try ScratchFolder()
    let file = folder.file("file")
    _ = FileManager.default.createFile(atPath: file, contents: Data("x".utf8))
    for arguments in try commands(folder) {
      for path in [file, file + "/a", file + "/a/b/c"] {
        try expectRefusal(arguments + ["-o", path], naming: file)
      }
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Data("x".utf8))
  }

  /// /proc takes no folders, from nobody.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self")))
  func aPlaceWhereNoFolderCanBeIsRefusedAtOnce() throws {
    let folder = try ScratchFolder()
    for arguments in try commands(folder) {
      try expectRefusal(arguments + ["-o", "/proc/kappa/results"], naming: "/proc/kappa")
    }
  }

  /// Root may write everywhere, so that this can only be seen by others.
  @Test(.enabled(if: geteuid() != 0)) func aReadOnlyFolderIsRefusedAtOnce() throws {
    let folder = try ScratchFolder()
    let locked = folder.file("locked")
    try FileManager.default.createDirectory(
      atPath: locked, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o555])
    for arguments in try commands(folder) {
      for path in [locked, locked + "/a/b"] { try expectRefusal(arguments + ["-o", path], naming: locked) }
    }
    expectOneLine(
      try kappa("train", "perceptual-decision", "-o", locked + "/net.npz"), status: 73, naming: locked)
  }

  @Test func whatIsInTheWayInsideIsRefusedAtOnce() throws {
    let folder = try ScratchFolder()
    let (figures, page) = (folder.file("a"), folder.file("b"))
    for path in [figures, page + "/course.html"] {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    _ = FileManager.default.createFile(atPath: figures + "/figures", contents: nil)
    try expectRefusal(["course", "-o", figures], naming: "figures")
    try expectRefusal(["course", "-o", page], naming: "course.html")
  }

  /// Looking leaves nothing behind.
  @Test func aRefusedRunMakesNoFolder() throws {
    let folder = try ScratchFolder()
    let outcome = try kappa(
      "distill", folder.file("none.npz"), "--task", "perceptual-decision", "-o", folder.file("x/y"))
    #expect(outcome.status == 66, "\(outcome.errors)")
    #expect(folder.contents.isEmpty, "\(folder.contents)")
  }
}
