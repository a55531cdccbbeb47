// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Dispatch
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Work handed out to threads piece by piece.
package enum Concurrently {
  /// How many cores there are. Asked once: the answer takes longer than a short simulation.
  private static let cores = ProcessInfo.processInfo.activeProcessorCount

  /// What `limit` was told; 0 for nothing.
  private static let most = Atomic(0)

  /// Lets no work of this process take more threads than this: for a process that shares its machine with others of its
  /// kind. No result depends on it.
  package static func limit(to threads: Int) { most.store(max(1, threads), ordering: .relaxed) }

  /// How many threads `threads` stands for with so many pieces: no more than pieces or cores, `nil` for all cores.
  package static func workers(_ threads: Int?, pieces: Int) -> Int {
    let most = most.load(ordering: .relaxed)
    return max(1, min(threads ?? cores, cores, pieces, most > 0 ? most : cores))
  }

  /// Calls `body` once for every piece, from as many threads as `workers` says, each taking the next that is left.
  package static func forEach(_ pieces: Int, threads: Int?, _ body: @Sendable (Int) -> Void) {
    forEach(pieces, threads: threads) { piece, _ in body(piece) }
  }

  /// The same with the number of the worker beside the piece, below `workers(threads, pieces: pieces)`: what a worker
  /// keeps from one piece to the next is touched by one thread only.
  package static func forEach(
    _ pieces: Int, threads: Int?, _ body: @Sendable (_ piece: Int, _ worker: Int) -> Void
  ) {
    let workers = workers(threads, pieces: pieces)
    if workers == 1 {
      for piece in 0..<pieces { body(piece, 0) }
      return
    }
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      while true {
        let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if piece >= pieces { return }
        body(piece, worker)
      }
    }
  }

  /// What `body` makes of every piece, in their order, whichever thread does it.
  package static func map<Value: Sendable>(
    _ pieces: Int, threads: Int?, _ body: @Sendable (Int) -> Value
  ) -> [Value] {
    let results = Mutex([Value?](repeating: nil, count: pieces))
    forEach(pieces, threads: threads) { piece in
      let value = body(piece)
      results.withLock { $0[piece] = value }
    }
    return results.withLock { $0 }.compactMap { $0 }
  }
}
