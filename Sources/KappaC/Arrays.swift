// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKappa
import NetworkFiles
import Studies

/// Takes over the caller's arrays, believing nothing about them but that their memory is there.
enum ForeignArrays {
  static func tensors(_ arrays: UnsafePointer<kappa_array>?, count: Int32) throws(StudyError) -> [Tensor] {
    if count == 0 { return [] }
    guard let arrays, count > 0, count <= 4096 else {
      throw StudyError(.usage, "arrays", "expected 0 to 4096 of them, found \(count)")
    }
    var tensors: [Tensor] = []
    for index in 0..<Int(count) { tensors.append(try tensor(arrays[index])) }
    return tensors
  }

  private static func tensor(_ array: kappa_array) throws(StudyError) -> Tensor {
    guard let name = array.name.map({ String(cString: $0) }), !name.isEmpty else {
      throw StudyError(.usage, "arrays", "expected a name for each of them, found none")
    }
    guard (0...8).contains(array.axes), array.axes == 0 || array.shape != nil else {
      throw StudyError(.usage, name, "expected 0 to 8 axes with a shape, found \(array.axes)")
    }
    var (shape, count): ([Int], Int) = ([], 1)
    for axis in 0..<Int(array.axes) {
      let size = Int(array.shape[axis])
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard size >= 0, !overflow, product < 1 << 36 else {
        throw StudyError(.usage, name, "expected a shape that fits into memory, found \(shape + [size])")
      }
      shape.append(size)
      count = product
    }
    guard let data = array.data ?? (count == 0 ? UnsafeRawPointer(bitPattern: 8) : nil) else {
      throw StudyError(.usage, name, "expected \(count) elements, found no memory")
    }
    switch UInt32(bitPattern: array.type) {
    case KAPPA_FLOAT64.rawValue:
      let values = data.assumingMemoryBound(to: Double.self)
      return Tensor(
        name: name, shape: shape, values: Array(UnsafeBufferPointer(start: values, count: count)))
    case KAPPA_FLOAT32.rawValue:
      let values = UnsafeBufferPointer(start: data.assumingMemoryBound(to: Float.self), count: count)
      return Tensor(name: name, shape: shape, elementType: "float32", values: values.map(Double.init))
    case KAPPA_INT64.rawValue:
      let values = UnsafeBufferPointer(start: data.assumingMemoryBound(to: Int64.self), count: count)
      return Tensor(name: name, shape: shape, elementType: "int64", values: values.map { Double($0) })
    case KAPPA_TEXT.rawValue:
      let texts = data.assumingMemoryBound(to: UnsafePointer<CChar>?.self)
      var values: [String] = []
      for index in 0..<count {
        guard let text = texts[index] else {
          throw StudyError(.usage, name, "expected \(count) texts, found none at \(index)")
        }
        values.append(String(cString: text))
      }
      return Tensor(name: name, shape: shape, text: values)
    default:
      throw StudyError(
        .usage, name, "expected one of the four types of kappa.h, found \(array.type)")
    }
  }
}
