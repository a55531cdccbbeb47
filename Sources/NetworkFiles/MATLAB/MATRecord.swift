// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

#if KAPPA_MATIO
  import CMatFile

  /// One record of matfile.h: an array of a MATLAB file.
  struct MATRecord {
    let name: String
    private let kind: Int
    private let type: String
    private let shape: [Int]
    private let count: Int
    private let data: ArraySlice<UInt8>

    enum Contents {
      case tensor(Tensor)
      case unread(String)
    }

    /// MATLAB's classes (enum matio_classes) by the names that NumPy has for them.
    private static let types: [UInt8: String] = [
      6: "float64", 7: "float32", 8: "int8", 9: "uint8", 10: "int16", 11: "uint16", 12: "int32", 13: "uint32",
      14: "int64", 15: "uint64", 255: "bool",
    ]

    /// Reads the record behind its first byte; nothing in it is trusted.
    init(kind: Int, _ cursor: inout ByteCursor) throws {
      self.kind = kind
      type = Self.types[try cursor.byte()] ?? "float64"
      name = String(decoding: try cursor.take(try cursor.length(4)), as: UTF8.self)
      let axes = Int(try cursor.littleEndian(4))
      guard axes <= StridedLayout.axisLimit else { throw MATReader.damaged }
      var shape: [Int] = []
      var count = 1
      for _ in 0..<axes {
        let length = try cursor.littleEndian(8)
        guard length <= UInt64(Int.max) else { throw MATReader.damaged }
        shape.append(Int(length))
        let (product, overflow) = count.multipliedReportingOverflow(by: Int(length))
        // The shape of what is not read says nothing about what follows.
        if overflow, kind != MATFILE_UNREAD { throw MATReader.damaged }
        count = overflow ? 0 : product
      }
      self.shape = shape
      self.count = count
      let size =
        switch kind {
        case MATFILE_NUMBERS: MemoryLayout<Double>.size
        case MATFILE_TEXT: MemoryLayout<UInt32>.size
        case MATFILE_UNREAD: 0
        default: throw MATReader.damaged
        }
      if kind == MATFILE_UNREAD {
        data = try cursor.take(try cursor.length(4))
      } else {
        guard count <= cursor.remaining / size else { throw MATReader.damaged }
        data = try cursor.take(count * size)
      }
    }

    /// The array in row-major order; MATLAB's first axis runs fastest.
    func contents(_ budget: inout MemoryBudget) throws -> Contents {
      switch kind {
      case MATFILE_UNREAD: return .unread(String(decoding: data, as: UTF8.self))
      case MATFILE_TEXT:
        guard shape.filter({ $0 != 1 }).count <= 1 else { return .unread("a text of several rows") }
        try budget.take(count)
        var units: [UInt16] = []
        data.withUnsafeBytes { bytes in
          for i in 0..<count {
            units.append(
              UInt16(truncatingIfNeeded: bytes.loadUnaligned(fromByteOffset: 4 * i, as: UInt32.self)))
          }
        }
        return .tensor(Tensor(name: name, text: String(decoding: units, as: UTF16.self)))
      default:
        try budget.take(count)
        guard let strides = StridedLayout.denseStrides(shape, fortran: true) else { throw MATReader.damaged }
        let layout = try StridedLayout(shape: shape, strides: strides, offset: 0, capacity: count)
        let values = data.withUnsafeBytes {
          layout.gather(.float64, from: $0, bigEndian: Int(1).bigEndian == 1)
        }
        return .tensor(Tensor(name: name, shape: shape, elementType: type, values: values))
      }
    }
  }
#endif
