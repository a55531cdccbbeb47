// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels
import LowRank
import Testing

/// The kernels of a circuit's step, on every path, against the sums as they stand.
@Suite struct CircuitKernelTests {
  static let seed: UInt64 = 4242

  /// All shapes with and without whole blocks of eight, between arrays with gaps, which stay untouched.
  @Test(arguments: paths) func transposes(path: KernelPath) {
    for (rows, columns) in [(1, 1), (7, 9), (8, 8), (16, 64), (5, 40), (40, 5), (23, 17)] {
      let (sourceStride, targetStride) = (columns + 3, rows + 2)
      let source = (0..<(rows * sourceStride)).map { Double($0) + 0.5 }
      var target = [Double](repeating: -1, count: columns * targetStride)
      kappa_transpose(path, rows, columns, source, sourceStride, &target, targetStride)
      for j in 0..<columns {
        for i in 0..<targetStride {
          let expected = i < rows ? source[i * sourceStride + j] : -1
          #expect(target[j * targetStride + i] == expected, "\(rows) x \(columns) at \(i), \(j)")
        }
      }
    }
  }

  /// A step by the sums as they stand: for as many variables as have code of their own and for more, tanh's tables
  /// and a function of the caller's, one chunk of trials and several.
  @Test(arguments: paths) func steps(path: KernelPath) {
    for drives in 2...7 {
      for (trials, isTable) in [(8, true), (72, true), (144, true), (136, false)] {
        var random = RandomStream(seed: Self.seed, stream: UInt64(100 * drives + trials))
        var problem = StepReference(drives: drives, trials: trials, random: &random)
        problem.centre(population: 1)
        let expected = problem.step(by: isTable ? tanhAverages : madeUpAverages)
        let found = problem.step(on: path, tables: isTable)
        for (name, values, wanted) in [
          ("q", found.q, expected.q), ("E[a φ]", found.sums, expected.sums),
          ("z", found.z, Array(expected.sums.suffix(2 * trials))),
          ("κ", found.kappa, Array(expected.q.prefix(trials))),
        ] {
          // Rounding of some hundred terms of order one to ten; a NaN is below no bound.
          let isClose =
            values.count == wanted.count && zip(values, wanted).allSatisfy { abs($0 - $1) < 1e-12 }
          #expect(isClose, "\(name) of \(drives) drives, \(trials) trials, seed \(Self.seed)")
        }
      }
    }
  }

  /// What is not kept moves no bit of what is, and nothing is read out.
  @Test(arguments: paths) func recordsMayBeMissing(path: KernelPath) {
    for trials in [8, 32] {
      var random = RandomStream(seed: Self.seed, stream: 8)
      var problem = StepReference(drives: 3, trials: trials, random: &random)
      problem.centre(population: 0)
      let kept = problem.step(on: path, tables: true)
      let passed = problem.step(on: path, tables: true, isKept: false)
      #expect(passed.q == kept.q)
      #expect(passed.sums.prefix(trials) == kept.sums.prefix(trials), "E[n φ]")
      #expect(Array(passed.sums.suffix(2 * trials)) == Array(problem.sums.suffix(2 * trials)), "E[w φ]")
      #expect(passed.kappa.allSatisfy { $0 == 0 } && passed.z.allSatisfy { $0 == 0 })
    }
  }

  /// A trial has the same bits alone, among others and next to one that has run away; what is not finite stays so.
  @Test(arguments: paths) func trialsDoNotMix(path: KernelPath) {
    for centred in [[], [1], [0, 1]] {
      var random = RandomStream(seed: Self.seed, stream: 7)
      var problem = StepReference(drives: 4, trials: 144, random: &random)
      for population in centred { problem.centre(population: population) }
      let whole = problem.step(on: path, tables: true)
      for trial in [0, 13, 127, 128, 143] {
        let alone = problem.only(trial).step(on: path, tables: true)
        for a in 0..<2 {
          #expect(alone.z[a * 8] == whole.z[a * 144 + trial], "trial \(trial), seed \(Self.seed)")
        }
      }
      var wild = problem
      wild.q[5] = .infinity
      wild.q[6] = .nan
      wild.q[7] = 1e200
      let beside = wild.step(on: path, tables: true)
      for trial in 0..<144 where !(5..<8).contains(trial) {
        #expect(beside.z[trial] == whole.z[trial], "trial \(trial), seed \(Self.seed)")
      }
      #expect(beside.z[6].isNaN && !beside.z[5].isFinite)
      // Where the variance overflows, tanh is a step and its slope nothing.
      #expect(beside.z[7].isFinite)
    }
  }
}

/// What the tables are compared with.
private func tanhAverages(_ mean: Double, _ variance: Double) -> (Double, Double) {
  Gain(.tanh, path: .baseline).rateAndGain(mean: mean, variance: variance)
}

/// Two functions that no table has.
private func madeUpAverages(_ mean: Double, _ variance: Double) -> (Double, Double) {
  (mean + 0.1 * variance, mean - variance)
}

/// A circuit of two populations with random parameters in the middle of a run; one sends to all weights, the other to some.
private struct StepReference {
  let drives, trials, rank, inputs, outputs: Int
  let alpha = 0.2, noise = 0.25
  var means: [[Double]], weightMeans: [[Double]], couplings: [[Double]]
  let factors: [[Double]]
  let constants: [Double]
  let weights: [Range<Int>]
  var q, sums, u: [Double]

