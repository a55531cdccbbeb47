// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// A reduced dynamics and its readouts to first order at a point (κ, v).
///
/// With f(κ, v) = τ dκ/dt, to first order f(κ + δκ, v + δv) = `flow` + `jacobian` · (δκ, δv), and likewise for z.
public struct Linearisation: Sendable, Hashable {
  /// f = τ dκ/dt, R values.
  public var flow: [Double]
  /// ∂f/∂(κ, v), (R, R + K), in units of 1/τ. Its first R columns are the Jacobian whose eigenvalues decide stability.
  public var jacobian: Matrix
  /// z, O values.
  public var outputs: [Double]
  /// ∂z/∂(κ, v), (O, R + K).
  public var outputJacobian: Matrix

  /// ∂f/∂κ alone, (R, R).
  public var latentJacobian: Matrix {
    let rank = flow.count
    return Matrix(rows: rank, columns: rank, elements: Array(jacobian.elements.prefix(rank * rank)))
  }
}

/// Dynamics of R latents κ and K filtered inputs v, with analytic derivatives.
///
/// The rest of the state, v and what belongs to c and x0 (rate form: ζ), relaxes by itself at rate 1/τ, so that fixed
/// points and their stability are a matter of the R equations for κ alone. A linearisation is that of a constant input
/// after all this has relaxed: v = u, the drive of c is 1, that of x0 is 0, and z = E[w φ] + z₀ in either form.
public protocol ReducedDynamics: Dynamics {
  /// φ, form, z₀ and start.
  var settings: DynamicsSettings { get }
  /// The vectors it is made of, and their order.
  var layout: LoadingLayout { get }

  /// Flow, readouts and their analytic derivatives.
  ///
  /// - Parameters:
  ///   - kappa: κ, R values.
  ///   - input: v, K values; at a fixed point under a constant input, u itself.
  ///   - noiseVariance: variance of private noise in each unit's x.
  func linearisation(kappa: [Double], input: [Double], noiseVariance: Double) -> Linearisation

  /// The same dynamics with nothing read out: κ flows as before, to the bit, whatever many outputs would cost.
  var latentsAlone: Self { get }
}

extension ReducedDynamics {
  /// φ.
  public var transfer: TransferFunction { settings.transfer }

  /// The state behind κ once everything that relaxes by itself has relaxed under a constant input: v = u, 1 for c and 0
  /// for x0. In rate form ζ, on which nothing depends, is given as zero.
  public func relaxedState(input: [Double]) -> [Double] { settings.relaxedState(layout, input: input) }

  /// Flow, readouts and their analytic derivatives, without private noise.
  public func linearisation(kappa: [Double], input: [Double]) -> Linearisation {
    linearisation(kappa: kappa, input: input, noiseVariance: 0)
  }
}
