// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC

/// How much memory one piece of work may take, so that what does not fit is refused before it begins.
///
/// A process cannot be told that there is no memory and go on: it ends where it asks.
public enum MemoryBudget {
  /// What everything else of the process needs.
  private static let reserve = 200e6

  /// Bytes: four fifths of what the machine has, or what is left of a limit of the process (`ulimit -v`).
  public static var bytes: Double {
    var budget = 1e15
    let pages = sysconf(CInt(_SC_PHYS_PAGES))
    let page = Double(sysconf(CInt(_SC_PAGESIZE)))
    if pages > 0 { budget = 0.8 * Double(pages) * page }
    var limit = rlimit()
    #if canImport(Glibc)
      let resource = __rlimit_resource_t(RLIMIT_AS.rawValue)
    #else
      let resource = RLIMIT_AS
    #endif
    if getrlimit(resource, &limit) == 0, Double(limit.rlim_cur) < 1e18 {
      budget = min(budget, max(0, Double(limit.rlim_cur) - taken(page: page) - reserve))
    }
    return budget
  }

  /// The address space that is taken already; 0 where the system does not say.
  private static func taken(page: Double) -> Double {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var buffer = [CChar](repeating: 0, count: 64)
    guard fgets(&buffer, CInt(buffer.count), file) != nil else { return 0 }
    return page * strtod(buffer, nil)
  }

  /// A size in words: `16 GB`, `300 MB`.
  public static func text(_ bytes: Double) -> String {
    if bytes < 1e9 { return "\(Int(max(0, bytes) / 1e6)) MB" }
    return bytes < 1e15 ? "\(Int((bytes / 1e9).rounded())) GB" : "more than 10^6 GB"
  }
}
