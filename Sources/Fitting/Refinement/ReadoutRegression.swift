// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// The means and covariances of many readouts, for a circuit whose κ-equations and populations are given.
///
/// Along the circuit's own course, z_o = Σ_p c_p0 ⟨φ⟩_p + (h_p·d_p) ⟨φ'⟩_p with h_p = L_pᵀq is linear in (c_0, d) of that
/// output alone; in rate form all of it passes the filter of ζ. Each output is a ridge regression with the terms that fits
/// have (`Pull.ridge` or `.anchor`, and the mean of w held near the network's), on one Gram matrix of P (1 + D) columns.
struct ReadoutRegression: Sendable {
  /// Points of the trajectories that are regressed on: far more than there are columns.
  private static let points = 1500
  /// E[w²] over the network's, above which a readout is tied more tightly (`Diagnosis.isExcessive`).
  private static let mostWeight = 5.0

  /// E[a²] of n and then w; 1 for those that are zero.
  let weightSquares: [Double]
  private let stimulus: Stimulus
  private let simulation: Simulation
  private let readouts: Range<Int>
  private let means: OverallMeans
  /// Rows among the B·T steps.
  private let places: [Int]
  /// z - z₀, without what an initial ζ leaves in it, (points, O).
  private let targets: [Double]
  /// SD of each output, (O).
  private let scales: [Double]

  /// - Parameter run: the exact course under the stimulus.
  init(_ network: Network, _ run: Trajectory, under stimulus: Stimulus, alpha: Double) throws {
    let layout = network.layout
    self.stimulus = stimulus
    simulation = Simulation(alpha: alpha, keepsStates: true)
    readouts = layout.rank..<layout.weightCount
    let statistics = try ConnectivityStatistics(of: network)
    weightSquares = statistics.weightSquares.map { $0 > 0 ? $0 : 1 }
    means = OverallMeans(of: statistics)
    let (all, outputs) = (run.trials * run.steps, layout.outputCount)
    let count = min(all, Self.points)
    places = (0..<count).map { $0 * all / count }
    let start = network.form == .rate ? network.start?.reduced.readouts ?? [] : []
    var targets = [Double]()
    targets.reserveCapacity(count * outputs)
    for place in places {
      let left = start.isEmpty ? 0 : power(1 - alpha, place % run.steps + 1)
      for o in 0..<outputs {
        targets.append(
          run.outputs[place * outputs + o] - network.readoutBias[o] - (start.isEmpty ? 0 : left * start[o]))
      }
    }
    self.targets = targets
    scales = deviations(targets, width: outputs, count: outputs)
  }

  /// (c_0, d) of every population, output by output: O times P (1 + D) numbers.
  ///
  /// - Parameters:
  ///   - parameters: the populations, whose readouts are not looked at.
  ///   - circuit: a circuit of these populations, whatever it reads out.
  ///   - origin: the parameters towards which coefficients are pulled; `nil` for zero.
  ///   - strength: of that pull.
  func coefficients(
    of parameters: CircuitParameters, following circuit: EffectiveCircuit, from origin: CircuitParameters?,
    strength: Double
  ) throws(LinearAlgebraError) -> [Double] {
    let shape = parameters.shape
    let (basis, count, outputs) = (shape.basis, places.count, readouts.count)
    let rows = rows(of: parameters, following: circuit)
    let share = 1 / Double(max(count, 1))
    var gram = [Double](repeating: 0, count: basis * basis)
    var right = [Double](repeating: 0, count: basis * outputs)
    for point in 0..<count {
      let row = rows[(point * basis)..<((point + 1) * basis)]
      for (b, value) in row.enumerated() {
        for (other, second) in row.enumerated() { gram[b * basis + other] += share * value * second }
        let (first, factor) = (b * outputs, share * value)
        for o in 0..<outputs { right[first + o] += factor * targets[point * outputs + o] }
      }
    }
    // The places of the c_0, which add up to the mean of w.
    let constants = Array(stride(from: 0, to: basis, by: 1 + shape.drives))
    var result: [Double] = []
    result.reserveCapacity(outputs * basis)
    for (o, weight) in readouts.enumerated() {
      let square = scales[o] * scales[o]
      let held = Pull.meanStrength / (means.deviations[weight] * means.deviations[weight])
      let centre = origin.map { Array($0.values[(weight * basis)..<((weight + 1) * basis)]) }
      var ridge =
        (origin == nil ? Pull.ridgeStrength : strength) * Double(shape.populations) / weightSquares[weight]
      var found: [Double] = []
      repeat {
        var matrix = gram.map { $0 / square }
        var vector = (0..<basis).map { right[$0 * outputs + o] / square }
        for b in 0..<basis {
          matrix[b * basis + b] += ridge
          if let centre { vector[b] += ridge * centre[b] }
        }
        for i in constants {
          vector[i] += held * means.values[weight]
          for j in constants { matrix[i * basis + j] += held }
        }
        found = try Matrix(rows: basis, columns: basis, elements: matrix).solvePositiveDefinite(vector)
        ridge *= 10
      } while leastSquare(found, shape, parameters.fractions) > Self.mostWeight * weightSquares[weight]
        && ridge < 1 / weightSquares[weight]
      result += found
    }
    return result
  }

