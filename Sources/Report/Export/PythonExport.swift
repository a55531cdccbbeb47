// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// A circuit as a Python program that needs NumPy and nothing else, and gives κ and z to 1e-11 of their size.
public struct PythonExport: Sendable {
  /// The program.
  public let program: String

  /// Writes the program.
  ///
  /// - Parameters:
  ///   - circuit: the circuit; its numbers are written in full.
  ///   - alpha: dt/τ of an Euler step.
  ///   - source: where the circuit comes from, for the heading.
  public init(_ circuit: EffectiveCircuit, alpha: Double, source: String) {
    let layout = circuit.statistics.layout
    let populations = circuit.statistics.populations.map { population in
      let rows = (0..<layout.count).map { i in
        "[" + (0..<layout.count).map { "\(population.covariance[i, $0])" }.joined(separator: ", ") + "]"
      }
      return """
            dict(
                fraction=\(population.fraction),
                mean=[\(population.mean.map { "\($0)" }.joined(separator: ", "))],
                covariance=[
                    \(rows.joined(separator: ",\n            ")),
                ],
            ),
        """
    }
    let line = harmless(source, for: .python)
    let kind = ExportedKind(circuit)
    let list = { (values: [Double]) in "[" + values.map { "\($0)" }.joined(separator: ", ") + "]" }
    let settings =
      kind.isPlain
      ? ""
      : """
      FORM = "\(circuit.form.rawValue)"
      CONSTANT_INPUTS = np.array(\(list(kind.constantInputs)))  # inputs of c (1) and of x0 (0), behind those of u
      START = np.array(\(list(kind.start)))  # kappa, then v (in rate form: z without its bias)
      READOUT_BIAS = np.array(\(list(kind.readoutBias)))

      """
    program = """
      #!/usr/bin/env python3
      \"\"\"Gaussian circuit of a low-rank network, written by kappa from \(line)

      tau dkappa/dt = -kappa + E[n phi],  tau dv/dt = -v + u,  z = E[w phi];  one Euler step is alpha = dt/tau.
      E[a phi] = sum_p alpha_p (mean_a <phi>_p + (C_p q)_a <phi'>_p) with q = (kappa, v\(layout.hasBias ? ", 1" : "")) on the vectors
      \(layout.vectors.dropFirst(layout.weightCount).map(\.description).joined(separator: ", ")), mu = q . mean, Delta^2 = q C q, and <f> the mean of f(mu + Delta x) over a normal x.

      As a program: circuit.py u.npy out.npz reads inputs u (trials, steps, channels), writes kappa and z.
      \"\"\"
      import math
      import sys

      import numpy as np

      RANK, INPUTS, OUTPUTS, ALPHA = \(layout.rank), \(layout.inputCount), \(layout.outputCount), \(alpha)
      HAS_BIAS, BIAS_REACHES_READOUT = \(layout.hasBias ? "True" : "False"), \(circuit.biasReachesReadout ? "True" : "False")
      VECTORS = [\(layout.vectors.map { "\"\($0.description)\"" }.joined(separator: ", "))]
      \(settings)POPULATIONS = [
      \(populations.joined(separator: "\n"))
      ]
      for _p in POPULATIONS:
          _p["mean"], _p["covariance"] = np.array(_p["mean"]), np.array(_p["covariance"])


      \(Self.averages(circuit.transfer))


      def average(weights, kappa, v, bias=1.0):
          \"\"\"E[a phi] for the vectors numbered `weights`; kappa (B, R), v (B, K).\"\"\"
          q = np.concatenate([kappa, v] + ([np.full((len(kappa), 1), bias)] if HAS_BIAS else []), axis=1)
          first = RANK + OUTPUTS
          total = np.zeros((len(kappa), len(weights)))
          for p in POPULATIONS:
              h = q @ p["covariance"][first:, :]
              mu, variance = q @ p["mean"][first:], np.sum(h[:, first:] * q, axis=1)
              rate, gain = averages(mu, np.sqrt(np.maximum(variance, 0.0)))
              total += p["fraction"] * (rate[:, None] * p["mean"][weights] + gain[:, None] * h[:, weights])
          return total


      def flow(kappa, v):
          \"\"\"tau dkappa/dt.\"\"\"
          return -kappa + average(np.arange(RANK), kappa, v)


      \(kind.isPlain ? Self.plainSteps : Self.generalSteps)


      if __name__ == "__main__":
          if len(sys.argv) == 3:
              k, z = simulate(np.load(sys.argv[1]))
              np.savez(sys.argv[2], kappa=k, z=z)
          else:
              k, z = simulate(np.full((1, 50, INPUTS), 0.1))
              print("after 50 steps of u = 0.1: kappa =", k[0, -1], " z =", z[0, -1])

      """
  }

