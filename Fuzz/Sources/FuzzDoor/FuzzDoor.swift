// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKappa
import FuzzSupport
import KappaC

/// Whatever a request says, the C door answers it or refuses it in words: the name of a study on the first line, the
/// request as JSON after it.
///
/// The observer soon calls every study off: reading and checking requests is what is tried here, and what studies do with
/// legal ones may take its time.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
  ProcessorTime.limit()
  let bytes = UnsafeBufferPointer(start: data, count: size)
  let end = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? size
  let name = String(decoding: bytes[..<end], as: UTF8.self)
  let request = String(decoding: bytes[min(end + 1, size)...], as: UTF8.self)
  // Texts end at a zero.
  guard !name.utf8.contains(0), !request.utf8.contains(0), !left.contains(name) else { return 0 }
  for subject in [Subjects.none, Subjects.circuit] {
    var looks = 0
    let result = withUnsafeMutablePointer(to: &looks) { looks in
      var observer = kappa_observer(
        context: looks, progress: nil, remark: nil, is_cancelled: calledOff, cancelled: nil)
      return kappaRun(name, request, subject, nil, 0, &observer)
    }
    let status = kappaResultStatus(result)
    precondition([0, 64, 65, 66, 70, 73, 130].contains(status))
    precondition(kappaResultJSON(result).map { String(cString: $0).isEmpty } == false)
    kappaResultFree(result)
  }
  return 0
}

/// Whether the study is called off: at its third look. The door itself takes the first, before it reads the request.
private let calledOff: @convention(c) (UnsafeMutableRawPointer?) -> Int32 = { context in
  guard let looks = context?.assumingMemoryBound(to: Int.self) else { return 1 }
  looks.pointee += 1
  return looks.pointee < 3 ? 0 : 1
}

/// Studies that write files, measure the machine or read whatever file a request names.
private let left: Set<String> = ["report", "bench", "load"]

/// What requests are about: nothing, or a circuit of rank 1.
private enum Subjects {
  nonisolated(unsafe) static let none: OpaquePointer? = nil

  nonisolated(unsafe) static let circuit: OpaquePointer? = {
    let json = """
      {"format": "kappa-circuit", "version": 1, "transfer": "tanh", "alpha": 0.2, "rank": 1, "inputs": 1,
       "outputs": 1, "vectors": ["n1", "w1", "m1", "I1"], "units": 100, "closure": "moments", "provenance": {},
       "populations": [{"fraction": 1, "mean": [0, 0, 0, 0],
         "covariance": [[2, 1, 1.3, 0.6], [1, 14, 2, 0.2], [1.3, 2, 2, 0.2], [0.6, 0.2, 0.2, 1]]}]}
      """
    return json.withCString { text in
      withUnsafePointer(to: Optional(text)) { texts in
        "circuit".withCString { name in
          var array = kappa_array(
            name: name, data: UnsafeRawPointer(texts), shape: nil, axes: 0, type: Int32(KAPPA_TEXT.rawValue))
          let result = kappaRun("circuit", nil, nil, &array, 1, nil)
          defer { kappaResultFree(result) }
          precondition(kappaResultStatus(result) == 0)
          return kappaResultSubject(result)
        }
      }
    }
  }()
}

/// Puts other numbers where the text has numbers.
@_cdecl("LLVMFuzzerCustomMutator")
public func fuzzMutate(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ most: Int, _ seed: UInt32) -> Int {
  Mutation.apply(data, size, most, seed: seed) { bytes, random in
    random(2) == 0 ? nil : NumberMutator.mutated(bytes, limit: most, random: random)
  }
}
