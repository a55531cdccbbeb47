// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKappa
import NetworkFiles
import Studies

/// What a kappa_subject points to.
final class SubjectHandle: Sendable {
  let subject: Subject

  init(_ subject: Subject) { self.subject = subject }

  /// A pointer that owns the handle.
  func retained() -> OpaquePointer { OpaquePointer(Unmanaged.passRetained(self).toOpaque()) }

  static func of(_ pointer: OpaquePointer) -> SubjectHandle {
    Unmanaged<SubjectHandle>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
  }
}

/// What a kappa_result points to: everything in memory of its own that does not move, never written again.
final class ResultHandle: @unchecked Sendable {
  let status: Int32
  let json, remarks: UnsafePointer<CChar>
  let subject: Subject?
  let arrays: [kappa_array]
  private var memory: [UnsafeMutableRawPointer] = []

  init(
    status: Int32, json: String, remarks: String = "[]", arrays tensors: [Tensor] = [],
    subject: Subject? = nil
  ) {
    self.status = status
    self.subject = subject
    var memory: [UnsafeMutableRawPointer] = []
    self.json = Self.copy(json, &memory)
    self.remarks = Self.copy(remarks, &memory)
    arrays = tensors.filter { $0.text == nil }.map { tensor in
      let values = UnsafeMutablePointer<Double>.allocate(capacity: max(tensor.values.count, 1))
      tensor.values.withUnsafeBufferPointer { source in
        if let start = source.baseAddress { values.initialize(from: start, count: source.count) }
      }
      let shape = UnsafeMutablePointer<Int64>.allocate(capacity: max(tensor.shape.count, 1))
      for (axis, size) in tensor.shape.enumerated() { shape[axis] = Int64(size) }
      memory += [UnsafeMutableRawPointer(values), UnsafeMutableRawPointer(shape)]
      return kappa_array(
        name: Self.copy(tensor.name, &memory), data: UnsafeRawPointer(values), shape: UnsafePointer(shape),
        axes: Int32(tensor.shape.count), type: Int32(KAPPA_FLOAT64.rawValue))
    }
    self.memory = memory
  }

  deinit { for piece in memory { piece.deallocate() } }

  private static func copy(_ text: String, _ memory: inout [UnsafeMutableRawPointer]) -> UnsafePointer<CChar>
  {
    let bytes = Array(text.utf8).filter { $0 != 0 }
    let place = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
    for (index, byte) in bytes.enumerated() { place[index] = CChar(bitPattern: byte) }
    place[bytes.count] = 0
    memory.append(UnsafeMutableRawPointer(place))
    return UnsafePointer(place)
  }

  func retained() -> OpaquePointer { OpaquePointer(Unmanaged.passRetained(self).toOpaque()) }

  static func of(_ pointer: OpaquePointer) -> ResultHandle {
    Unmanaged<ResultHandle>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
  }
}

/// An observer of the caller's, whose functions may be called from any thread: the header says so.
struct ForeignObserver: Observer, @unchecked Sendable {
  let observer: kappa_observer

  func report(_ progress: Progress) {
    observer.progress?(observer.context, progress.title, progress.part, progress.share)
  }

  func remark(_ remark: Remark) {
    guard let function = observer.remark, let text = try? StudyJSON.text(remark) else { return }
    function(observer.context, text)
  }

  var isCancelled: Bool {
    if let flag = observer.cancelled, flag.pointee != 0 { return true }
    return observer.is_cancelled.map { $0(observer.context) != 0 } ?? false
  }
}