  /// Readout and steps of a circuit in current form without c, x0, z₀ and start.
  private static let plainSteps = """
    def readout(kappa, v):
        \"\"\"z.\"\"\"
        return average(np.arange(RANK, RANK + OUTPUTS), kappa, v, 1.0 if BIAS_REACHES_READOUT else 0.0)


    def simulate(u, alpha=ALPHA):
        \"\"\"Euler from zero under u (B, T, K): kappa (B, T, R) and z (B, T, O), read after the update with u_t.\"\"\"
        trials, steps, _ = u.shape
        kappa, v = np.zeros((trials, RANK)), np.zeros((trials, INPUTS))
        kappas, outputs = np.zeros((trials, steps, RANK)), np.zeros((trials, steps, OUTPUTS))
        for t in range(steps):
            kappa, v = kappa + alpha * flow(kappa, v), v + alpha * (u[:, t] - v)
            kappas[:, t], outputs[:, t] = kappa, readout(kappa, v)
        return kappas, outputs
    """

  /// Readout and steps of any circuit.
  private static let generalSteps = """
    def readout(kappa, v):
        \"\"\"z; in rate form what z relaxes to.\"\"\"
        z = average(np.arange(RANK, RANK + OUTPUTS), kappa, v, 1.0 if BIAS_REACHES_READOUT else 0.0)
        return z + READOUT_BIAS


    def simulate(u, alpha=ALPHA):
        \"\"\"Euler from START under u (B, T, K): kappa (B, T, R) and z (B, T, O), read after the update with u_t.\"\"\"
        trials, steps, _ = u.shape
        constant = np.broadcast_to(CONSTANT_INPUTS, (trials, steps, len(CONSTANT_INPUTS)))
        u = np.concatenate([u, constant], axis=2)
        kappa, rest = np.tile(START[:RANK], (trials, 1)), np.tile(START[RANK:], (trials, 1))
        kappas, outputs = np.zeros((trials, steps, RANK)), np.zeros((trials, steps, OUTPUTS))
        for t in range(steps):
            if FORM == "rate":
                # Inputs act unfiltered, and the readout is filtered instead.
                target = readout(kappa, u[:, t]) - READOUT_BIAS
                kappa, rest = kappa + alpha * flow(kappa, u[:, t]), rest + alpha * (target - rest)
                kappas[:, t], outputs[:, t] = kappa, rest + READOUT_BIAS
            else:
                kappa, rest = kappa + alpha * flow(kappa, rest), rest + alpha * (u[:, t] - rest)
                kappas[:, t], outputs[:, t] = kappa, readout(kappa, rest)
        return kappas, outputs
    """

  /// `averages(mu, delta)`: ⟨φ⟩ and ⟨φ'⟩ of arrays.
  private static func averages(_ transfer: TransferFunction) -> String {
    switch transfer {
    case .linear:
      return """
        def averages(mu, delta):
            return mu, np.ones_like(mu)
        """
    case .erf:
      return """
        def averages(mu, delta):
            s = 1.0 + 2.0 * delta**2
            rate = np.array([math.erf(x) for x in mu / np.sqrt(s)])
            return rate, 2.0 / np.sqrt(np.pi * s) * np.exp(-(mu**2) / s)
        """
    case .relu:
      return """
        def averages(mu, delta):
            with np.errstate(divide="ignore", invalid="ignore"):
                t = np.where(delta > 0, mu / delta, np.where(mu > 0, np.inf, np.where(mu < 0, -np.inf, 0.0)))
            share = np.array([0.5 * math.erfc(-x / math.sqrt(2.0)) for x in t])
            density = np.exp(-0.5 * np.minimum(t**2, 1e4)) / math.sqrt(2.0 * math.pi)
            return mu * share + delta * density, share
        """
    case .tanh, .logistic, .softplus:
      let functions: (String, String)
      switch transfer {
      case .logistic:
        functions = ("0.5 + 0.5 * np.tanh(0.5 * x)", "0.25 / np.cosh(0.5 * np.clip(x, -1400, 1400)) ** 2")
      case .softplus: functions = ("np.logaddexp(0.0, x)", "0.5 + 0.5 * np.tanh(0.5 * x)")
      default: functions = ("np.tanh(x)", "1.0 / np.cosh(np.clip(x, -700, 700)) ** 2")
      }
      return """
        def averages(mu, delta):
            # Trapezoid rule; the poles of phi at distance pi/(2 delta) of the real axis set the step.
            h = min(0.25, 0.3 / max(np.max(delta, initial=0.0), 1e-9))
            node = np.arange(-int(9.0 / h), int(9.0 / h) + 1) * h
            weight = np.exp(-0.5 * node**2)
            weight /= weight.sum()
            x = mu[:, None] + delta[:, None] * node
            with np.errstate(over="ignore"):
                return (\(functions.0)) @ weight, (\(functions.1)) @ weight
        """
    }
  }
}
