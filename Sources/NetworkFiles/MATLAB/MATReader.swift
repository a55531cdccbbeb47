// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

#if KAPPA_MATIO
  import CMatFile
#endif

/// MATLAB's .mat files: version 5 (also of Octave and SciPy) and version 7.3, which is HDF5.
///
/// libmatio reads them in a process of its own (see matfile.h): whatever a damaged file does to it, here it is records
/// that end early. Structs are read field by field, as `params.tau`; cells, objects and complex numbers are not read.
enum MATReader: ContainerReader {
  static let name = "MATLAB .mat"

  /// Bytes of the header; the last four say which version and byte order.
  private static let headerLength = 128

  static func matches(_ bytes: [UInt8]) -> Bool {
    bytes.count > headerLength && version(bytes) != nil
  }

  /// 5 or 7, and whether the file is big-endian, from 1.0 or 2.0 and "IM" or "MI".
  private static func version(_ bytes: [UInt8]) -> (number: Int, bigEndian: Bool)? {
    switch Array(bytes[(headerLength - 4)..<headerLength]) {
    case [0x00, 0x01, 0x49, 0x4D]: (5, false)
    case [0x01, 0x00, 0x4D, 0x49]: (5, true)
    case [0x00, 0x02, 0x49, 0x4D]: (7, false)
    case [0x02, 0x00, 0x4D, 0x49]: (7, true)
    default: nil
    }
  }

  static let damaged = FormatError(
    expected: "a complete MATLAB file", found: "a damaged one", advice: "copy or save the file again")

  /// The number of arrays in a file of version 5: elements of type 14 (matrix) or 15 (compressed), end to end.
  private static func arrayCount(_ bytes: [UInt8], bigEndian: Bool) throws -> Int {
    func word(_ place: Int) -> Int {
      let word = bytes[place..<(place + 4)]
      return (bigEndian ? Array(word) : word.reversed()).reduce(0) { $0 << 8 | Int($1) }
    }
    var place = headerLength
    var count = 0
    while place < bytes.count {
      guard place + 8 <= bytes.count, case let length = word(place + 4), length <= bytes.count - place - 8
      else { throw damaged }
      if word(place) == 14 || word(place) == 15 { count += 1 }
      place += 8 + length
    }
    return count
  }

  #if KAPPA_MATIO
    static func read(_ bytes: [UInt8], budget: inout MemoryBudget) throws -> FileContents {
      guard let version = version(bytes) else { throw damaged }
      let expected = version.number == 5 ? try arrayCount(bytes, bigEndian: version.bigEndian) : nil
      var cursor = ByteCursor(try records(of: bytes))
      var contents = FileContents()
      var names: Set<String> = []
      while case let kind = try Self.undamaged({ try cursor.byte() }), Int(kind) != MATFILE_END {
        let record = try Self.undamaged { try MATRecord(kind: Int(kind), &cursor) }
        guard names.insert(record.name).inserted else {
          throw FormatError(expected: "each variable once", found: "\(record.name.quoted) twice")
        }
        switch try record.contents(&budget) {
        case .tensor(let tensor): contents.tensors.append(tensor)
        case .unread(let what): contents.unread.append(UnreadEntry(name: record.name, what: what))
        }
      }
      // libmatio takes a damaged array for the file's end.
      let count = try Self.undamaged { Int(try cursor.littleEndian(4)) }
      guard expected == nil || count == expected else { throw damaged }
      return contents
    }

    /// Records end early when the file is damaged: that is what the message says.
    private static func undamaged<Value>(_ body: () throws -> Value) throws -> Value {
      do { return try body() } catch { throw damaged }
    }

    private static func records(of bytes: [UInt8]) throws -> [UInt8] {
      var records: UnsafeMutablePointer<UInt8>?
      var length = 0
      // HDF5 opens in milliseconds and unpacks some 100 MB a second.
      let seconds = UInt32(2 + bytes.count >> 24)
      let outcome = bytes.withUnsafeBufferPointer {
        matfile_read(
          $0.baseAddress, $0.count, Limits.contents(ofFileOfSize: bytes.count), seconds, &records, &length)
      }
      defer { matfile_free(records) }
      switch Int(outcome) {
      case MATFILE_READ: return Array(UnsafeBufferPointer(start: records, count: length))
      case MATFILE_TOO_LARGE:
        throw FormatError(
          expected: "arrays in proportion to the file's size", found: "more than \(length >> 20) MiB")
      case MATFILE_NO_PROCESS:
        throw FormatError(
          expected: "a process that reads the MATLAB file", found: systemErrorText(),
          advice: "save the arrays as .npz instead")
      default: throw damaged
      }
    }
  #else
    static func read(_ bytes: [UInt8], budget: inout MemoryBudget) throws -> FileContents {
      throw FormatError(
        expected: FormatError.knownFiles,
        found: "a MATLAB file, and a build of this program without libmatio",
        advice: "convert it: python3 -c \"import scipy.io, numpy; "
          + "numpy.savez('FILE.npz', **{k: v for k, v in scipy.io.loadmat('FILE.mat').items() if k[0] != '_'})\""
      )
    }
  #endif
}
