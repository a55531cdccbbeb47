// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Synchronization

/// How far a piece of work has come.
public struct Progress: Sendable, Hashable {
  /// What is being done, e.g. `simulating`.
  public let title: String
  /// Which part of it, e.g. `P = 2, refined`; empty for the whole, and at the end.
  public let part: String
  /// The share that is done, 0…1. The work has ended when it is 1 and `part` is empty.
  public let share: Double

  /// A share of a piece of work.
  public init(title: String, part: String = "", share: Double) {
    self.title = title
    self.part = part
    self.share = share
  }

  /// Whether the work under this title has ended.
  public var isEnd: Bool { part.isEmpty && share >= 1 }
}

/// Whoever asked a question: is told how far the answer has come and what to know about it, and may call it off.
///
/// All three are called from any thread, and often.
public protocol Observer: Sendable {
  /// Work has come to a certain point.
  func report(_ progress: Progress)
  /// There is something to know.
  func remark(_ remark: Remark)
  /// Whether nobody wants the answer any more.
  var isCancelled: Bool { get }
}

extension Observer {
  /// Nothing is done with progress.
  public func report(_ progress: Progress) {}
  /// The answer is wanted.
  public var isCancelled: Bool { false }

  /// Stops work that nobody wants any more.
  ///
  /// - Throws: a `StudyError` of kind `cancelled`.
  public func check() throws(StudyError) {
    if isCancelled { throw StudyError(.cancelled, "", "cancelled") }
  }
}

/// Takes no notice of anything; results hold their remarks anyway.
public struct SilentObserver: Observer {
  /// An observer that does nothing.
  public init() {}
  /// Nothing is done with remarks.
  public func remark(_ remark: Remark) {}
}

/// Keeps remarks in the order in which they come, and passes everything on to another observer.
public final class RemarkCollector: Observer {
  private let collected = Mutex<[Remark]>([])
  private let next: any Observer

  /// A collector before another observer.
  public init(passingTo next: any Observer = SilentObserver()) { self.next = next }

  /// What has been collected.
  public var remarks: [Remark] { collected.withLock { $0 } }

  /// Passed on.
  public func report(_ progress: Progress) { next.report(progress) }
  /// Kept and passed on.
  public func remark(_ remark: Remark) {
    collected.withLock { $0.append(remark) }
    next.remark(remark)
  }
  /// What the other observer says.
  public var isCancelled: Bool { next.isCancelled }
}