  /// The least E[w²] that the coefficients of one readout allow.
  private func leastSquare(_ values: [Double], _ shape: CircuitShape, _ fractions: [Double]) -> Double {
    let width = 1 + shape.drives
    return fractions.indices.reduce(0) { sum, p in
      sum + values[(p * width)..<((p + 1) * width)].reduce(0) { $0 + $1 * $1 } / fractions[p]
    }
  }

  /// ⟨φ⟩_p and h_p ⟨φ'⟩_p along the circuit's course, (points, P (1 + D)).
  private func rows(of parameters: CircuitParameters, following circuit: EffectiveCircuit) -> [Double] {
    let shape = parameters.shape
    let (drives, width, basis) = (shape.drives, 1 + shape.drives, shape.basis)
    let run = simulation.run(circuit, under: stimulus)
    let states = circuit.drives(along: run, under: stimulus)
    let isRate = circuit.form == .rate
    let populations = (0..<shape.populations).map {
      (mean: Array(parameters.mean($0)), factor: parameters.factor($0))
    }
    // A filter needs every step.
    let taken = isRate ? Array(0..<(run.trials * run.steps)) : places
    var (means, variances) = ([Double](), [Double]())
    var offsets = [Double](repeating: 0, count: taken.count * shape.populations * drives)
    for (index, place) in taken.enumerated() {
      var q = Array(states[(place * drives)..<((place + 1) * drives)])
      if shape.separateReadout { q[drives - 1] = 0 }
      for (p, population) in populations.enumerated() {
        var (mean, variance) = (0.0, 0.0)
        for j in 0..<drives { mean += population.mean[j] * q[j] }
        for k in 0..<drives {
          var h = 0.0
          for j in k..<drives { h += population.factor[j, k] * q[j] }
          offsets[(index * shape.populations + p) * drives + k] = h
          variance += h * h
        }
        means.append(mean)
        variances.append(variance)
      }
    }
    var (rates, gains) = (means, means)
    Gain(shape.transfer).rateAndGain(means: means, variances: variances, rates: &rates, gains: &gains)
    var rows = [Double](repeating: 0, count: taken.count * basis)
    for cell in 0..<(taken.count * shape.populations) {
      rows[cell * width] = rates[cell]
      for k in 0..<drives { rows[cell * width + 1 + k] = offsets[cell * drives + k] * gains[cell] }
    }
    guard isRate else { return rows }
    // ζ and the filtered rows obey the same equation, from zero.
    for trial in 0..<run.trials {
      for step in 0..<run.steps {
        let place = (trial * run.steps + step) * basis
        for b in 0..<basis {
          let before = step == 0 ? 0 : rows[place - basis + b]
          rows[place + b] = before + simulation.alpha * (rows[place + b] - before)
        }
      }
    }
    return places.flatMap { rows[($0 * basis)..<(($0 + 1) * basis)] }
  }
}

/// x to a whole number.
private func power(_ x: Double, _ exponent: Int) -> Double {
  (0..<exponent).reduce(1) { product, _ in product * x }
}
