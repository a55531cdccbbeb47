// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// One named array from a file, or to be written into one.
public struct Tensor: Sendable, Hashable {
  /// Its name, e.g. `m` or `state_dict.rnn.m`.
  public let name: String
  /// Its shape; empty for a single number or text.
  public let shape: [Int]
  /// Its type in the file, by NumPy's names: `float32`, `bfloat16`, `int64`, `bool`, `text`, …
  public let elementType: String
  /// The numbers in row-major (C) order of `shape`, whatever the order in the file; empty for text.
  public let values: [Double]
  /// The texts in row-major order; `nil` for numbers.
  public let text: [String]?

  /// An array of numbers.
  ///
  /// - Precondition: as many values as the shape says.
  public init(name: String, shape: [Int], elementType: String = "float64", values: [Double]) {
    precondition(values.count == shape.reduce(1, *), "a tensor has as many values as its shape says")
    self.name = name
    self.shape = shape
    self.elementType = elementType
    self.values = values
    text = nil
  }

  /// A matrix, row by row.
  public init(name: String, _ matrix: Matrix) {
    self.init(name: name, shape: [matrix.rows, matrix.columns], values: matrix.transposed.elements)
  }

  /// A single number, of shape ().
  public init(name: String, scalar: Double) { self.init(name: name, shape: [], values: [scalar]) }

  /// An array of texts.
  ///
  /// - Precondition: as many texts as the shape says.
  public init(name: String, shape: [Int], text: [String]) {
    precondition(text.count == shape.reduce(1, *), "a tensor has as many texts as its shape says")
    self.name = name
    self.shape = shape
    elementType = "text"
    values = []
    self.text = text
  }

  /// A single text, of shape ().
  public init(name: String, text: String) { self.init(name: name, shape: [], text: [text]) }
}
