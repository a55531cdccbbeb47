// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// A file of this process in memory: the readers take paths.
public enum Scratch {
  /// Its path.
  public static let path: String = {
    let folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
    return "\(folder)/fuzz-\(getpid())"
  }()

  /// Puts bytes into the file, then gives its path; the file stays for the next input.
  public static func file(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> String {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard descriptor >= 0 else { return path }
    if registered == 0 { registered = atexit { unlink(Scratch.path) } + 1 }
    var done = 0
    while done < count {
      let written = write(descriptor, bytes + done, count - done)
      if written <= 0 { break }
      done += written
    }
    close(descriptor)
    return path
  }

  nonisolated(unsafe) private static var registered: Int32 = 0
}
