import LowRank

/// What single units are tuned to, predicted from their loadings: x_i = Σ_j y_ij q_j, so that the slope of a rate with
/// respect to a task variable is, to first order around the mean state, φ'(x̄_i) Σ_j y_ij times the slope of q_j.
public struct Selectivity: Sendable, Hashable {
  /// Regression slopes of each unit's rate on the variables over trials, (N, V).
  public let measured: Matrix
  /// The slopes that loadings predict, (N, V).
  public let predicted: Matrix
  /// Pearson correlation over units of the two, per variable; 0 where one of them is constant.
  public let correlations: [Double]

  /// Compares rates at one moment of every trial.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - states: (κ, v) at that moment, row-major (B, R + K).
  ///   - variables: task variables per trial, (B, V), linearly independent with the constant.
  /// - Throws: `LinearAlgebraError` when the variables are not independent, or B does not fit.
  public init(of network: Network, states: [Double], variables: Matrix) throws(LinearAlgebraError) {
    let free = network.rank + network.inputCount
    let trials = variables.rows
    guard trials > variables.columns, states.count == trials * free else {
      throw LinearAlgebraError(
        operation: "selectivity of units",
        reason:
          "\(states.count / max(free, 1)) states and \(trials) trials of \(variables.columns) variables do not fit"
      )
    }
    let state = Matrix(rows: trials, columns: free) { states[$0 * free + $1] }
    let span = network.m.appending(columnsOf: network.inputs)
    var activation = Matrix(rows: trials, columns: network.unitCount)
    for unit in 0..<network.unitCount {
      for trial in 0..<trials {
        var x = network.bias?.values[unit] ?? 0
        for j in 0..<free { x += span[unit, j] * state[trial, j] }
        activation[trial, unit] = x
      }
    }
    var rates = activation
    for i in rates.elements.indices { rates.elements[i] = network.transfer.value(activation.elements[i]) }
    let rateSlopes = try slopes(of: rates, on: variables)
    let stateSlopes = try slopes(of: state, on: variables)
    let count = network.unitCount
    predicted = Matrix(rows: count, columns: variables.columns) { unit, variable in
      let centre = activation.column(unit).reduce(0, +) / Double(trials)
      let drive = (0..<free).reduce(0) { $0 + span[unit, $1] * stateSlopes[$1, variable] }
      return network.transfer.derivative(centre) * drive
    }
    measured = rateSlopes
    let prediction = predicted
    correlations = (0..<variables.columns).map {
      correlation(rateSlopes.column($0), prediction.column($0))
    }
  }
}

/// Slopes of every column of `values` on all variables at once (with a constant), (columns, V).
private func slopes(of values: Matrix, on variables: Matrix) throws(LinearAlgebraError) -> Matrix {
  let trials = variables.rows
  func centred(_ matrix: Matrix) -> Matrix {
    var result = matrix
    for j in 0..<matrix.columns {
      let mean = matrix.column(j).reduce(0, +) / Double(trials)
      for i in 0..<trials { result[i, j] -= mean }
    }
    return result
  }
  let (y, x) = (centred(values), centred(variables))
  let gram = Matrix(rows: x.columns, columns: x.columns) { a, b in
    zip(x.column(a), x.column(b)).reduce(0) { $0 + $1.0 * $1.1 }
  }
  var result = Matrix(rows: y.columns, columns: x.columns)
  for j in 0..<y.columns {
    let right = (0..<x.columns).map { a in zip(x.column(a), y.column(j)).reduce(0) { $0 + $1.0 * $1.1 } }
    for (a, slope) in try gram.solvePositiveDefinite(right).enumerated() { result[j, a] = slope }
  }
  return result
}

private func correlation(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
  let count = Double(a.count)
  let (meanA, meanB) = (a.reduce(0, +) / count, b.reduce(0, +) / count)
  var (ab, aa, bb) = (0.0, 0.0, 0.0)
  for (x, y) in zip(a, b) {
    ab += (x - meanA) * (y - meanB)
    aa += (x - meanA) * (x - meanA)
    bb += (y - meanB) * (y - meanB)
  }
  return aa > 0 && bb > 0 ? ab / (aa * bb).squareRoot() : 0
}
