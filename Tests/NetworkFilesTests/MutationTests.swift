import LowRank
import TestSupport
import Testing

@testable import NetworkFiles

/// Damaged files: whatever happens to a file, it is either a valid network or a `FormatError`, and never a crash.
struct MutationTests {
  static let fixtures = [
    "plain.npz", "mixed.npz", "rank1.npz", "objects.npz", "valente.pt", "valente_legacy.pt", "bias.pt",
    "nested.pt",
    "parameters.pt", "shared.pt", "mixture.pt", "dense.pt", "half.pt", "protocol4.pt",
  ]

  /// What importing some bytes leads to; any error that is not for the user's eyes is a failure.
  private func outcome(_ bytes: [UInt8], _ what: @autoclosure () -> String) -> Bool {
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
    for round in 0..<1000 {
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
      _ = outcome(changed, "\(name), seed \(seed), round \(round)")
    }
  }

  /// The CRC of a zip catches most of the above, so the parts behind it get their own damage.
  @Test(arguments: ["valente.pt", "nested.pt", "mixture.pt", "shared.pt", "bias.pt", "protocol4.pt"])
  func damagedPickles(name: String) throws {
    let entries = try unzip(fixture(name))
    let pickle = try #require(entries.first { $0.name.hasSuffix("/data.pkl") })
    let seed: UInt64 = 20_262
    var stream = RandomStream(seed: seed)
    for round in 0..<800 {
      var changed = pickle.bytes
      for _ in 0...stream.index(below: 3) {
        let place = stream.index(below: changed.count)
        switch stream.index(below: 4) {
        case 0: changed[place] ^= 1 << UInt8(stream.index(below: 8))
        case 1: changed[place] = UInt8(stream.index(below: 256))
        case 2: changed.remove(at: place)
        default: changed.insert(Array("(2thjqaeuRbQ.".utf8)[stream.index(below: 13)], at: place)
        }
      }
      let files = entries.map { $0.name == pickle.name ? ($0.name, changed) : ($0.name, $0.bytes) }
      _ = outcome(try zip(files), "\(name), seed \(seed), round \(round)")
    }
  }

  /// Headers of .npy arrays, likewise behind the CRC.
  @Test(arguments: ["plain.npz", "mixed.npz"])
  func damagedHeaders(name: String) throws {
    let entries = try unzip(fixture(name))
    let seed: UInt64 = 20_263
    var stream = RandomStream(seed: seed)
    for round in 0..<600 {
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
