// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels
import LowRank
import Testing

/// A network and the state of its trials, with all that a step can be given.
struct StepProblem {
  let units, drives, readouts, trials: Int
  let biasedReadouts: Int
  let transfer: (kernel: KernelTransfer, reference: TransferFunction)
  let driveVectors, readoutVectors, bias, coefficients, from, noise: [Double]
  let decay = 0.8
  let noiseFactor = 0.3
  let hasBias, hasNoise, hasState: Bool

  init(
    units: Int, drives: Int = 4, readouts: Int = 3, trials: Int = 1, transfer: Int = 0, bias: Bool = false,
    biasedReadouts: Int = 2, noise: Bool = false, state: Bool = true, seed: UInt64
  ) {
    var random = RandomStream(seed: seed, stream: UInt64(units))
    func draw(_ count: Int) -> [Double] { (0..<count).map { _ in random.normal() } }
    (self.units, self.drives, self.readouts, self.trials) = (units, drives, readouts, trials)
    self.biasedReadouts = biasedReadouts
    self.transfer = transfers[transfer]
    driveVectors = draw(units * drives)
    readoutVectors = draw(units * readouts)
    self.bias = draw(units)
    coefficients = draw(trials * drives)
    from = draw(trials * units)
    self.noise = draw(trials * units)
    (hasBias, hasNoise, hasState) = (bias, noise, state)
  }

  /// What a step gives: new activations, sums and their derivatives; and (1/N) Σ |A φ|, the scale of the sums' error.
  struct Result { var activations, sums, jacobian, scale, jacobianScale: [Double] }

  /// The equations as they stand, one unit after the other.
  func reference() -> Result {
    var result = Result(
      activations: [], sums: [Double](repeating: 0, count: trials * readouts),
      jacobian: [Double](repeating: 0, count: trials * readouts * drives),
      scale: [Double](repeating: 0, count: trials * readouts),
      jacobianScale: [Double](repeating: 0, count: trials * readouts * drives))
    for b in 0..<trials {
      for i in 0..<units {
        var x = hasState ? decay * from[b * units + i] : 0
        for j in 0..<drives { x += coefficients[b * drives + j] * driveVectors[j * units + i] }
        if hasNoise { x += noiseFactor * noise[b * units + i] }
        result.activations.append(x)
        for a in 0..<readouts {
          let argument = hasBias && a < biasedReadouts ? x + bias[i] : x
          let weight = readoutVectors[a * units + i] / Double(units)
          let term = weight * transfer.reference.value(argument)
          result.sums[b * readouts + a] += term
          result.scale[b * readouts + a] += abs(term)
          for j in 0..<drives {
            let slope = weight * transfer.reference.derivative(argument) * driveVectors[j * units + i]
            result.jacobian[(b * readouts + a) * drives + j] += slope
            result.jacobianScale[(b * readouts + a) * drives + j] += abs(slope)
          }
        }
      }
    }
    return result
  }

