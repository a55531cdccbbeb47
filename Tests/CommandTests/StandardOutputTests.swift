// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import TestSupport
import Testing

/// Data on stdout stand there alone.
@Suite struct StandardOutputTests {
  /// `-o /dev/stdout` gives the same bytes as a file, and words go to stderr.
  @Test func dataOnStandardOutputStandAlone() throws {
    let folder = try ScratchFolder()
    let network = try folder.network()
    let (file, streamed) = (folder.file("z.npz"), folder.file("stream"))
    let command = productsFolder.appendingPathComponent("kappa").path
    let arguments = "simulate '\(network)' --task perceptual-decision --trial-count 4 -o"
    for (target, redirected) in [(file, "/dev/null"), ("/dev/stdout", streamed)] {
      let line = "'\(command)' \(arguments) '\(target)' > '\(redirected)' 2> '\(folder.path)/words'"
      #expect(Program.run(["sh", "-c", line]) == 0)
    }
    let piped = "'\(command)' \(arguments) /dev/stdout 2> /dev/null | cat > '\(folder.path)/piped'"
    #expect(Program.run(["sh", "-c", piped]) == 0)
    let data = try Data(contentsOf: URL(fileURLWithPath: file))
    #expect(try Data(contentsOf: URL(fileURLWithPath: streamed)) == data)
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file("piped"))) == data)
    #expect(try String(contentsOfFile: folder.file("words"), encoding: .utf8).contains("wrote"))
    expectOneLine(
      try kappa("train", "perceptual-decision", "--updates", "1", "-o", "/dev/stdout"), status: 73,
      naming: "again and again")
  }
}
