// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// The number formats that files store, each with the way to make it a `Double`.
///
/// Whole numbers beyond 2⁵³ lose their last digits, as they do in any double-precision program.
enum ElementType: String {
  case float16, bfloat16, float32, float64
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64
  case bool

  /// Bytes per element.
  var size: Int {
    switch self {
    case .int8, .uint8, .bool: 1
    case .float16, .bfloat16, .int16, .uint16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64: 8
    }
  }

  /// The element at `offset`, which the caller has checked to lie inside `bytes`.
  func value(in bytes: UnsafeRawBufferPointer, at offset: Int, bigEndian: Bool) -> Double {
    func bits<Bits: FixedWidthInteger>(_ type: Bits.Type) -> Bits {
      let raw = bytes.loadUnaligned(fromByteOffset: offset, as: type)
      return bigEndian ? Bits(bigEndian: raw) : Bits(littleEndian: raw)
    }
    switch self {
    case .float64: return Double(bitPattern: bits(UInt64.self))
    case .float32: return Double(Float(bitPattern: bits(UInt32.self)))
    case .bfloat16: return Double(Float(bitPattern: UInt32(bits(UInt16.self)) << 16))
    case .float16: return Self.half(bits(UInt16.self))
    case .int8: return Double(bits(Int8.self))
    case .int16: return Double(bits(Int16.self))
    case .int32: return Double(bits(Int32.self))
    case .int64: return Double(bits(Int64.self))
    case .uint8: return Double(bits(UInt8.self))
    case .uint16: return Double(bits(UInt16.self))
    case .uint32: return Double(bits(UInt32.self))
    case .uint64: return Double(bits(UInt64.self))
    case .bool: return bits(UInt8.self) == 0 ? 0 : 1
    }
  }

  /// IEEE 754 binary16. Swift's `Float16` does not exist on every platform.
  static func half(_ bits: UInt16) -> Double {
    let sign = bits & 0x8000 == 0 ? 1.0 : -1.0
    let exponent = Int(bits >> 10 & 0x1F)
    let fraction = Double(bits & 0x3FF)
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default: return sign * Double(sign: .plus, exponent: exponent - 15, significand: 1 + fraction / 1024)
    }
  }
}

/// How the elements of an array lie in a block of bytes: element (i, j, …) at `offset + i·strides[0] + j·strides[1] + …`.
struct StridedLayout {
  /// Lengths of the axes.
  let shape: [Int]
  /// Steps along the axes, in elements.
  let strides: [Int]
  /// Place of the first element, in elements.
  let offset: Int
  /// Number of elements.
  let count: Int

  /// Most axes an array may have (NumPy's own limit).
  static let axisLimit = 64

  /// A layout that has been found to stay within `capacity` elements.
  ///
  /// - Throws: `FormatError` for negative lengths, products that overflow, or elements outside the block.
  init(shape: [Int], strides: [Int], offset: Int, capacity: Int) throws {
    let what = "an array of shape \(describe(shape: Array(shape.prefix(8))))"
    guard shape.count == strides.count, shape.count <= Self.axisLimit, offset >= 0,
      shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 })
    else {
      throw FormatError(
        expected: "an array with a sound shape", found: "\(what) with strides or an offset that do not fit")
    }
    var count = 1
    for length in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      guard !overflow else { throw FormatError(expected: "an array that fits in memory", found: what) }
      count = product
    }
    if count > 0 {
      var last = offset
      for (length, stride) in zip(shape, strides) {
        let (step, overflow) = stride.multipliedReportingOverflow(by: length - 1)
        let (sum, overflow2) = last.addingReportingOverflow(step)
        guard !overflow, !overflow2 else {
          throw FormatError(expected: "an array inside its data", found: what)
        }
        last = sum
      }
      guard last < capacity else {
        throw FormatError(
          expected: "\(what) inside the \(capacity) elements stored for it",
          found: "one that reaches element \(last)", advice: "copy or save the file again")
      }
    }
    self.shape = shape
    self.strides = strides
    self.offset = offset
    self.count = count
  }

  /// Strides of a dense array whose last (C) or first (Fortran) index runs fastest; `nil` when they overflow.
  static func denseStrides(_ shape: [Int], fortran: Bool) -> [Int]? {
    var strides = [Int](repeating: 1, count: shape.count)
    var step = 1
    for axis in fortran ? Array(shape.indices) : shape.indices.reversed() {
      strides[axis] = step
      let (product, overflow) = step.multipliedReportingOverflow(by: max(shape[axis], 1))
      if overflow { return nil }
      step = product
    }
    return strides
  }

  /// Calls `body` with the place of each element, in row-major order of the shape.
  func forEachPlace(_ body: (Int) throws -> Void) rethrows {
    guard count > 0 else { return }
    var index = [Int](repeating: 0, count: shape.count)
    var place = offset
    for _ in 0..<count {
      try body(place)
      var axis = shape.count - 1
      while axis >= 0 {
        index[axis] += 1
        place += strides[axis]
        if index[axis] < shape[axis] { break }
        place -= shape[axis] * strides[axis]
        index[axis] = 0
        axis -= 1
      }
    }
  }

  /// The numbers in row-major order. `bytes` holds at least the capacity that the layout was made for.
  func gather(_ type: ElementType, from bytes: UnsafeRawBufferPointer, bigEndian: Bool) -> [Double] {
    var values: [Double] = []
    values.reserveCapacity(count)
    forEachPlace { values.append(type.value(in: bytes, at: $0 * type.size, bigEndian: bigEndian)) }
    return values
  }
}