  /// A step on one path. `shift` moves every array by that many elements, off any alignment.
  func step(_ path: KernelPath, shift: Int = 0, keep: Bool = true, jacobian: Bool = false) -> Result {
    let pad = [Double](repeating: .nan, count: shift)
    let (y, a, c) = (pad + driveVectors, pad + readoutVectors, pad + bias)
    let (q, x, e) = (pad + coefficients, pad + from, pad + noise)
    var to = [Double](repeating: -77, count: shift + trials * units + 9)
    var sums = [Double](repeating: -77, count: trials * readouts)
    var slopes = [Double](repeating: -77, count: trials * readouts * drives)
    y.withUnsafeBufferPointer { y in
      a.withUnsafeBufferPointer { a in
        c.withUnsafeBufferPointer { c in
          q.withUnsafeBufferPointer { q in
            x.withUnsafeBufferPointer { x in
              e.withUnsafeBufferPointer { e in
                to.withUnsafeMutableBufferPointer { to in
                  sums.withUnsafeMutableBufferPointer { sums in
                    var network = kappa_network_f64(
                      units: units, stride: 0, drives: drives, readouts: readouts,
                      biased_readouts: biasedReadouts,
                      drive_vectors: y.baseAddress! + shift, readout_vectors: a.baseAddress! + shift,
                      bias: hasBias ? c.baseAddress! + shift : nil, transfer: transfer.kernel)
                    var state = kappa_step_f64_state(
                      trials: trials, decay: decay, noise_factor: noiseFactor,
                      coefficients: q.baseAddress! + shift,
                      from: hasState ? x.baseAddress! + shift : nil,
                      noise: hasNoise ? e.baseAddress! + shift : nil,
                      to: keep ? to.baseAddress! + shift : nil, sums: sums.baseAddress)
                    if jacobian {
                      kappa_jacobian_f64(path, &network, &state, &slopes)
                    } else {
                      kappa_step_f64(path, &network, &state)
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
    let end = shift + trials * units
    #expect(
      to[..<shift].allSatisfy { $0 == -77 } && to[end...].allSatisfy { $0 == -77 },
      "written outside the array")
    return Result(
      activations: Array(to[shift..<end]), sums: sums, jacobian: slopes, scale: [], jacobianScale: [])
  }

  /// The step in single precision.
  func singleStep(_ path: KernelPath, jacobian: Bool) -> Result {
    let (y, a, c) = (driveVectors.map { Float($0) }, readoutVectors.map { Float($0) }, bias.map { Float($0) })
    let (x, e) = (from.map { Float($0) }, noise.map { Float($0) })
    var to = [Float](repeating: -77, count: trials * units)
    var sums = [Double](repeating: -77, count: trials * readouts)
    var slopes = [Double](repeating: -77, count: trials * readouts * drives)
    y.withUnsafeBufferPointer { y in
      a.withUnsafeBufferPointer { a in
        c.withUnsafeBufferPointer { c in
          coefficients.withUnsafeBufferPointer { q in
            x.withUnsafeBufferPointer { x in
              e.withUnsafeBufferPointer { e in
                to.withUnsafeMutableBufferPointer { to in
                  sums.withUnsafeMutableBufferPointer { sums in
                    var network = kappa_network_f32(
                      units: units, stride: 0, drives: drives, readouts: readouts,
                      biased_readouts: biasedReadouts,
                      drive_vectors: y.baseAddress, readout_vectors: a.baseAddress,
                      bias: hasBias ? c.baseAddress : nil, transfer: transfer.kernel)
                    var state = kappa_step_f32_state(
                      trials: trials, decay: decay, noise_factor: noiseFactor, coefficients: q.baseAddress,
                      from: hasState ? x.baseAddress : nil, noise: hasNoise ? e.baseAddress : nil,
                      to: to.baseAddress,
                      sums: sums.baseAddress)
                    if jacobian {
                      kappa_jacobian_f32(path, &network, &state, &slopes)
                    } else {
                      kappa_step_f32(path, &network, &state)
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
    return Result(
      activations: to.map { Double($0) }, sums: sums, jacobian: slopes, scale: [], jacobianScale: [])
  }
}

/// The fused step against the equations written out. Tolerance for sums: 4e-15 (single: 3e-6) of (1/N) Σ |A φ|, from the
/// kernel's 2e-15 (1e-6), the reference's own rounding and φ's few ulp; for activations a few ulp of their largest term.
@Suite struct StepTests {
  static let seed: UInt64 = 77

  /// Every remainder of every width, and the borders of blocks.
  static let sizes = Array(1...70) + [255, 256, 257, 511, 512, 513, 1023, 1024, 1025, 1300]

  static func check(
    _ problem: StepProblem, _ result: StepProblem.Result, _ path: KernelPath, jacobian: Bool = false,
    tolerance: Double
  ) {
    let expected = problem.reference()
    for (value, reference) in zip(result.activations, expected.activations) {
      #expect(
        abs(value - reference) <= 4 * tolerance, "x, N = \(problem.units) on \(name(path)), seed \(seed)")
    }
    for i in expected.sums.indices {
      #expect(
        abs(result.sums[i] - expected.sums[i]) <= tolerance * (expected.scale[i] + 1),
        "sum \(i), N = \(problem.units) on \(name(path)), seed \(seed)")
    }
    guard jacobian else { return }
    for i in expected.jacobian.indices {
      #expect(
        abs(result.jacobian[i] - expected.jacobian[i]) <= tolerance * (expected.jacobianScale[i] + 1),
        "derivative \(i), N = \(problem.units) on \(name(path)), seed \(seed)")
    }
  }

  @Test(arguments: paths) func everyLength(path: KernelPath) {
    for size in Self.sizes {
      let problem = StepProblem(units: size, seed: Self.seed)
      Self.check(problem, problem.step(path, shift: size % 4), path, tolerance: 4e-15)
      Self.check(problem, problem.singleStep(path, jacobian: false), path, tolerance: 3e-6)
    }
  }

  @Test(arguments: paths) func everyTransferFunctionWithBiasNoiseAndJacobian(path: KernelPath) {
    for transfer in transfers.indices {
      for biased in [0, 2, 3] {
        let problem = StepProblem(
          units: 301, trials: 2, transfer: transfer, bias: true, biasedReadouts: biased, noise: true,
          seed: Self.seed)
        Self.check(problem, problem.step(path, jacobian: true), path, jacobian: true, tolerance: 1e-14)
        Self.check(problem, problem.singleStep(path, jacobian: true), path, jacobian: true, tolerance: 6e-6)
      }
    }
  }

  /// More vectors than are taken together, none at all, and no old state: the manifold's sums.
  @Test(arguments: paths) func anyNumberOfVectors(path: KernelPath) {
    for (drives, readouts) in [(0, 1), (1, 1), (2, 2), (3, 5), (4, 4), (5, 8), (9, 13), (3, 0)] {
      for state in [false, true] {
        let problem = StepProblem(
          units: 83, drives: drives, readouts: readouts, bias: true, biasedReadouts: readouts / 2,
          state: state,
          seed: Self.seed)
        Self.check(
          problem, problem.step(path, shift: 1, jacobian: true), path, jacobian: true, tolerance: 8e-15)
      }
    }
  }

  /// Trials together or one by one, activations kept or not, with or without the Jacobian: the same bits.
  @Test(arguments: paths) func theSameBitsHoweverItIsCalled(path: KernelPath) {
    let many = StepProblem(units: 600, trials: 7, noise: true, seed: Self.seed)
    let together = many.step(path)
    #expect(many.step(path, keep: false).sums == together.sums)
    #expect(many.step(path, shift: 1).sums == together.sums)
    #expect(many.step(path, jacobian: true).sums == together.sums)
    let wide = StepProblem(units: 300, drives: 2, readouts: 200, trials: 6, seed: Self.seed)
    let widely = wide.step(path)
    for (problem, result) in [(many, together), (wide, widely)] {
      for trial in 0..<problem.trials {
        var activations = [Double](repeating: 0, count: problem.units)
        var sums = [Double](repeating: 0, count: problem.readouts)
        problem.driveVectors.withUnsafeBufferPointer { y in
          problem.readoutVectors.withUnsafeBufferPointer { a in
            problem.coefficients.withUnsafeBufferPointer { q in
              problem.from.withUnsafeBufferPointer { x in
                problem.noise.withUnsafeBufferPointer { e in
                  activations.withUnsafeMutableBufferPointer { to in
                    sums.withUnsafeMutableBufferPointer { sums in
                      var network = kappa_network_f64(
                        units: problem.units, stride: 0, drives: problem.drives, readouts: problem.readouts,
                        biased_readouts: 0,
                        drive_vectors: y.baseAddress, readout_vectors: a.baseAddress, bias: nil,
                        transfer: problem.transfer.kernel)
                      let row = trial * problem.units
                      var state = kappa_step_f64_state(
                        trials: 1, decay: problem.decay, noise_factor: problem.noiseFactor,
                        coefficients: q.baseAddress! + trial * problem.drives, from: x.baseAddress! + row,
                        noise: problem.hasNoise ? e.baseAddress! + row : nil, to: to.baseAddress,
                        sums: sums.baseAddress)
                      kappa_step_f64(path, &network, &state)
                    }
                  }
                }
              }
            }
          }
        }
        let row = trial * problem.units
        #expect(
          activations == Array(result.activations[row..<(row + problem.units)]),
          "trial \(trial) on \(name(path))")
        let first = trial * problem.readouts
        #expect(
          sums == Array(result.sums[first..<(first + problem.readouts)]), "trial \(trial) on \(name(path))")
      }
    }
  }

  /// Vectors and trials with gaps between them give the bits of those without, and the gaps are not written to.
  @Test(arguments: paths) func gapsBetweenVectors(path: KernelPath) {
    let problem = StepProblem(units: 43, trials: 3, noise: true, seed: Self.seed)
    let dense = problem.step(path)
    let stride = 48
    func spread(_ values: [Double]) -> [Double] {
      (0..<(values.count / problem.units)).flatMap { column in
        (0..<stride).map { $0 < problem.units ? values[column * problem.units + $0] : .nan }
      }
    }
    var activations = [Double](repeating: -7, count: problem.trials * stride)
    var sums = [Double](repeating: 0, count: problem.trials * problem.readouts)
    spread(problem.driveVectors).withUnsafeBufferPointer { y in
      spread(problem.readoutVectors).withUnsafeBufferPointer { a in
        problem.coefficients.withUnsafeBufferPointer { q in
          spread(problem.from).withUnsafeBufferPointer { x in
            spread(problem.noise).withUnsafeBufferPointer { e in
              activations.withUnsafeMutableBufferPointer { to in
                sums.withUnsafeMutableBufferPointer { sums in
                  var network = kappa_network_f64(
                    units: problem.units, stride: stride, drives: problem.drives, readouts: problem.readouts,
                    biased_readouts: 0, drive_vectors: y.baseAddress, readout_vectors: a.baseAddress,
                    bias: nil, transfer: problem.transfer.kernel)
                  var state = kappa_step_f64_state(
                    trials: problem.trials, decay: problem.decay, noise_factor: problem.noiseFactor,
                    coefficients: q.baseAddress, from: x.baseAddress, noise: e.baseAddress,
                    to: to.baseAddress, sums: sums.baseAddress)
                  kappa_step_f64(path, &network, &state)
                }
              }
            }
          }
        }
      }
    }
    #expect(sums == dense.sums, "\(name(path))")
    for trial in 0..<problem.trials {
      let row = activations[(trial * stride)..<((trial + 1) * stride)]
      let expected = dense.activations[(trial * problem.units)..<((trial + 1) * problem.units)]
      #expect(Array(row.prefix(problem.units)) == Array(expected), "trial \(trial) on \(name(path))")
      #expect(row.dropFirst(problem.units).allSatisfy { $0 == -7 }, "trial \(trial) on \(name(path))")
    }
  }

  /// Sums of a million units of which the exact value is known: linear φ, no drive, and vectors of fixed pattern.
  ///
  /// Σ over i of a constant that binary rounds at every addition and of (±1 alternating) · x, which cancels: error below
  /// 2e-15 of the scale.
  @Test(arguments: paths, [(0.1, 0.7), (0.5991745922920262, 1.8876506938935065)])
  func aMillionUnits(path: KernelPath, constants: (weight: Double, x: Double)) {
    let units = 1_000_000
    let (weight, x) = constants
    let readouts = (0..<units).map { _ in weight } + (0..<units).map { $0 % 2 == 0 ? 1.0 : -1.0 }
    let from = [Double](repeating: x, count: units)
    var sums = [0.0, 0.0]
    readouts.withUnsafeBufferPointer { a in
      from.withUnsafeBufferPointer { x in
        sums.withUnsafeMutableBufferPointer { sums in
          var network = kappa_network_f64(
            units: units, stride: 0, drives: 0, readouts: 2, biased_readouts: 0, drive_vectors: nil,
            readout_vectors: a.baseAddress,
            bias: nil, transfer: .linear)
          var state = kappa_step_f64_state(
            trials: 1, decay: 1, noise_factor: 0, coefficients: nil, from: x.baseAddress, noise: nil, to: nil,
            sums: sums.baseAddress)
          kappa_step_f64(path, &network, &state)
        }
      }
    }
    // The plain loop has no compensation: √N · 1e-16 is what it can promise.
    let tolerance = path == .scalar ? 1e-11 : 2e-15
    #expect(abs(sums[0] - weight * x) <= tolerance * weight * x, "on \(name(path)): \(sums[0])")
    #expect(abs(sums[1]) <= tolerance * x, "on \(name(path)): \(sums[1])")
  }

  /// A NaN or an infinity in the state shows in the sums instead of vanishing.
  @Test(arguments: paths) func whatIsNotFiniteShows(path: KernelPath) {
    for (value, transfer) in [(Double.nan, KernelTransfer.tanh), (.infinity, .linear)] {
      var from = [Double](repeating: 0.25, count: 300)
      from[137] = value
      let ones = [Double](repeating: 1, count: 300)
      var sums = [0.0]
      ones.withUnsafeBufferPointer { a in
        from.withUnsafeBufferPointer { x in
          sums.withUnsafeMutableBufferPointer { sums in
            var network = kappa_network_f64(
              units: 300, stride: 0, drives: 0, readouts: 1, biased_readouts: 0, drive_vectors: nil,
              readout_vectors: a.baseAddress, bias: nil, transfer: transfer)
            var state = kappa_step_f64_state(
              trials: 1, decay: 1, noise_factor: 0, coefficients: nil, from: x.baseAddress, noise: nil,
              to: nil,
              sums: sums.baseAddress)
            kappa_step_f64(path, &network, &state)
          }
        }
      }
      #expect(value.isNaN ? sums[0].isNaN : sums[0] == .infinity, "on \(name(path)): \(sums[0])")
    }
  }
}
