// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKappa
import KappaC
import Studies
import Testing

/// The door as C sees it.
struct DoorTests {
  @Test func `Layout is the header's`() {
    #expect(kappaABIVersion() == KAPPA_ABI_VERSION)
    #expect(String(cString: kappaVersionText()) == kappaVersion)
  }

  @Test func `An unknown study and a broken request are values`() {
    for (study, request) in [("nothing", "{}"), ("gain", "{"), ("gain", "[1]"), ("gain", "{\"colour\": 1}")] {
      let result = kappaRun(study, request, nil, nil, 0, nil)
      defer { kappaResultFree(result) }
      #expect(kappaResultStatus(result) == 64)
      #expect(kappaResultJSON(result).map { String(cString: $0) }?.contains("usage") == true)
    }
  }

  @Test func `Gain comes back in the shape of delta`() throws {
    let delta = [0.5, 1.0]
    let shape: [Int64] = [2, 1]
    let result = delta.withUnsafeBufferPointer { values in
      shape.withUnsafeBufferPointer { shape in
        "delta".withCString { name in
          var array = kappa_array(
            name: name, data: UnsafeRawPointer(values.baseAddress), shape: shape.baseAddress, axes: 2, type: 0
          )
          return kappaRun("gain", "{\"transfer\": \"erf\"}", nil, &array, 1, nil)
        }
      }
    }
    defer { kappaResultFree(result) }
    #expect(kappaResultStatus(result) == 0)
    var array = kappa_array()
    #expect(kappaResultArray(result, 1, &array) == 1)
    #expect(array.axes == 2)
    // ⟨erf'⟩ = 2/√π / √(1 + 2Δ²) at μ = 0.
    let gains = array.data.assumingMemoryBound(to: Double.self)
    for (index, delta) in delta.enumerated() {
      #expect(abs(gains[index] - 1.1283791670955126 / (1 + 2 * delta * delta).squareRoot()) < 1e-15)
    }
    #expect(kappaResultArray(result, 99, &array) == 0)
  }

  @Test func `A flag in memory calls the work off`() {
    var flag: Int32 = 1
    let result = withUnsafePointer(to: &flag) { flag in
      var observer = kappa_observer()
      observer.cancelled = flag
      return kappaRun("studies", nil, nil, nil, 0, &observer)
    }
    defer { kappaResultFree(result) }
    #expect(kappaResultStatus(result) == 130)
  }
}
