// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// How a simulation is done: scheme, step, noise, and what is kept of it.
public struct Simulation: Sendable, Hashable {
  /// An integration scheme.
  public enum Scheme: String, Sendable, Hashable, CaseIterable {
    /// Forward Euler, the field's discrete network: x ← x + α dx/dt. First order in α.
    case euler
    /// Classical Runge–Kutta with the input held over a step: fourth order in α, for continuous time.
    case rungeKutta4
  }

  /// α = dt/τ.
  public var alpha: Double
  /// The scheme; Euler unless said otherwise.
  public var scheme: Scheme
  /// Noise that each unit receives for itself; Euler only.
  public var noise: PrivateNoise?
  /// Whether states are kept, (B, T, recorded dimension).
  public var keepsStates: Bool
  /// How many steps of every trial are kept, the last ones; `nil` for all. Where only the end matters, this saves the
  /// memory of all the rest and the time to write it.
  public var keptSteps: Int?
  /// How many threads may work; `nil` for as many as the machine has cores. Results do not depend on it.
  public var threads: Int?

  /// A simulation with step α.
  public init(
    alpha: Double, scheme: Scheme = .euler, noise: PrivateNoise? = nil, keepsStates: Bool = false,
    keptSteps: Int? = nil, threads: Int? = nil
  ) {
    precondition(alpha > 0 && alpha.isFinite, "α = dt/τ is positive")
    precondition(noise == nil || scheme == .euler, "private noise is defined by the Euler step")
    self.alpha = alpha
    self.scheme = scheme
    self.noise = noise
    self.keepsStates = keepsStates
    self.keptSteps = keptSteps
    self.threads = threads
  }

  /// Simulates a batch of trials from the dynamics' initial state. κ and z are read after the update with u_t.
  ///
  /// - Parameters:
  ///   - dynamics: the network, its manifold, a circuit, …
  ///   - stimulus: inputs (B, T, K) with as many channels as the dynamics has.
  ///   - progress: called once for every finished trial, from any thread.
  ///   - isCancelled: asked before every block of trials, from any thread; after a yes the trajectory is unfinished.
  /// - Returns: what is kept: all T steps, or as many of the last as `keptSteps` says.
  public func run(
    _ dynamics: some Dynamics, under stimulus: Stimulus, progress: (@Sendable () -> Void)? = nil,
    isCancelled: (@Sendable () -> Bool)? = nil
  ) -> Trajectory {
    precondition(
      stimulus.channels == dynamics.inputCount,
      "the stimulus has \(stimulus.channels) channels, the dynamics \(dynamics.inputCount)")
    let (trials, steps) = (stimulus.trials, stimulus.steps)
    let kept = min(keptSteps ?? steps, steps)
    precondition(kept >= 0, "a number of steps is not negative")
    var kappa = [Double](repeating: 0, count: trials * kept * dynamics.rank)
    var outputs = [Double](repeating: 0, count: trials * kept * dynamics.outputCount)
    var states = [Double](repeating: 0, count: keepsStates ? trials * kept * dynamics.recordedDimension : 0)
    stimulus.values.withUnsafeBufferPointer { values in
      kappa.withUnsafeMutableBufferPointer { kappa in
        outputs.withUnsafeMutableBufferPointer { outputs in
          states.withUnsafeMutableBufferPointer { states in
            // Each block reads and writes windows of its own, so that threads never meet.
            let windows = BatchWindows(
              input: values, kappa: kappa, outputs: outputs, states: keepsStates ? states : nil)
            forEachBlock(of: trials, size: dynamics.trialsPerBlock) { block in
              if isCancelled?() == true { return }
              var window = windows.block(
                block, of: dynamics, steps: steps, kept: kept, alpha: alpha, noise: noise)
              window.isCancelled = isCancelled
              switch scheme {
              case .euler: dynamics.runEuler(window)
              case .rungeKutta4: dynamics.runRungeKutta4(window)
              }
              for _ in block { progress?() }
            }
          }
        }
      }
    }
    return Trajectory(
      trials: trials, steps: kept, rank: dynamics.rank, outputCount: dynamics.outputCount, kappa: kappa,
      outputs: outputs, states: keepsStates ? states : nil)
  }

  private func forEachBlock(of trials: Int, size: Int, _ body: @Sendable (Range<Int>) -> Void) {
    if trials == 0 { return }
    let workers = Concurrently.workers(threads, pieces: trials)
    // Two blocks for every worker at least, if there are several and enough trials; larger blocks are faster, and whole
    // sixteens are what vectors of trials come in.
    let share = max(1, workers == 1 ? trials : trials / (2 * workers))
    let size = min(size, share > 8 ? (share + 15) / 16 * 16 : share)
    Concurrently.forEach((trials + size - 1) / size, threads: workers) { index in
      body((index * size)..<min((index + 1) * size, trials))
    }
  }
}

/// The arrays of a batch, cut into the windows of its trials.
private struct BatchWindows: @unchecked Sendable {
  let input: UnsafeBufferPointer<Double>
  let kappa: UnsafeMutableBufferPointer<Double>
  let outputs: UnsafeMutableBufferPointer<Double>
  let states: UnsafeMutableBufferPointer<Double>?

  func block(
    _ trials: Range<Int>, of dynamics: some Dynamics, steps: Int, kept: Int, alpha: Double,
    noise: PrivateNoise?
  ) -> TrialBlock {
    func range(_ size: Int) -> Range<Int> { (trials.lowerBound * size)..<(trials.upperBound * size) }
    return TrialBlock(
      alpha: alpha, steps: steps, keptSteps: kept, trials: trials, noise: noise,
      input: UnsafeBufferPointer(rebasing: input[range(steps * dynamics.inputCount)]),
      kappa: UnsafeMutableBufferPointer(rebasing: kappa[range(kept * dynamics.rank)]),
      outputs: UnsafeMutableBufferPointer(rebasing: outputs[range(kept * dynamics.outputCount)]),
      states: states.map {
        UnsafeMutableBufferPointer(rebasing: $0[range(kept * dynamics.recordedDimension)])
      })
  }
}
