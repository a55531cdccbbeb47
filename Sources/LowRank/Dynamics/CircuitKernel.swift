// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels
import Synchronization

/// A circuit's parameters at addresses that stay, as the kernel of its step wants them.
///
/// The logistic function is tanh of half its argument, (1 + tanh(x/2))/2: that goes into the parameters, and the kernel
/// knows tanh alone. c and x0 are inputs to it, u ≡ 1 and u ≡ 0. Readouts that a bias does not reach see the same populations without it: they are entered twice,
/// once for n and once for w with one drive less.
///
/// Nothing of it changes once it is made, so that threads may share it.
final class CircuitKernel: @unchecked Sendable {
  private let circuit: UnsafeMutablePointer<kappa_circuit>
  private let populations: UnsafeMutablePointer<kappa_population>
  private let numbers: UnsafeMutablePointer<Double>
  private let tables: UnsafeMutablePointer<kappa_gain_tables>?
  private let path = kappa_path_best()
  /// The averages of a φ without tables.
  private let gain: Gain
  /// What a variance is multiplied by to be that of tanh's argument.
  private let varianceScale: Double

  init(_ circuit: EffectiveCircuit) {
    let layout = circuit.statistics.layout
    let (rank, weights, drives) = (layout.rank, layout.weightCount, layout.driveCount)
    let form = circuit.gain.tableForm
    let (scale, offset) = (form?.scale ?? 1, form?.rateOffset ?? 0)
    let (rateFactor, gainFactor) = (form?.rateFactor ?? 1, form?.gainFactor ?? 1)
    gain = circuit.gain
    varianceScale = scale * scale
    let all: [(weights: Range<Int>, drives: Int)] =
      layout.hasBias && !circuit.biasReachesReadout
      ? [(0..<rank, drives), (rank..<weights, drives - 1)] : [(0..<weights, drives)]
    let parts = all.filter { !$0.weights.isEmpty }
    // The constants, then each entry's numbers.
    var values = (0..<weights).map { a in
      circuit.flattened.reduce(a < rank ? 0 : circuit.settings.readoutBias(a - rank)) {
        $0 + offset * $1.weights[a]
      }
    }
    var entries: [(part: (weights: Range<Int>, drives: Int), start: Int, isCentred: Bool)] = []
    for population in circuit.flattened {
      for part in parts {
        let mean = population.mean.prefix(part.drives)
        entries.append((part, values.count, mean.allSatisfy { $0 == 0 }))
        values += mean.map { scale * $0 }
        values += population.triangle(part.drives).map { scale * scale * $0 }
        values += population.weights[part.weights].map { rateFactor * $0 }
        for a in part.weights {
          values += population.couplings[(a * drives)..<(a * drives + part.drives)].map { gainFactor * $0 }
        }
      }
    }
    numbers = .allocate(capacity: max(1, values.count))
    numbers.initialize(from: values, count: values.count)
    populations = .allocate(capacity: max(1, entries.count))
    for (index, entry) in entries.enumerated() {
      let (part, mean) = (entry.part, numbers + entry.start)
      let quadratic = mean + part.drives
      let means = quadratic + part.drives * (part.drives + 1) / 2
      (populations + index).initialize(
        to: kappa_population(
          drives: part.drives, first: part.weights.lowerBound, last: part.weights.upperBound,
          centred: entry.isCentred, mean: mean, quadratic: quadratic, weight_means: means,
          couplings: means + part.weights.count))
    }
    if let form {
      tables = .allocate(capacity: 1)
      tables?.initialize(to: form.tables)
    } else {
      tables = nil
    }
    self.circuit = .allocate(capacity: 1)
    self.circuit.initialize(
      to: kappa_circuit(
        rank: rank, inputs: layout.filteredCount, outputs: layout.outputCount,
        population_count: entries.count,
        populations: populations, constants: numbers, tables: tables,
        averages: { context, count, means, variances, rates, gains in
          guard let context, let means, let variances, let rates, let gains else { return }
          Unmanaged<CircuitKernel>.fromOpaque(context).takeUnretainedValue().gain.rateAndGain(
            count: count, means: means, variances: variances, rates: rates, gains: gains)
        }, context: nil))
    self.circuit.pointee.context = UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
  }

  deinit {
    circuit.deallocate()
    populations.deallocate()
    numbers.deallocate()
    tables?.deallocate()
  }

  /// Euler steps of trials side by side; `kappa_circuit_run` has the shapes.
  ///
  /// - Parameter noiseVariances: what private noise adds to every unit's variance after each step.
  func run(
    _ trials: kappa_circuit_trials, alpha: Double, noiseVariances: [Double],
    records: kappa_circuit_records
  ) {
    var (trials, records) = (trials, records)
    noiseVariances.map { varianceScale * $0 }.withUnsafeBufferPointer { noise in
      records.noise = noise.baseAddress
      // What the kernel reads is freed with this object: not before the call is done.
      withExtendedLifetime(self) {
        kappa_circuit_run(path, circuit, &trials, alpha, noise.count, &records)
      }
    }
  }
}

/// A circuit's kernel, made when it is first run: setting it up takes as long as some thousand steps of a trial.
final class PreparedCircuitKernel: Sendable {
  private let kernel = Mutex<CircuitKernel?>(nil)

  func callAsFunction(of circuit: EffectiveCircuit) -> CircuitKernel {
    kernel.withLock { kernel in
      if let kernel { return kernel }
      let made = CircuitKernel(circuit)
      kernel = made
      return made
    }
  }
}

extension EffectiveCircuit.FlatPopulation {
  /// The coefficients of Δ² in the first `drives` of q.
  fileprivate func triangle(_ drives: Int) -> [Double] {
    var (start, part) = (0, [Double]())
    for i in 0..<drives {
      part += quadratic[start..<(start + drives - i)]
      start += mean.count - i
    }
    return part
  }
}
