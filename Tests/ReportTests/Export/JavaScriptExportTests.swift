// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import Foundation
import LowRank
import NetworkFiles
import Report
import Studies
import TestSupport
import Testing

/// The exported module is run by Node, and compared with the engine.
@Suite(.enabled(if: Program.isInstalled("node"), "node runs the module"))
struct JavaScriptExportTests {
  /// Every form, φ, bias and start; the more populations, the later the kind stands in the list.
  @Test(arguments: Array(NetworkKind.all.enumerated()))
  func simulatesEveryKind(place: Int, kind: NetworkKind) throws {
    let count = 1 + place % 8
    let network = try randomNetwork(kind, units: 80, seed: 41)
    let circuit = try EffectiveCircuit(of: network, labels: (0..<80).map { $0 % count })
    // The product's promise is 1e-8; the rules agree to rounding, and the engine's tables to 1e-13.
    #expect(try difference(circuit) < 1e-10, "\(kind.name), P = \(count)")
  }

  @Test func simulatesALinearCircuit() throws {
    let network = try randomNetwork(
      NetworkKind(form: .current, transfer: .linear), units: 80, seed: 42)
    #expect(try difference(EffectiveCircuit(of: network)) < 1e-10)
  }

  /// The networks that come with the program: simulations and fixed points.
  @Test(arguments: ["perceptual-decision", "parametric-working-memory", "context-dependent-decision"])
  func agreesOnBundledNetworks(name: String) throws {
    let imported = try NetworkFile.load(networksFolder + "/\(name).npz", ImportOptions())
    let circuit = try EffectiveCircuit(of: imported.network)
    #expect(try difference(circuit) < 1e-8, "\(name)")
    let input = (0..<circuit.inputCount).map { 0.1 * Double($0) - 0.05 }
    let found = try FixedPointSearch().fixedPoints(of: circuit, input: input).points
      .sorted { $0.kappa[0] < $1.kappa[0] }
    let rows = try run(
      circuit,
      """
      for (const p of k.fixedPoints(\(input))) {
        const values = p.eigenvalues.map((e) => e[0]).sort((a, b) => a - b);
        console.log([...p.kappa, ...values, ...p.output].join(" "));
      }
      """)
    let expected = found.map { $0.kappa + $0.eigenvalues.map(\.real).sorted() + $0.outputs }
    #expect(rows.count == expected.count, "\(name)")
    #expect(relativeDifference(rows.flatMap { $0 }, expected.flatMap { $0 }) < 1e-8, "\(name)")
  }

