// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import TestSupport
import Testing

@testable import Report

/// The folder of figures: it holds one run's, and whatever gnuplot does, it gets done.
@Suite struct FigureFolderTests {
  private func figure(_ name: String) -> Figure {
    var data = FigureData("x", "y")
    data.row(0, 1)
    data.row(1, 2)
    return Figure(
      name: name, caption: "a line", alternative: "a line from 1 to 2", data: [("values", data.text)],
      script: "plot '\(name).values' using 1:2 with lines", size: (300, 200))
  }

  /// A program in gnuplot's place.
  private func standIn(_ script: String, in folder: TemporaryFolder) throws -> String {
    let path = folder.path + "/gnuplot"
    try ("#!/bin/sh\n" + script).write(toFile: path + ".text", atomically: true, encoding: .utf8)
    // Another process writes what is run: while this one has it open for writing, a process that another test starts
    // inherits that for a moment, and the system refuses to run the file ("text file busy").
    try #require(Program.run(["cp", path + ".text", path]) == 0 && Program.run(["chmod", "755", path]) == 0)
    return path
  }

  @Test func olderFiguresGo() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let figures = folder.path + "/figures"
    let program = try standIn("echo '<svg></svg>' > \"${3%.gp}.svg\"", in: folder)
    let writer = FigureFolder(path: figures, program: program, limit: .seconds(60))
    _ = try writer.write([figure("old"), figure("phase")])
    for name in ["mine.gp", "old-notes.txt", "photo.svg"] {
      try "mine".write(toFile: figures + "/" + name, atomically: true, encoding: .utf8)
    }
    _ = try OutputFolder(folder.path, writing: [], keeping: []).fill { place in
      try FigureFolder(path: place + "/figures", program: program, limit: .seconds(60))
        .write([figure("phase")])
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: figures).sorted() == [
        "mine.gp", "old-notes.txt", "phase.gp", "phase.svg", "phase.values", "photo.svg", "style.gp",
      ])
  }

  /// Ending well is not enough: there must be a drawing, and not one of before.
  @Test(arguments: ["exit 0", "echo nothing > \"${3%.gp}.svg\"", "exit 2"])
  func aPictureIsLookedAt(script: String) throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let figures = folder.path + "/figures"
    try FileManager.default.createDirectory(atPath: figures, withIntermediateDirectories: true)
    try "<svg>older</svg>".write(toFile: figures + "/b.svg", atomically: true, encoding: .utf8)
    let result = try FigureFolder(
      path: figures, program: try standIn(script, in: folder), limit: .seconds(60)
    ).write([figure("a"), figure("b")])
    #expect(result.pictures.isEmpty && result.problems.count == 2, "\(result.problems)")
    #expect(result.problems.allSatisfy { $0.contains(".log beside it") })
    #expect(!result.files.contains("b.svg"))
  }

  /// One that does not end is asked once, and the page says why it has no pictures.
  @Test func aHangingProgramIsStopped() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let program = try standIn("sleep 100000", in: folder)
    let result = try FigureFolder(path: folder.path + "/figures", program: program, limit: .milliseconds(200))
      .write([figure("a"), figure("b")])
    #expect(result.pictures.isEmpty && result.problems.count == 1)
    #expect(result.problems.first?.contains("was stopped") == true)
    #expect(result.files.contains("b.gp"), "scripts and data are there")
    let page = HTMLRenderer(pictures: result.pictures, folder: "figures").page(
      Document(title: "t", remarks: result.problems, sections: [.init("Figures", [.figure(figure("a"))])]))
    #expect(page.contains("was stopped") && page.contains("Not drawn. a line from 1 to 2"))
  }

  @Test func aMissingProgramIsSaidOnce() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let result = try FigureFolder(path: folder.path, program: "kappa-no-such-program", limit: .seconds(60))
      .write([figure("a"), figure("b")])
    #expect(result.problems.count == 1 && result.problems[0].contains("apt-get install gnuplot-nox"))
  }

  /// No name of a folder is a command.
  @Test(.enabled(if: Program.isInstalled("gnuplot")))
  func hostileFoldersAreFolders() throws {
    let base = TemporaryFolder()
    defer { base.remove() }
    for name in ["'\u{301}; system 'touch forged", "`touch forged`", "a\"b\\c", "-e exit", "\u{202E}x"] {
      let result = try FigureFolder(path: base.path + "/" + name).write([figure("a")])
      #expect(result.pictures.count == 1, "\(name.debugDescription): \(result.problems)")
    }
    let forged = FileManager.default.enumerator(atPath: base.path)?.contains {
      ($0 as? String)?.hasSuffix("forged") == true && ($0 as? String)?.contains("system") == false
    }
    #expect(forged == false)
  }

  @Test func unwritableFoldersAreErrors() {
    #expect(throws: (any Error).self) { try FigureFolder(path: "/dev/null/figures").write([figure("a")]) }
  }
}
