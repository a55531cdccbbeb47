// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels
import LibC
import LowRank
import Testing

/// φ and φ' on every path against the C library.
///
/// Tolerances in units of the last place. Measured worst cases against 80-bit arithmetic on 300,000 points: 2.5 (tanh),
/// 1.4 (erf), 2.4 (softplus), 2.2 (logistic), 3.8 (the slopes of tanh and logistic), 2.3 (the slope of erf). The reference
/// itself, built from the library's functions, is up to 3.7 off; hence 8 between the two in double and 5 in single, where
/// the reference is computed in double and counts as exact.
@Suite struct TransferTests {
  static let seed: UInt64 = 20_260_301

  /// Small, moderate and large arguments of both signs, and the special ones.
  static let arguments: [Double] = {
    var random = RandomStream(seed: seed)
    var values: [Double] = [
      0, -0.0, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, -Double.leastNonzeroMagnitude, 0x1p-1040,
      -2.2250738585072014e-308, 1e-30, 1e308,
      -1e308,
      0.5, -0.5, 1, -1, 1.0000000000000002, 6, -6, 6.1, 19.06, -19.07, 20, 27.2, 28, 37, 700, -708.5, 709,
      -740, -745.2, 750, -800,
    ]
    for i in 0..<4000 {
      let magnitude = i % 2 == 0 ? 30 : exp(20 * random.uniform() - 15)
      values.append((2 * random.uniform() - 1) * magnitude)
    }
    return values
  }()

  @Test(arguments: paths) func valuesAgreeWithTheLibrary(path: KernelPath) {
    let x = Self.arguments
    var y = [Double](repeating: 7, count: x.count)
    for (kernel, reference) in transfers {
      kappa_transfer_apply_f64(path, kernel, x, &y, x.count)
      for i in x.indices {
        let expected = reference.value(x[i])
        #expect(
          ulps(y[i], expected) <= 5,
          "\(reference)(\(x[i])) on \(name(path)): \(y[i]), library \(expected), seed \(Self.seed)")
      }
    }
  }

  @Test(arguments: paths) func slopesAgreeWithTheLibrary(path: KernelPath) {
    let x = Self.arguments
    var y = [Double](repeating: 7, count: x.count)
    for (kernel, reference) in transfers {
      kappa_transfer_derivative_f64(path, kernel, x, &y, x.count)
      for i in x.indices {
        // e^(-x²) of the library loses digits by rounding x²: the plain loop on the scalar path as well.
        let square = kernel == .erf && abs(x[i]) > 1 && abs(x[i]) < 100
        if square && path == .scalar { continue }
        let expected = square ? preciseErfSlope(x[i]) : reference.derivative(x[i])
        #expect(
          ulps(y[i], expected) <= 8,
          "\(reference)'(\(x[i])) on \(name(path)): \(y[i]), library \(expected), seed \(Self.seed)")
      }
    }
  }

  @Test(arguments: paths) func singlePrecisionAgreesWithTheLibrary(path: KernelPath) {
    let x = Self.arguments.map { Float($0) }
    var y = [Float](repeating: 7, count: x.count)
    for (kernel, reference) in transfers {
      kappa_transfer_apply_f32(path, kernel, x, &y, x.count)
      for i in x.indices {
        let expected = reference.value(Double(x[i]))
        #expect(
          ulps(y[i], expected) <= 5,
          "\(reference)(\(x[i])) on \(name(path)): \(y[i]), library \(expected), seed \(Self.seed)")
      }
      kappa_transfer_derivative_f32(path, kernel, x, &y, x.count)
      if kernel == .erf && path == .scalar { continue }
      for i in x.indices {
        let expected = reference.derivative(Double(x[i]))
        #expect(
          ulps(y[i], expected) <= 5,
          "\(reference)'(\(x[i])) on \(name(path)): \(y[i]), library \(expected), seed \(Self.seed)")
      }
    }
  }

  @Test(arguments: paths) func signsOfZeroAndBoundsAreKept(path: KernelPath) {
    let x = Self.arguments
    var y = [Double](repeating: 7, count: x.count)
    for kernel in [KernelTransfer.tanh, .erf] {
      kappa_transfer_apply_f64(path, kernel, x, &y, x.count)
      #expect(y[0].sign == .plus && y[1].sign == .minus, "on \(name(path))")
      #expect(y.allSatisfy { $0.isNaN || abs($0) <= 1 }, "beyond 1 on \(name(path)), seed \(Self.seed)")
    }
  }

  /// Lengths with every remainder, unaligned, in place: the same bits as in one long array, and nothing written beyond.
  @Test(arguments: paths) func lengthAndAlignmentChangeNothing(path: KernelPath) {
    var random = RandomStream(seed: Self.seed, stream: 1)
    let x = (0..<80).map { _ in 3 * random.normal() }
    let single = x.map { Float($0) }
    for (kernel, reference) in transfers {
      var whole = x
      kappa_transfer_apply_f64(path, kernel, x, &whole, x.count)
      var wholeSingle = single
      kappa_transfer_apply_f32(path, kernel, single, &wholeSingle, single.count)
      for count in 0...70 {
        let offset = 1 + count % 3
        var part = x
        part.withUnsafeMutableBufferPointer {
          kappa_transfer_apply_f64(path, kernel, $0.baseAddress! + offset, $0.baseAddress! + offset, count)
        }
        let expected = x[..<offset] + whole[offset..<(offset + count)] + x[(offset + count)...]
        #expect(
          part.map(\.bitPattern) == expected.map(\.bitPattern),
          "\(reference), \(count) values on \(name(path))")
        var partSingle = single
        partSingle.withUnsafeMutableBufferPointer {
          kappa_transfer_apply_f32(path, kernel, $0.baseAddress! + offset, $0.baseAddress! + offset, count)
        }
        let expectedSingle =
          single[..<offset] + wholeSingle[offset..<(offset + count)] + single[(offset + count)...]
        #expect(
          partSingle.map(\.bitPattern) == expectedSingle.map(\.bitPattern),
          "\(reference), \(count) values on \(name(path))")
      }
    }
  }

  /// 2/√π e^(-x²), x² split so that both parts are exact enough.
  private func preciseErfSlope(_ x: Double) -> Double {
    let high = Double(Float(x))
    return 2 / Double.pi.squareRoot() * exp(-high * high) * exp(-(x - high) * (x + high))
  }
}

@Suite struct PathTests {
  @Test func theBestPathIsAvailableAndNamed() {
    #expect(kappa_path_is_available(kappa_path_best()))
    #expect(paths.contains(.scalar) && paths.contains(.baseline))
    #expect(Set(paths.map(name)).count == paths.count)
  }

  /// A path that the machine does not have is replaced by the best one.
  @Test func anUnavailablePathStillComputes() {
    for path in [KernelPath.avx2, .avx512] where !kappa_path_is_available(path) {
      var a = [0.0], b = [0.0]
      kappa_transfer_apply_f64(path, .tanh, [0.7], &a, 1)
      kappa_transfer_apply_f64(kappa_path_best(), .tanh, [0.7], &b, 1)
      #expect(a == b && a[0] > 0.6)
    }
  }
}
