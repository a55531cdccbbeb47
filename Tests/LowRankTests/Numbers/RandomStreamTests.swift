// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import Testing

@Suite struct RandomStreamTests {
  @Test func isReproducibleAndStreamsDiffer() {
    var a = RandomStream(seed: 1, stream: 2)
    var b = RandomStream(seed: 1, stream: 2)
    var c = RandomStream(seed: 1, stream: 3)
    var d = RandomStream(seed: 2, stream: 2)
    let first = (0..<8).map { _ in a.next() }
    #expect(first == (0..<8).map { _ in b.next() })
    #expect(first != (0..<8).map { _ in c.next() })
    #expect(first != (0..<8).map { _ in d.next() })
  }

  /// The generator's authors' C code, started from the state (1, 2, 3, 4), gives 41943041 first.
  @Test func isXoshiro256PlusPlus() throws {
    let json = #"{"s0":1,"s1":2,"s2":3,"s3":4}"#
    var stream = try JSONDecoder().decode(RandomStream.self, from: Data(json.utf8))
    #expect(stream.next() == 41_943_041)
    #expect(stream.next() == 58_720_359)
  }

  /// Every index equally often: χ² of 6 degrees of freedom is below 22.5 with probability 0.999.
  @Test func indicesAreUniform() {
    var stream = RandomStream(seed: 4)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[stream.index(below: 7)] += 1 }
    let square = counts.reduce(0.0) { $0 + (Double($1) - 10_000) * (Double($1) - 10_000) / 10_000 }
    #expect(square < 22.5, "seed 4: \(counts)")
    #expect(stream.index(below: 1) == 0)
    let large = (1 << 62) + 1
    #expect((0..<100).allSatisfy { _ in (0..<large).contains(stream.index(below: large)) })
  }

  @Test func normalsHaveTheMomentsOfNormals() {
    var stream = RandomStream(seed: 3)
    let values = (0..<20000).map { _ in stream.normal() }
    let count = Double(values.count)
    func moment(_ power: Int) -> Double {
      values.reduce(0) { total, x in total + (0..<power).reduce(1) { product, _ in product * x } } / count
    }
    // Four standard errors of each sample moment: √(1, 2, 15, 96)/√20000.
    #expect(abs(moment(1)) < 4 * 1 / count.squareRoot(), "seed 3")
    #expect(abs(moment(2) - 1) < 4 * 1.42 / count.squareRoot(), "seed 3")
    #expect(abs(moment(3)) < 4 * 3.88 / count.squareRoot(), "seed 3")
    #expect(abs(moment(4) - 3) < 4 * 9.8 / count.squareRoot(), "seed 3")
  }
}
