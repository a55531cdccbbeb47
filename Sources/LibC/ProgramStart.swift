// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// How a program is started as a child of this process.
///
/// It has a process group of its own, so that a terminal's interrupt does not reach it twice and that it can be ended
/// with all it started; it hears of every signal that this process ignores or blocks; and it has nothing to read.
public struct ProgramStart {
  /// What a descriptor of the child is.
  public enum Target {
    /// A file that is written anew.
    case new(String)
    /// A file that is added to.
    case appended(String)
    /// Another descriptor, of this process or one of the child's that stands before it.
    case same(as: Int32)
  }

  /// The program and its arguments, as they are: no shell reads them.
  public var arguments: [String]
  /// Where the program is; `nil` looks for the first argument in PATH.
  public var path: String?
  /// The child's descriptors, in this order; 0 reads from /dev/null.
  public var descriptors: [(number: Int32, target: Target)]

  /// A start.
  public init(
    _ arguments: [String], path: String? = nil, descriptors: [(number: Int32, target: Target)]
  ) {
    self.arguments = arguments
    self.path = path
    self.descriptors = descriptors
  }

  /// Starts the program.
  ///
  /// - Returns: its number, or the errno that kept it from being started.
  public func start() -> Result<pid_t, StartError> {
    guard let first = arguments.first else { return .failure(StartError(code: EINVAL)) }
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    for (number, target) in descriptors {
      switch target {
      case .new(let path):
        posix_spawn_file_actions_addopen(&actions, number, path, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
      case .appended(let path):
        posix_spawn_file_actions_addopen(&actions, number, path, O_WRONLY | O_CREAT | O_APPEND, 0o666)
      case .same(let other): posix_spawn_file_actions_adddup2(&actions, other, number)
      }
    }
    // Threads of a pool block all signals, and a shell that does not hear of its child's end waits for ever.
    var none = sigset_t()
    var defaults = sigset_t()
    sigemptyset(&none)
    sigemptyset(&defaults)
    for signal in [SIGCHLD, SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGUSR1] { sigaddset(&defaults, signal) }
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP) | Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF)
    )
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
    defer { for word in words { free(word) } }
    words.append(nil)
    var process: pid_t = 0
    let problem =
      if let path {
        posix_spawn(&process, path, &actions, &attributes, words, environ)
      } else {
        posix_spawnp(&process, first, &actions, &attributes, words, environ)
      }
    return problem == 0 ? .success(process) : .failure(StartError(code: problem))
  }
}

/// Why a program could not be started.
public struct StartError: Error, Hashable {
  /// The errno.
  public let code: Int32
}
