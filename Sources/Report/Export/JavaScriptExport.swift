// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Explorer
import NetworkFiles

/// A circuit as an ES module of JavaScript that needs nothing: averages to 1e-10, Euler's and Runge and Kutta's steps, the
/// Jacobian, fixed points. The same code draws the interactive page.
public struct JavaScriptExport: Sendable {
  /// The module.
  public let program: String

  /// Writes the module.
  ///
  /// - Parameters:
  ///   - file: the circuit; its numbers are written in full.
  ///   - alpha: dt/τ of a step.
  ///   - source: where the circuit comes from, for the heading.
  public init(_ file: CircuitFile, alpha: Double, source: String) {
    let document = CircuitFile(
      circuit: file.circuit, alpha: alpha, closure: file.closure, provenance: file.provenance)
    program = """
      // Gaussian circuit of a low-rank network, written by kappa from \(harmless(source, for: .javaScript))
      //
      // import { simulate, fixedPoints, flow, jacobian, averages, circuit } from "./circuit.mjs";
      //
      // SPDX-License-Identifier: GPL-3.0-or-later
      // Copyright (C) 2026 the Kappa developers

      """
      + ScriptBundle.module([
        ExplorerFiles.special, ExplorerFiles.averages, ExplorerFiles.dynamics,
        // `search` is what the last module calls it, whose own export has the name.
        ExplorerFiles.fixedPoints.replacing(
          "export function fixedPoints(", with: "function search("),
        ExplorerFiles.exported.replacing(
          "const FILE = {};", with: "const FILE = \(printableJSON(document.json));"),
      ]) + "\n"
  }
}
