// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Runs gnuplot on a script, and waits for it.
///
/// `posix_spawnp` is all that this takes: a program, its arguments, no pipes (notes/decisions say more).
enum Gnuplot {
  /// Why a picture could not be drawn.
  enum Problem: Error, CustomStringConvertible {
    case missing
    case failed(String, Int32)

    var description: String {
      switch self {
      case .missing:
        "gnuplot is not installed, so there are no pictures: apt-get install gnuplot (macOS: brew install gnuplot), "
          + "then run this again, or gnuplot on the scripts in the folder of figures"
      case .failed(let name, let code):
        "gnuplot could not draw \(name) (code \(code)): see \(name).log beside it"
      }
    }
  }

  /// Draws figure `name` in a folder that holds its script.
  static func draw(_ name: String, as format: FigureFolder.Format, in folder: String) throws(Problem) {
    let log = "\(folder)/\(name).log"
    let directory = folder.replacing("'", with: "''")
    let status = run(
      ["gnuplot", "-e", "cd '\(directory)'; format='\(format.rawValue)'", "\(name).gp"], errors: log)
    switch status {
    case 0: unlink(log)
    case 127, -ENOENT:
      unlink(log)
      throw .missing
    default: throw .failed(name, status)
    }
  }

  /// Whether there is a gnuplot to run.
  static var isInstalled: Bool { run(["gnuplot", "--version"], errors: "/dev/null") == 0 }

  /// Runs a program found in PATH; its exit code, 128 + the signal that ended it, or a negative errno.
  static func run(_ arguments: [String], errors: String) -> Int32 {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // Nothing to read, nothing to say on our own stdout, complaints into a file.
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
    defer { for word in words { free(word) } }
    words.append(nil)
    var process: pid_t = 0
    let spawned = posix_spawnp(&process, arguments[0], &actions, nil, words, environ)
    if spawned != 0 { return -spawned }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 { if errno != EINTR { return -errno } }
    let signal = status & 0x7f
    return signal == 0 ? (status >> 8) & 0xff : 128 + signal
  }
}
