// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// A circuit as a Julia program that needs no package, and gives κ and z to 1e-11 of their size.
public struct JuliaExport: Sendable {
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
    let populations = circuit.statistics.populations
    func list(_ values: [Double]) -> String { "[" + values.map { "\($0)" }.joined(separator: ", ") + "]" }
    let means = populations.map { "    \(list($0.mean))," }
    let covariances = populations.map { population in
      let rows = (0..<layout.count).map { i in
        "        \(list((0..<layout.count).map { population.covariance[i, $0] })),"
      }
      return "    [\n\(rows.joined(separator: "\n"))\n    ],"
    }
    let line = harmless(source, for: .julia)
    let kind = ExportedKind(circuit)
    let drives = kind.constantInputs.isEmpty ? "INPUTS" : "FILTERED"
    // Typed, because an empty list of Julia's has no type of its own.
    func typed(_ values: [Double]) -> String { "Float64" + list(values) }
    let settings =
      kind.isPlain
      ? ""
      : """
      const CONSTANT_INPUTS = \(typed(kind.constantInputs))  # inputs of c (1) and of x0 (0), behind those of u
      const FILTERED = INPUTS + length(CONSTANT_INPUTS)
      const START = \(typed(kind.start))  # kappa, then v (in rate form: z without its bias)
      const READOUT_BIAS = \(typed(kind.readoutBias))

      """
    program = """
      #!/usr/bin/env julia
      # Gaussian circuit of a low-rank network, written by kappa from \(line)
      #
      # tau dkappa/dt = -kappa + E[n phi],  tau dv/dt = -v + u,  z = E[w phi];  one Euler step is alpha = dt/tau.
      # E[a phi] = sum_p alpha_p (mean_a <phi>_p + (C_p q)_a <phi'>_p) with q = (kappa, v\(layout.hasBias ? ", 1" : "")) on the vectors
      # \(layout.vectors.dropFirst(layout.weightCount).map(\.description).joined(separator: ", ")), mu = q . mean, Delta^2 = q C q, and <f> the mean of f(mu + Delta x) over a normal x.
      #
      # As a program: julia circuit.jl u.csv out.csv reads the inputs of one trial, a row of \(layout.inputCount) numbers for each step,
      # and writes kappa and z, a row for each step. From another program: include("circuit.jl"), then simulate(u).

      const RANK = \(layout.rank)
      const INPUTS = \(layout.inputCount)
      const OUTPUTS = \(layout.outputCount)
      const ALPHA = \(alpha)
      const BIAS = \(layout.hasBias ? 1 : 0)  # how many biases there are
      const BIAS_AT_READOUT = \(circuit.biasReachesReadout ? "1.0" : "0.0")
      \(settings)const VECTORS = [\(layout.vectors.map { "\"\($0.description)\"" }.joined(separator: ", "))]
      const FRACTIONS = \(list(populations.map(\.fraction)))
      const MEANS = [
      \(means.joined(separator: "\n"))
      ]
      const COVARIANCES = [
      \(covariances.joined(separator: "\n"))
      ]

      \(Self.averages(circuit.transfer))

      # q, what the vectors m, I and the bias are multiplied by; kappa has R values and v has K.
      function coefficients(kappa, v, bias)
          q = zeros(RANK + \(drives) + BIAS)
          for r in 1:RANK
              q[r] = kappa[r]
          end
          for k in 1:\(drives)
              q[RANK + k] = v[k]
          end
          for b in 1:BIAS
              q[RANK + \(drives) + b] = bias
          end
          return q
      end

      # E[a phi] of vector number a of VECTORS, an n or a w.
      function average(a, q)
          first = RANK + OUTPUTS
          total = 0.0
          for p in 1:length(FRACTIONS)
              mu = 0.0
              square = 0.0
              coupling = 0.0
              for i in 1:length(q)
                  mu += q[i] * MEANS[p][first + i]
                  coupling += q[i] * COVARIANCES[p][a][first + i]
                  for j in 1:length(q)
                      square += q[i] * q[j] * COVARIANCES[p][first + i][first + j]
                  end
              end
              rate, gain = averages(mu, sqrt(max(square, 0.0)))
              total += FRACTIONS[p] * (MEANS[p][a] * rate + coupling * gain)
          end
          return total
      end

      \(kind.isPlain ? Self.plainSteps : Self.generalSteps(circuit.form))

      if abspath(PROGRAM_FILE) == @__FILE__
          if length(ARGS) == 2
              rows = [parse.(Float64, split(line, ",")) for line in eachline(ARGS[1]) if !isempty(strip(line))]
              kappa, z = simulate([rows[t][k] for t in 1:length(rows), k in 1:INPUTS])
              open(ARGS[2], "w") do file
                  println(file, join(vcat(["kappa$r" for r in 1:RANK], ["z$o" for o in 1:OUTPUTS]), ","))
                  for t in 1:size(kappa, 1)
                      println(file, join(vcat(kappa[t, :], z[t, :]), ","))
                  end
              end
          else
              kappa, z = simulate(fill(0.1, 50, INPUTS))
              println("after 50 steps of u = 0.1: kappa = ", kappa[end, :], "  z = ", z[end, :])
          end
      end

      """
  }

  /// The steps of a circuit in current form without c, x0, z₀ and start.
  private static let plainSteps = """
    # Euler from zero under u (T, K): kappa (T, R) and z (T, O), read after the update with u_t.
    function simulate(u, alpha = ALPHA)
        steps = size(u, 1)
        kappa = zeros(RANK)
        v = zeros(INPUTS)
        kappas = zeros(steps, RANK)
        outputs = zeros(steps, OUTPUTS)
        for t in 1:steps
            q = coefficients(kappa, v, 1.0)
            next = zeros(RANK)
            for r in 1:RANK
                next[r] = kappa[r] + alpha * (average(r, q) - kappa[r])
            end
            for k in 1:INPUTS
                v[k] += alpha * (u[t, k] - v[k])
            end
            kappa = next
            q = coefficients(kappa, v, BIAS_AT_READOUT)
            for r in 1:RANK
                kappas[t, r] = kappa[r]
            end
            for o in 1:OUTPUTS
                outputs[t, o] = average(RANK + o, q)
            end
        end
        return kappas, outputs
    end
    """

  /// The steps of any circuit.
  private static func generalSteps(_ form: NetworkForm) -> String {
    let isRate = form == .rate
    return """
      # Euler from START under u (T, K): kappa (T, R) and z (T, O), read after the update with u_t.
      function simulate(u, alpha = ALPHA)
          steps = size(u, 1)
          kappa = START[1:RANK]
          rest = START[(RANK + 1):end]
          kappas = zeros(steps, RANK)
          outputs = zeros(steps, OUTPUTS)
          for t in 1:steps
              input = vcat([u[t, k] for k in 1:INPUTS], CONSTANT_INPUTS)
              \(isRate ? "# Inputs act unfiltered, and the readout is filtered instead." : "")
              q = coefficients(kappa, \(isRate ? "input" : "rest"), 1.0)
              next = zeros(RANK)
              for r in 1:RANK
                  next[r] = kappa[r] + alpha * (average(r, q) - kappa[r])
              end
              \(isRate ? "rest = [rest[o] + alpha * (average(RANK + o, q) - rest[o]) for o in 1:OUTPUTS]" : "rest = rest + alpha * (input - rest)")
              kappa = next
              \(isRate ? "" : "q = coefficients(kappa, rest, BIAS_AT_READOUT)")
              for r in 1:RANK
                  kappas[t, r] = kappa[r]
              end
              for o in 1:OUTPUTS
                  outputs[t, o] = \(isRate ? "rest[o]" : "average(RANK + o, q)") + READOUT_BIAS[o]
              end
          end
          return kappas, outputs
      end
      """
  }

  /// `averages(mu, delta)`: ⟨φ⟩ and ⟨φ'⟩.
  private static func averages(_ transfer: TransferFunction) -> String {
    // Julia's own erf lives in a package: this series has positive terms only, and converges in under 150.
    let erf = """
      function erf(x)
          if abs(x) > 6
              return sign(x)
          end
          term = x
          total = x
          n = 0
          while abs(term) > 1e-17 * abs(total)
              n += 1
              term *= 2 * x * x / (2 * n + 1)
              total += term
          end
          return 2 / sqrt(pi) * exp(-x * x) * total
      end
      """
    switch transfer {
    case .linear:
      return """
        # <phi> and <phi'>.
        function averages(mu, delta)
            return mu, 1.0
        end
        """
    case .erf:
      return erf + "\n\n" + """
        # <phi> and <phi'>.
        function averages(mu, delta)
            s = 1.0 + 2.0 * delta * delta
            return erf(mu / sqrt(s)), 2.0 / sqrt(pi * s) * exp(-mu * mu / s)
        end
        """
    case .relu:
      return erf + "\n\n" + """
        # <phi> and <phi'>.
        function averages(mu, delta)
            t = mu / max(delta, 1e-150)
            share = 0.5 + 0.5 * erf(t / sqrt(2.0))
            return mu * share + delta * exp(-0.5 * t * t) / sqrt(2.0 * pi), share
        end
        """
    case .tanh, .logistic, .softplus:
      let (rate, gain) =
        switch transfer {
        case .logistic: ("0.5 + 0.5 * tanh(0.5 * x)", "0.25 * (1.0 - tanh(0.5 * x)^2)")
        case .softplus: ("max(x, 0.0) + log(1.0 + exp(-abs(x)))", "0.5 + 0.5 * tanh(0.5 * x)")
        default: ("tanh(x)", "1.0 - tanh(x)^2")
        }
      return """
        # <phi> and <phi'>: trapezoid rule; the poles of phi at distance pi/(2 delta) of the real axis set the step.
        function averages(mu, delta)
            h = min(0.25, 0.3 / max(delta, 1e-9))
            last = floor(Int, 9.0 / h)
            rate = 0.0
            gain = 0.0
            total = 0.0
            for i in -last:last
                x = mu + delta * h * i
                weight = exp(-0.5 * (h * i)^2)
                rate += weight * (\(rate))
                gain += weight * (\(gain))
                total += weight
            end
            return rate / total, gain / total
        end
        """
    }
  }
}