  /// The page's effective couplings are the engine's derivatives of flow and readout by κ and v, of every kind of circuit.
  @Test(arguments: Array(NetworkKind.all.enumerated()))
  func couplingsAreTheEnginesDerivatives(place: Int, kind: NetworkKind) throws {
    let count = 1 + place % 8
    let network = try randomNetwork(kind, units: 80, seed: 43)
    let circuit = try EffectiveCircuit(of: network, labels: (0..<80).map { $0 % count })
    let kappa = (0..<circuit.rank).map { 0.5 - 0.4 * Double($0) }
    let input = (0..<circuit.inputCount).map { 0.3 * Double($0) - 0.2 }
    let rows = try run(
      circuit,
      """
      for (let a = 0; a < k.circuit.weights; a++) {
        const parts = k.circuit.responses(a, \(kappa), \(input));
        const free = k.circuit.rank + k.circuit.inputs;
        console.log(Array.from({ length: free }, (_, j) => parts.reduce((sum, row) => sum + row[j], 0)).join(" "));
      }
      """)
    let expected = circuit.linearisation(kappa: kappa, input: input, noiseVariance: 0)
    let free = circuit.rank + circuit.inputCount
    let flow = (0..<circuit.rank).map { r in
      (0..<free).map { expected.jacobian[r, $0] + ($0 == r ? 1 : 0) }
    }
    let output = (0..<circuit.outputCount).map { o in (0..<free).map { expected.outputJacobian[o, $0] } }
    #expect(rows.count == flow.count + output.count)
    #expect(
      relativeDifference(rows.flatMap { $0 }, (flow + output).flatMap { $0 }) < 1e-10,
      "\(kind.name), P = \(count)")
  }

  /// ⟨φ⟩ to ⟨φ'''⟩ at means up to 6 and deviations up to 12, against adaptive quadrature.
  @Test(arguments: TransferFunction.allCases) func averagesAreRight(transfer: TransferFunction) throws {
    let circuit = try EffectiveCircuit(
      of: randomNetwork(NetworkKind(form: .current, transfer: transfer), units: 40, seed: 3))
    let rows = try run(
      circuit,
      """
      for (const mean of [-6, -1.5, 0, 0.3, 2.5]) for (const deviation of [0.05, 0.4, 0.59, 0.61, 1.3, 4, 12])
        console.log([mean, deviation, ...k.averages(mean, deviation)].join(" "));
      """)
    #expect(rows.count == 35)
    var integrals = try GainIntegrals(transfer)
    for row in rows {
      let found = try integrals.averages(mean: row[0], deviation: row[1])
      for (place, value) in [found.rate, found.gain, found.gain2, found.gain3].enumerated() {
        // Near its kink, ReLU's higher averages grow like 1/Δ².
        let limit = 1e-10 * max(1, abs(value.value)) + value.error
        #expect(abs(row[2 + place] - value.value) < limit, "\(transfer) \(place) at \(row[0]), \(row[1])")
      }
    }
  }

  /// Runge and Kutta's steps: halving them divides the error by 16.
  @Test(arguments: NetworkForm.allCases) func rungeKuttaIsOfFourthOrder(form: NetworkForm) throws {
    let circuit = try EffectiveCircuit(of: randomNetwork(.everything(form), units: 60, seed: 8))
    let rows = try run(
      circuit,
      """
      const u = new Array(k.circuit.inputs).fill(0.4);
      for (const count of [8, 16, 32, 1024]) {
        const state = k.circuit.start();
        for (let t = 0; t < count; t++) k.circuit.rungeKutta(state, u, 4 / count);
        console.log([...state.kappa, ...k.circuit.output(state)].join(" "));
      }
      """)
    let errors = rows.prefix(3).map { relativeDifference($0, rows[3]) }
    #expect(errors[0] / errors[1] > 11 && errors[1] / errors[2] > 13, "\(errors)")
    #expect(errors[2] < 1e-6)
  }

  @Test func hostileNamesStayWithinTheirComment() throws {
    let circuit = try EffectiveCircuit(of: randomNetwork(NetworkKind(form: .rate), units: 40, seed: 5))
    let rows = try run(
      circuit, "console.log(k.circuit.rank);",
      source: "a\nthrow 1; //\u{2028}throw 2;*/`${x}`</script>",
      provenance: ["network": "\"};throw 3;\u{2028}</script>", "__proto__": "x"])
    #expect(rows == [[2]])
  }

  /// Largest relative difference of κ and z on three trials.
  private func difference(_ circuit: EffectiveCircuit) throws -> Double {
    var stimulus = Stimulus(trials: 3, steps: 25, channels: circuit.inputCount)
    for b in 0..<3 {
      for t in 0..<25 {
        for k in 0..<circuit.inputCount { stimulus[b, t, k] = sin(Double(b) + Double(t) / 3 + Double(k)) }
      }
    }
    let expected = Simulation(alpha: 0.2).run(circuit, under: stimulus)
    let rows = try run(
      circuit,
      """
      for (let b = 0; b < 3; b++) {
        const u = Array.from({ length: 25 }, (_, t) =>
          Array.from({ length: k.circuit.inputs }, (_, i) => Math.sin(b + t / 3 + i)));
        const { kappa, z } = k.simulate(u);
        for (let t = 0; t < 25; t++) console.log([...kappa[t], ...z[t]].join(" "));
      }
      """)
    let values = (0..<3).flatMap { b in
      (0..<25).flatMap { t in
        (0..<circuit.rank).map { expected.kappa(trial: b, step: t, $0) }
          + (0..<circuit.outputCount).map { expected.output(trial: b, step: t, $0) }
      }
    }
    let found = rows.flatMap { $0 }
    return found.count == values.count ? relativeDifference(found, values) : .infinity
  }

  /// Rows of numbers that a few lines of JavaScript print about the exported module k.
  private func run(
    _ circuit: EffectiveCircuit, _ lines: String, source: String = "test", provenance: [String: String] = [:]
  ) throws -> [[Double]] {
    let file = CircuitFile(circuit: circuit, alpha: 0.2, closure: .moments, provenance: provenance)
    var rows: [[Double]] = []
    try withFolder { folder in
      try JavaScriptExport(file, alpha: 0.2, source: source).program
        .write(toFile: folder + "/circuit.mjs", atomically: true, encoding: .utf8)
      try """
      import * as k from "./circuit.mjs";
      import { writeFileSync } from "node:fs";
      const rows = [];
      console.log = (text) => rows.push(text);
      \(lines)
      writeFileSync("out.txt", rows.join("\\n") + "\\n");
      """.write(toFile: folder + "/main.mjs", atomically: true, encoding: .utf8)
      #expect(Program.run(["node", "main.mjs"], in: folder) == 0)
      rows = try ExportedCircuit.table(folder + "/out.txt")
    }
    return rows
  }
}
