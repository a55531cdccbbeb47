// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Levenberg–Marquardt on (c, θ) with variable projection where the objective is linear in c.
///
/// The step comes from the joint normal equations (Kaufman's form: the projected Jacobian without its small second term);
/// after it c is solved again exactly, so that only θ is searched. Damping: d (diag + 1e-3 max) on θ, divided by 3 on
/// success and multiplied by 4 on failure. It ends after four steps in a row that gain less than 1 part in 1000.
struct LevenbergMarquardt {
  var maximumSteps = 60
  var tolerance = 1e-3
  var patience = 4

  struct Outcome {
    var parameters: CircuitParameters
    var cost: Double
    var steps: Int
  }

  /// Minimises an objective from some parameters.
  func minimise(
    _ objective: Objective, from start: CircuitParameters, isCancelled: () -> Bool = { false }
  ) throws(LinearAlgebraError) -> Outcome {
    let projects = objective.stage != .trajectory
    var best = start
    if projects { _ = try objective.solveCoefficients(&best) }
    var equations = objective.equations(at: best, detail: .all)
    var cost = equations.cost
    var damping = 1e-2
    var slow = 0
    var steps = 0
    while steps < maximumSteps && cost.isFinite && !isCancelled() {
      var accepted: (CircuitParameters, Double)?
      for _ in 0..<7 {
        if let trial = try? trial(objective, from: best, equations, damping: damping, projects: projects),
          trial.1.isFinite, trial.1 < cost
        {
          accepted = trial
          break
        }
        damping *= 4
      }
      guard let (parameters, lower) = accepted else { break }
      let gain = (cost - lower) / cost
      best = parameters
      cost = lower
      damping = max(damping / 3, 1e-8)
      steps += 1
      slow = gain < tolerance ? slow + 1 : 0
      if slow >= patience || steps == maximumSteps { break }
      equations = objective.equations(at: best, detail: .all)
      cost = equations.cost
    }
    return Outcome(parameters: best, cost: cost, steps: steps)
  }

  private func trial(
    _ objective: Objective, from best: CircuitParameters, _ equations: NormalEquations, damping: Double,
    projects: Bool
  ) throws(LinearAlgebraError) -> (CircuitParameters, Double) {
    let step = try equations.step(
      best.shape, damping: extra(equations, shape: best.shape, damping: damping, projects: projects),
      pinned: best.shape.pinned)
    var parameters = best
    for i in step.indices { parameters.values[i] += step[i] }
    if projects {
      let cost = try objective.solveCoefficients(&parameters)
      return (parameters, cost)
    }
    return (parameters, objective.equations(at: parameters, detail: .cost).cost)
  }

  /// What is added to the diagonal.
  private func extra(_ equations: NormalEquations, shape: CircuitShape, damping: Double, projects: Bool)
    -> [Double]
  {
    let count = equations.count
    let diagonal = (0..<count).map { equations.matrix[$0 * count + $0] }
    let linear = shape.coefficients
    let largest = diagonal[linear...].max() ?? 0
    let largestLinear = diagonal[..<linear].max() ?? 0
    return (0..<count).map { i in
      if i >= linear { return damping * (diagonal[i] + 1e-3 * largest) }
      return projects ? 0 : 0.1 * damping * (diagonal[i] + 1e-6 * largestLinear)
    }
  }
}
