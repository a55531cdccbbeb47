// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// A circuit as an .ode file for XPPAUT, with ⟨φ⟩ and ⟨φ'⟩ as functions of the mean and the deviation.
///
/// Time is in units of τ. The options at its end ask for Euler's method with dt = α, which makes it the same map as the
/// network's; XPP's other methods integrate the continuous equations, and AUTO continues their fixed points.
public struct XPPExport: Sendable {
  /// The .ode file.
  public let program: String

  /// Writes the file.
  ///
  /// - Parameters:
  ///   - circuit: the circuit; its numbers are written in full.
  ///   - alpha: dt/τ of an Euler step.
  ///   - source: where the circuit comes from, for the heading.
  public init(_ circuit: EffectiveCircuit, alpha: Double, source: String) {
    let layout = circuit.statistics.layout
    // XPP reads lines of at most a thousand characters.
    let line = harmless(source, for: .xpp).prefix(200)
    let channels = 1...max(layout.inputCount, 1)
    var lines = [
      "# Gaussian circuit of a low-rank network, written by kappa from \(line)",
      "# tau dk/dt = -k + E[n phi], tau dv/dt = -v + u, z = E[w phi]; time is in units of tau.",
      "# phi0(mu,d) and phi1(mu,d) are the means of phi and phi' over a normal of mean mu and deviation d.",
    ]
    lines += Self.averages(circuit.transfer)
    if layout.inputCount > 0 {
      lines.append("# constant inputs; write u1=0.1*heav(t-5) instead to have one that changes")
      lines.append("par " + channels.map { "u\($0)=0" }.joined(separator: ","))
    }
    let kind = ExportedKind(circuit)
    let isRate = circuit.form == .rate
    let latents = (0..<layout.rank).map { "k\($0 + 1)" }
    // In rate form inputs act unfiltered, and the readout is filtered instead: y is z without its bias.
    let extras =
      (layout.hasCurrent ? [isRate ? "1" : "vc"] : []) + (layout.hasInitialState ? [isRate ? "0" : "e"] : [])
    let inputs = (0..<layout.inputCount).map { "\(isRate ? "u" : "v")\($0 + 1)" }
    let filters = isRate ? (0..<layout.outputCount).map { "y\($0 + 1)" } : inputs + extras
    let states = latents + inputs + extras
    let separate = layout.hasBias && !circuit.biasReachesReadout
    let drives = states + (layout.hasBias ? ["1"] : [])
    lines += Self.populations(circuit, drives: drives, suffix: "")
    // A bias that does not reach the readout leaves the rates that are read out another mean and deviation.
    if separate { lines += Self.populations(circuit, drives: states + ["0"], suffix: "r") }
    for r in 0..<layout.rank {
      lines.append("k\(r + 1)'=-k\(r + 1)" + Self.average(circuit, of: r, suffix: ""))
    }
    if !isRate {
      for k in 0..<layout.inputCount { lines.append("v\(k + 1)'=-v\(k + 1)+u\(k + 1)") }
      if layout.hasCurrent { lines.append("vc'=-vc+1") }
      if layout.hasInitialState { lines.append("e'=-e") }
    }
    for o in 0..<layout.outputCount {
      let average = Self.average(circuit, of: layout.rank + o, suffix: separate ? "r" : "")
      let bias = kind.readoutBias[o] == 0 ? "" : "+(\(kind.readoutBias[o]))"
      if isRate {
        lines.append("y\(o + 1)'=-y\(o + 1)" + average)
        lines.append("aux z\(o + 1)=y\(o + 1)" + bias)
      } else {
        lines.append("aux z\(o + 1)=0" + average + bias)
      }
    }
    for (name, value) in zip(latents + filters, kind.start) where value != 0 {
      lines.append("\(name)(0)=\(value)")
    }
    lines.append("@ meth=euler,dt=\(alpha),total=\(200 * alpha),nout=1,bounds=1000000,maxstor=100000")
    if layout.rank > 1 {
      lines.append("@ xplot=k1,yplot=k2,axes=2,xlo=-5,xhi=5,ylo=-5,yhi=5")
    } else if layout.rank == 1 {
      lines.append("@ yplot=k1,xlo=0,xhi=\(200 * alpha),ylo=-5,yhi=5")
    }
    program = lines.joined(separator: "\n") + "\ndone\n"
  }

