// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The file of a fit that has not come to its end: what was asked, what is done, and where it stands.
///
/// An .npz of `fit` (a record as JSON) and arrays of numbers called `done-…` and `underway-…`. It is no network yet.
public struct UnfinishedFit: Sendable {
  /// What the fit was asked and fitted to, so that it goes on with nothing else.
  public struct Record: Codable, Sendable, Hashable {
    /// Name and value of every option that the result depends on.
    public let options: [String: String]
    /// A fingerprint of the activity.
    public let activity: String
    fileprivate var format = "kappa-fit"
    fileprivate var version = 1

    /// A record.
    public init(options: [String: String], activity: String) {
      self.options = options
      self.activity = activity
    }
  }

  /// What was asked.
  public let record: Record
  /// Numbers of finished pieces of work, and of the one that is under way.
  public let finished, underway: [String: [Double]]

  /// A file from its parts.
  public init(record: Record, finished: [String: [Double]], underway: [String: [Double]]) {
    self.record = record
    self.finished = finished
    self.underway = underway
  }

  private static let (done, begun) = ("done-", "underway-")

  /// Whether a file is one.
  static func isOne(_ file: TensorFile) -> Bool {
    file["fit"]?.text != nil
      && file.tensors.allSatisfy { tensor in
        tensor.name == "fit" || tensor.name.hasPrefix(done) || tensor.name.hasPrefix(begun)
      }
  }

  /// Writes it, whole or not at all.
  ///
  /// - Parameter inputs: files that must not be written over.
  /// - Throws: `FileError`.
  public func write(to path: String, protecting inputs: [String] = []) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let text = String(decoding: try encoder.encode(record), as: UTF8.self)
    let arrays = [(Self.done, finished), (Self.begun, underway)].flatMap { prefix, numbers in
      numbers.sorted { $0.key < $1.key }.map {
        Tensor(name: prefix + $0.key, shape: [$0.value.count], values: $0.value)
      }
    }
    try NPZFile.write([Tensor(name: "fit", text: text)] + arrays, to: path, protecting: inputs)
  }

  /// Reads what `write` wrote.
  ///
  /// - Throws: `FileError`, also for a fit that is finished.
  public init(reading path: String) throws(FileError) {
    let file = try TensorFile.read(path)
    func refuse(_ found: String, _ advice: String) -> FileError {
      FileError(
        kind: .badData, path: path, expected: "a fit that was interrupted", found: found, advice: advice)
    }
    guard let text = file["fit"]?.text?.first else {
      throw file["m"] == nil
        ? refuse("none", "resume from a file that kappa fit wrote before it was interrupted")
        : refuse("a network, whose fit is finished if it is one", "leave `resume` out to fit once more")
    }
    let advice = "resume from a file that is as kappa fit wrote it"
    guard let record = try? JSONDecoder().decode(Record.self, from: Data(text.utf8)) else {
      throw refuse("a record that cannot be read", advice)
    }
    guard record.format == "kappa-fit", record.version == 1 else {
      throw refuse("\(record.format) of version \(record.version)", advice)
    }
    func numbers(_ prefix: String) -> [String: [Double]] {
      var result: [String: [Double]] = [:]
      for tensor in file.tensors where tensor.name.hasPrefix(prefix) && tensor.text == nil {
        result[String(tensor.name.dropFirst(prefix.count))] = tensor.values
      }
      return result
    }
    self.init(record: record, finished: numbers(Self.done), underway: numbers(Self.begun))
  }
}

/// FNV-1a over sizes and bits of numbers: tells files apart, and keeps no secrets.
public struct Fingerprint: Sendable {
  private var hash: UInt64 = 0xCBF2_9CE4_8422_2325

  /// Of nothing so far.
  public init() {}

  /// A whole number.
  public mutating func add(_ number: Int) { add(UInt64(bitPattern: Int64(number))) }

  /// Numbers.
  public mutating func add(_ numbers: [Double]) { for number in numbers { add(number.bitPattern) } }

  private mutating func add(_ word: UInt64) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      hash = (hash ^ (word >> shift & 0xFF)) &* 0x100_0000_01B3
    }
  }

  /// In hexadecimal digits.
  public var text: String { String(hash, radix: 16) }
}
