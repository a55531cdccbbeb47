// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKappa
import Studies

// The functions of kappa.h; what they do stands there.

/// KAPPA_ABI_VERSION of this library.
@_cdecl("kappa_abi_version")
public func kappaABIVersion() -> Int32 { KAPPA_ABI_VERSION }

/// A text that lives as long as the library.
private struct LastingText: @unchecked Sendable {
  let pointer: UnsafePointer<CChar>

  init(_ text: String) {
    let bytes = text.utf8CString
    let place = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
    for (index, byte) in bytes.enumerated() { place[index] = byte }
    pointer = UnsafePointer(place)
  }
}

private let versionText = LastingText(kappaVersion)

/// The version of the library.
@_cdecl("kappa_version")
public func kappaVersionText() -> UnsafePointer<CChar> { versionText.pointer }

/// Runs a study by its name.
@_cdecl("kappa_run")
public func kappaRun(
  _ study: UnsafePointer<CChar>?, _ request: UnsafePointer<CChar>?, _ subject: OpaquePointer?,
  _ arrays: UnsafePointer<kappa_array>?, _ arrayCount: Int32, _ observer: UnsafePointer<kappa_observer>?
) -> OpaquePointer {
  let next: any Observer = observer.map { ForeignObserver(observer: $0.pointee) } ?? SilentObserver()
  let collector = RemarkCollector(passingTo: next)
  do throws(StudyError) {
    let name = study.map { String(cString: $0) } ?? ""
    guard let work = Registry.studies[name] else {
      throw StudyError(
        .usage, "study",
        "expected one of \(Registry.names.joined(separator: ", ")), found \(name.debugDescription)")
    }
    let call = Call(
      request: request.map { String(cString: $0) } ?? "{}",
      subject: subject.map { SubjectHandle.of($0).subject },
      arrays: try ForeignArrays.tensors(arrays, count: arrayCount), observer: collector)
    try collector.check()
    let answer = try work(call)
    var remarks = answer.remarks
    for remark in collector.remarks where !remarks.contains(remark) { remarks.append(remark) }
    return ResultHandle(
      status: 0, json: answer.json, remarks: try StudyJSON.text(remarks), arrays: answer.arrays,
      subject: answer.subject
    ).retained()
  } catch {
    let text = (try? StudyJSON.text(error)) ?? "{\"kind\":\"software\",\"quantity\":\"\",\"text\":\"\"}"
    return ResultHandle(status: error.kind.exitCode, json: text).retained()
  }
}

/// 0, or the exit code that a failure stands for.
@_cdecl("kappa_result_status")
public func kappaResultStatus(_ result: OpaquePointer?) -> Int32 {
  result.map { ResultHandle.of($0).status } ?? 64
}

/// The result, or what is wrong, as JSON.
@_cdecl("kappa_result_json")
public func kappaResultJSON(_ result: OpaquePointer?) -> UnsafePointer<CChar>? {
  result.map { ResultHandle.of($0).json }
}

/// The remarks as a JSON list.
@_cdecl("kappa_result_remarks")
public func kappaResultRemarks(_ result: OpaquePointer?) -> UnsafePointer<CChar>? {
  result.map { ResultHandle.of($0).remarks }
}

/// How many arrays there are.
@_cdecl("kappa_result_array_count")
public func kappaResultArrayCount(_ result: OpaquePointer?) -> Int32 {
  result.map { Int32(ResultHandle.of($0).arrays.count) } ?? 0
}

/// One of the arrays; 0 where there is none.
@_cdecl("kappa_result_array")
public func kappaResultArray(
  _ result: OpaquePointer?, _ index: Int32, _ array: UnsafeMutablePointer<kappa_array>?
) -> Int32 {
  guard let result, let array else { return 0 }
  let arrays = ResultHandle.of(result).arrays
  guard arrays.indices.contains(Int(index)) else { return 0 }
  array.pointee = arrays[Int(index)]
  return 1
}

/// A new handle of the network or circuit that was made or read.
@_cdecl("kappa_result_subject")
public func kappaResultSubject(_ result: OpaquePointer?) -> OpaquePointer? {
  result.flatMap { ResultHandle.of($0).subject }.map { SubjectHandle($0).retained() }
}

/// Gives a result back.
@_cdecl("kappa_result_free")
public func kappaResultFree(_ result: OpaquePointer?) {
  if let result { Unmanaged<ResultHandle>.fromOpaque(UnsafeRawPointer(result)).release() }
}

/// Gives a network or circuit back.
@_cdecl("kappa_subject_free")
public func kappaSubjectFree(_ subject: OpaquePointer?) {
  if let subject { Unmanaged<SubjectHandle>.fromOpaque(UnsafeRawPointer(subject)).release() }
}
