// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import TestSupport
import Testing

@testable import NetworkFiles

/// Damaged files: whatever happens to a file, it is either a valid network or a `FormatError`, and never a crash.
struct MutationTests {
  static let fixtures = [
    "plain.npz", "mixed.npz", "rank1.npz", "objects.npz", "valente.pt", "valente_legacy.pt", "bias.pt",
    "nested.pt",
    "parameters.pt", "shared.pt", "mixture.pt", "dense.pt", "half.pt", "protocol4.pt", "bfloat16.pt",
    "complex.npz", "structured.npz", "trials.npz", "dict2.pkl", "dict3.pkl", "dict4.pkl", "dict5.pkl",
    "numpy_objects.pt", "tensors.pkl", "odd_entries.npz", "net.h5", "net.safetensors",
  ]

  /// How many damaged files are made in all, roughly; the environment variable KAPPA_MUTATIONS says it for long runs.
  static let total = ProcessInfo.processInfo.environment["KAPPA_MUTATIONS"].flatMap { Int($0) } ?? 0
  /// Damaged files of one fixture and kind: a sample, or the share of a long run.
  static func rounds(_ sample: Int) -> Int { max(sample, total / (3 * fixtures.count)) }

  /// What one file may cost, whatever it is: a second of the thread's processor time, a thousand times what these take.
  private func bounded<Result>(_ what: @autoclosure () -> String, _ body: () -> Result) -> Result {
    func now() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }
    let start = now()
    let result = body()
    let seconds = now() - start
    #expect(seconds < 1, "\(what()): \(seconds) s")
    return result
  }

  /// Thousands of damaged files later, the process has not grown beyond what a few valid ones would need. The fixtures are
  /// of some kilobytes; all tests of the process together stay below a gigabyte.
  private func expectBoundedMemory() {
    var usage = rusage()
    #if os(Linux)
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      let bytes = usage.ru_maxrss * 1024
    #else
      getrusage(RUSAGE_SELF, &usage)
      let bytes = usage.ru_maxrss
    #endif
    #expect(bytes < 1 << 30, "\(bytes >> 20) MiB")
  }

  /// What importing some bytes leads to; any error that is not for the user's eyes is a failure.
  private func outcome(_ bytes: [UInt8], _ what: @autoclosure () -> String) -> Bool {
    bounded(what()) { importing(bytes, what()) }
  }

  private func importing(_ bytes: [UInt8], _ what: @autoclosure () -> String) -> Bool {
    do {
      let imported = try NetworkFile.importNetwork(TensorFile(bytes), ImportOptions())
      #expect(imported.network.m.elements.allSatisfy { $0.isFinite })
      return true
    } catch let error as FormatError {
      #expect(!error.expected.isEmpty && !error.found.isEmpty)
    } catch {
      Issue.record("\(what()): \(error)")
    }
    return false
  }

  @Test(arguments: fixtures)
  func truncatedAnywhere(name: String) throws {
    let bytes = try readFile(fixture(name))
    for length in 1..<bytes.count {
      // A zip's directory and a legacy file's data stand at the end: no part of a file is a network.
      #expect(
        !outcome(Array(bytes[..<length]), "\(name) cut to \(length) bytes"), "\(name) cut to \(length) bytes")
    }
  }

  @Test(arguments: fixtures)
  func flippedBitsAndOverwrittenBytes(name: String) throws {
    let bytes = try readFile(fixture(name))
    let seed: UInt64 = 20_261
    var stream = RandomStream(seed: seed)
    for round in 0..<Self.rounds(1000) {
      let changed = Self.damage(bytes, round, &stream)
      _ = outcome(changed, "\(name), seed \(seed), round \(round)")
    }
    expectBoundedMemory()
  }

  /// A file with bits flipped, bytes overwritten, and pieces taken out or put in.
  private static func damage(_ bytes: [UInt8], _ round: Int, _ stream: inout RandomStream) -> [UInt8] {
    var changed = bytes
    switch round % 5 {
    case 0: changed[stream.index(below: bytes.count)] ^= 1 << UInt8(stream.index(below: 8))
    case 1: changed[stream.index(below: bytes.count)] = UInt8(stream.index(below: 256))
    case 2:
      for _ in 0..<8 {
        changed[stream.index(below: bytes.count)] = [0, 0xFF, 0x7F, 0x80][stream.index(below: 4)]
      }
    case 3:
      let start = stream.index(below: bytes.count)
      changed.removeSubrange(start..<min(bytes.count, start + 1 + stream.index(below: 16)))
    default:
      let start = stream.index(below: bytes.count)
      changed.insert(
        contentsOf: bytes[start..<min(bytes.count, start + 24)], at: stream.index(below: bytes.count))
    }
    return changed
  }

  /// The CRC of a zip catches most of the above, so the parts behind it get their own damage.
  @Test(arguments: [
    "valente.pt", "nested.pt", "mixture.pt", "shared.pt", "bias.pt", "protocol4.pt", "numpy_objects.pt",
  ])
  func damagedPickles(name: String) throws {
    let entries = try unzip(fixture(name))
    let pickle = try #require(entries.first { $0.name.hasSuffix("/data.pkl") })
    let seed: UInt64 = 20_262
    var stream = RandomStream(seed: seed)
    for round in 0..<Self.rounds(800) {
      var changed = pickle.bytes
      Self.damagePickle(&changed, &stream)
      let files = entries.map { $0.name == pickle.name ? ($0.name, changed) : ($0.name, $0.bytes) }
      _ = outcome(try zip(files), "\(name), seed \(seed), round \(round)")
    }
  }

  /// Plain pickles have no CRC, and get operations where they were not meant to be.
  @Test(arguments: ["dict2.pkl", "dict3.pkl", "dict4.pkl", "dict5.pkl", "tensors.pkl", "valente_legacy.pt"])
  func damagedPlainPickles(name: String) throws {
    let bytes = try readFile(fixture(name))
    let seed: UInt64 = 20_266
    var stream = RandomStream(seed: seed)
    for round in 0..<Self.rounds(1000) {
      var changed = bytes
      Self.damagePickle(&changed, &stream)
      _ = outcome(changed, "\(name), seed \(seed), round \(round)")
    }
    expectBoundedMemory()
  }

  private static let operations =
    Array("(01234NJKMUTXBCG)t]lae}dsuqrhjcQRb.".utf8)
    + [0x80, 0x81, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8B, 0x8C, 0x8D, 0x8E, 0x8F]
    + [0x90, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98]

  private static func damagePickle(_ bytes: inout [UInt8], _ stream: inout RandomStream) {
    for _ in 0...stream.index(below: 3) {
      let place = stream.index(below: bytes.count)
      switch stream.index(below: 5) {
      case 0: bytes[place] ^= 1 << UInt8(stream.index(below: 8))
      case 1: bytes[place] = UInt8(stream.index(below: 256))
      case 2: bytes.remove(at: place)
      case 3: bytes[place] = operations[stream.index(below: operations.count)]
      default: bytes.insert(operations[stream.index(below: operations.count)], at: place)
      }
    }
  }

  #if KAPPA_MATIO
    /// Each costs a process, and a part of a file of version 5 that ends between two arrays is a file.
    @Test(arguments: ["five.mat", "five_deflated.mat", "seven.mat"])
    func damagedMATLABFiles(name: String) throws {
      let bytes = try readFile(fixture(name))
      let seed: UInt64 = 20_267
      var stream = RandomStream(seed: seed)
      for round in 0..<Self.rounds(200) {
        let changed =
          round % 8 == 7
          ? Array(bytes[..<stream.index(below: bytes.count)]) : Self.damage(bytes, round, &stream)
        if changed.isEmpty { continue }
        _ = outcome(changed, "\(name), seed \(seed), round \(round)")
      }
      expectBoundedMemory()
    }
  #endif

  /// Headers of .npy arrays, likewise behind the CRC.
  @Test(arguments: ["plain.npz", "mixed.npz"])
  func damagedHeaders(name: String) throws {
    let entries = try unzip(fixture(name))
    let seed: UInt64 = 20_263
    var stream = RandomStream(seed: seed)
    for round in 0..<Self.rounds(600) {
      let chosen = stream.index(below: entries.count)
      var changed = entries[chosen].bytes
      for _ in 0...stream.index(below: 3) {
        let place = stream.index(below: min(changed.count, 100))
        let characters = Array("(),:'{}0123456789<>fiucOUV TrueFalse\0\u{7F}".utf8)
        changed[place] = characters[stream.index(below: characters.count)]
      }
      let files = entries.enumerated().map { ($1.name, $0 == chosen ? changed : $1.bytes) }
      _ = outcome(try zip(files), "\(name), seed \(seed), round \(round)")
    }
  }

  /// Trials are read by another road.
  @Test func damagedTrials() throws {
    let entries = try unzip(fixture("trials.npz"))
    let whole = try readFile(fixture("trials.npz"))
    let seed: UInt64 = 20_265
    var stream = RandomStream(seed: seed)
    for round in 0..<1000 {
      var bytes = whole
      if round % 2 == 0 {
        bytes[stream.index(below: bytes.count)] ^= 1 << UInt8(stream.index(below: 8))
      } else {
        let chosen = stream.index(below: entries.count)
        var changed = entries[chosen].bytes
        for _ in 0...3 {
          changed[stream.index(below: min(changed.count, 128))] = UInt8(stream.index(below: 256))
        }
        bytes = try zip(entries.enumerated().map { ($1.name, $0 == chosen ? changed : $1.bytes) })
      }
      bounded("seed \(seed), round \(round)") {
        do {
          let trials = try TrialsFile.trials(TensorFile(bytes))
          #expect(trials.stimulus.values.allSatisfy { $0.isFinite })
        } catch is FormatError {
        } catch { Issue.record("seed \(seed), round \(round): \(error)") }
      }
    }
  }

  @Test func damagedCircuits() throws {
    let network = try randomNetwork(units: 20, rank: 1, inputs: 1, outputs: 1, seed: 3)
    let text = CircuitFile(
      circuit: try EffectiveCircuit(of: network), alpha: 0.2, closure: .moments, provenance: ["a": "b"]
    ).json
    let bytes = Array(text.utf8)
    let seed: UInt64 = 20_264
    var stream = RandomStream(seed: seed)
    let characters = Array("{}[]\",:0123456789eE-+.ntf \u{0}\u{7F}".utf8) + [0xFF, 0xC3]
    for round in 0..<1000 {
      var changed = bytes
      for _ in 0...stream.index(below: 3) {
        changed[stream.index(below: changed.count)] = characters[stream.index(below: characters.count)]
      }
      do {
        let file = try CircuitFile(json: changed)
        #expect(file.circuit.rank >= 1)
      } catch is FormatError {
      } catch { Issue.record("seed \(seed), round \(round): \(error)") }
    }
    for length in 1..<(bytes.count - 2) {
      #expect(throws: FormatError.self) { try CircuitFile(json: Array(bytes[..<length])) }
    }
  }
}