  /// μ, Δ, ⟨φ⟩ and ⟨φ'⟩ of each population.
  private static func populations(_ circuit: EffectiveCircuit, drives: [String], suffix: String) -> [String] {
    let layout = circuit.statistics.layout
    let first = layout.weightCount
    var lines: [String] = []
    for (index, population) in circuit.statistics.populations.enumerated() {
      let p = "\(index + 1)\(suffix)"
      lines.append("# population \(index + 1): \(population.fraction) of the units")
      lines.append("mu\(p)=" + sum(drives.indices.map { (population.mean[first + $0], drives[$0]) }))
      for j in drives.indices where drives[j] != "0" {
        let row = drives.indices.map { (population.covariance[first + j, first + $0], drives[$0]) }
        lines.append("h\(p)_\(j + 1)=" + sum(row))
      }
      let square = drives.indices.filter { drives[$0] != "0" }.map { "\(drives[$0])*h\(p)_\($0 + 1)" }
      lines.append("d\(p)=sqrt(max(0,\(square.isEmpty ? "0" : square.joined(separator: "+"))))")
      lines.append("r\(p)=phi0(mu\(p),d\(p))")
      lines.append("g\(p)=phi1(mu\(p),d\(p))")
      let readouts = layout.rank..<first
      for a in suffix.isEmpty ? 0..<first : readouts {
        lines.append(
          "c\(p)_\(a + 1)=" + sum(drives.indices.map { (population.covariance[a, first + $0], drives[$0]) }))
      }
    }
    return lines
  }

  /// + E[a φ].
  private static func average(_ circuit: EffectiveCircuit, of a: Int, suffix: String) -> String {
    circuit.statistics.populations.enumerated().map { index, population in
      let p = "\(index + 1)\(suffix)"
      return "+\(population.fraction)*((\(population.mean[a]))*r\(p)+c\(p)_\(a + 1)*g\(p))"
    }.joined()
  }

  private static func sum(_ terms: [(Double, String)]) -> String {
    let shown = terms.filter { $0.1 != "0" }.map { $0.1 == "1" ? "(\($0.0))" : "(\($0.0))*\($0.1)" }
    return shown.isEmpty ? "0" : shown.joined(separator: "+")
  }

  /// The functions `phi0` and `phi1`.
  private static func averages(_ transfer: TransferFunction) -> [String] {
    switch transfer {
    case .linear: return ["phi0(mu,d)=mu", "phi1(mu,d)=1"]
    case .erf:
      return [
        "phi0(mu,d)=erf(mu/sqrt(1+2*d*d))",
        "phi1(mu,d)=2/sqrt(pi*(1+2*d*d))*exp(-mu*mu/(1+2*d*d))",
      ]
    case .relu:
      return [
        "phi1(mu,d)=0.5*erfc(-mu/max(d,1e-150)/sqrt(2))",
        "phi0(mu,d)=mu*phi1(mu,d)+d*exp(-0.5*(mu/max(d,1e-150))^2)/sqrt(2*pi)",
      ]
    case .tanh, .logistic, .softplus:
      let (rate, gain) =
        switch transfer {
        case .logistic: ("(0.5+0.5*tanh(0.5*(X)))", "(0.25*(1-tanh(0.5*(X))^2))")
        case .softplus: ("(max(X,0)+ln(1+exp(-abs(X))))", "(0.5+0.5*tanh(0.5*(X)))")
        default: ("tanh(X)", "(1-tanh(X)^2)")
        }
      func trapezoid(_ f: String) -> String {
        "sum(-flr(9/s),flr(9/s))of(\(f.replacing("X", with: "mu+d*s*i'"))*exp(-0.5*(s*i')^2))*s/sqrt(2*pi)"
      }
      // The poles of φ at distance π/(2Δ) of the real axis set the step of the trapezoid rule.
      return [
        "step(d)=min(0.25,0.3/max(d,1e-9))",
        "f0(mu,d,s)=\(trapezoid(rate))", "f1(mu,d,s)=\(trapezoid(gain))",
        "phi0(mu,d)=f0(mu,d,step(d))", "phi1(mu,d)=f1(mu,d,step(d))",
      ]
    }
  }
}
