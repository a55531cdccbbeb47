// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Benchmarking

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Kappa's side of the comparison with its peers: does one case of `kappa bench` whenever it is asked to.
///
/// Peers/peers.py starts it once and lets it take turns with the other libraries. Each line read is
/// `SECTION<tab>VARIANT<tab>SIZE`; the answer is the elapsed seconds of 2 ms or more of it, the processor seconds over all
/// threads, and the operations done; or `unknown`. To the line `list` it answers with all cases and an empty line. The line
/// `fit<tab>UPDATES<tab>THREADS` is the work of Peers/fit.py, once.
@main
enum PeerWork {
  static func main() throws {
    var cases: [String: BenchmarkCase] = [:]
    var names: [String] = []
    for section in BenchmarkSection.allCases {
      for item in section.groups().joined() {
        let name = "\(section.rawValue)\t\(item.variant)\t\(item.size)"
        cases[name] = item
        names.append(name)
      }
    }
    var fit: FitWork?
    while let line = readLine() {
      let words = line.split(separator: "\t")
      if line == "list" {
        print(names.joined(separator: "\n") + "\n")
      } else if words.count == 3, words[0] == "fit", let updates = Int(words[1]), let threads = Int(words[2])
      {
        let work = try fit ?? FitWork()
        fit = work
        let start = (wall: seconds(CLOCK_MONOTONIC), processor: seconds(CLOCK_PROCESS_CPUTIME_ID))
        try work.run(updates: updates, threads: threads)
        print(
          seconds(CLOCK_MONOTONIC) - start.wall, seconds(CLOCK_PROCESS_CPUTIME_ID) - start.processor, updates)
      } else if let item = cases[line] {
        let start = (wall: seconds(CLOCK_MONOTONIC), processor: seconds(CLOCK_PROCESS_CPUTIME_ID))
        var runs = 0
        repeat {
          item.run()
          runs += 1
        } while seconds(CLOCK_MONOTONIC) - start.wall < 0.002
        print(
          seconds(CLOCK_MONOTONIC) - start.wall, seconds(CLOCK_PROCESS_CPUTIME_ID) - start.processor,
          item.operations * runs)
      } else {
        print("unknown")
      }
      fflush(nil)  // a pipe would keep the answer back
    }
  }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
