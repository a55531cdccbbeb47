// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// The numbers that answer a question of the course sheet, and the answer in one line.
public protocol CourseAnswering: Codable, Sendable {
  /// In one line.
  var answer: String { get }
}