  init(drives: Int, trials: Int, random: inout RandomStream) {
    (self.drives, self.trials, rank, outputs) = (drives, trials, 1, 2)
    inputs = drives - 1
    weights = [0..<3, 1..<3]
    func draw(_ count: Int) -> [Double] { (0..<count).map { _ in random.normal() } }
    means = weights.map { _ in draw(drives) }
    factors = weights.map { _ in draw(drives * drives) }
    weightMeans = weights.map { draw($0.count) }
    couplings = weights.map { draw($0.count * drives) }
    constants = draw(3)
    (q, sums, u) = (draw(drives * trials), draw(3 * trials), draw(inputs * trials))
  }

  mutating func centre(population: Int) { means[population] = means[population].map { _ in 0 } }

  /// The same trial eight times.
  func only(_ trial: Int) -> StepReference {
    func repeated(_ values: [Double]) -> [Double] {
      stride(from: trial, to: values.count, by: trials).flatMap { [Double](repeating: values[$0], count: 8) }
    }
    return StepReference(self, q: repeated(q), sums: repeated(sums), u: repeated(u))
  }

  private init(_ other: StepReference, q: [Double], sums: [Double], u: [Double]) {
    (drives, trials, rank, inputs, outputs) = (other.drives, 8, other.rank, other.inputs, other.outputs)
    (means, weightMeans, couplings) = (other.means, other.weightMeans, other.couplings)
    (factors, constants, weights) = (other.factors, other.constants, other.weights)
    (self.q, self.sums, self.u) = (q, sums, u)
  }

  /// C_ij = Σ_k F_ik F_jk.
  private func covariance(_ p: Int, _ i: Int, _ j: Int) -> Double {
    (0..<drives).reduce(0) { $0 + factors[p][i * drives + $1] * factors[p][j * drives + $1] }
  }

  func step(by averages: (Double, Double) -> (Double, Double)) -> (q: [Double], sums: [Double]) {
    var moved = q
    var all = [Double](repeating: 0, count: 3 * trials)
    for trial in 0..<trials {
      for j in 0..<drives {
        let target = j == 0 ? sums[trial] : u[(j - 1) * trials + trial]
        moved[j * trials + trial] += alpha * (target - q[j * trials + trial])
      }
      let q = (0..<drives).map { moved[$0 * trials + trial] }
      var own = constants
      for p in weights.indices {
        var (mean, variance) = (0.0, noise)
        for i in 0..<drives {
          mean += means[p][i] * q[i]
          for j in 0..<drives { variance += q[i] * covariance(p, i, j) * q[j] }
        }
        let (rate, gain) = averages(mean, variance)
        for (index, a) in weights[p].enumerated() {
          let coupling = (0..<drives).reduce(0.0) { $0 + couplings[p][index * drives + $1] * q[$1] }
          own[a] += weightMeans[p][index] * rate + coupling * gain
        }
      }
      for a in 0..<3 { all[a * trials + trial] = own[a] }
    }
    return (moved, all)
  }

  func step(
    on path: KernelPath, tables isTable: Bool, isKept: Bool = true
  ) -> (q: [Double], sums: [Double], kappa: [Double], z: [Double]) {
    var numbers = constants
    var starts: [Int] = []
    for p in weights.indices {
      starts.append(numbers.count)
      numbers += means[p]
      for i in 0..<drives { for j in i..<drives { numbers.append((i == j ? 1 : 2) * covariance(p, i, j)) } }
      numbers += weightMeans[p] + couplings[p]
    }
    var (q, sums) = (q, sums)
    var (kappa, z) = ([Double](repeating: 0, count: trials), [Double](repeating: 0, count: 2 * trials))
    let form = Gain(.tanh).tableForm
    numbers.withUnsafeBufferPointer { numbers in
      let populations = weights.indices.map { p in
        let mean = numbers.baseAddress! + starts[p]
        let quadratic = mean + drives
        let own = quadratic + drives * (drives + 1) / 2
        return kappa_population(
          drives: drives, first: weights[p].lowerBound, last: weights[p].upperBound,
          centred: means[p].allSatisfy { $0 == 0 }, mean: mean, quadratic: quadratic, weight_means: own,
          couplings: own + weights[p].count)
      }
      populations.withUnsafeBufferPointer { populations in
        withUnsafePointer(to: form?.tables ?? kappa_gain_tables()) { tables in
          q.withUnsafeMutableBufferPointer { q in
            sums.withUnsafeMutableBufferPointer { sums in
              var circuit = kappa_circuit(
                rank: rank, inputs: inputs, outputs: outputs, population_count: populations.count,
                populations: populations.baseAddress, constants: numbers.baseAddress,
                tables: isTable ? tables : nil,
                averages: { _, count, means, variances, rates, gains in
                  for i in 0..<count {
                    (rates![i], gains![i]) = madeUpAverages(means![i], variances![i])
                  }
                }, context: nil)
              var batch = kappa_circuit_trials(count: trials, q: q.baseAddress, sums: sums.baseAddress)
              kappa.withUnsafeMutableBufferPointer { kappa in
                z.withUnsafeMutableBufferPointer { z in
                  u.withUnsafeBufferPointer { u in
                    withUnsafePointer(to: noise) { noise in
                      var records = kappa_circuit_records(
                        inputs: u.baseAddress, noise: noise, kappa: isKept ? kappa.baseAddress : nil,
                        outputs: isKept ? z.baseAddress : nil,
                        states: nil)
                      kappa_circuit_run(path, &circuit, &batch, alpha, 1, &records)
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
    return (q, sums, kappa, z)
  }
}
