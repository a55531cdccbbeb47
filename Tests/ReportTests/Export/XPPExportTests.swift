// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import Report
import TestSupport
import Testing

@Suite struct XPPExportTests {
  /// The .ode file's lines are read by a few lines of Python that know XPP's syntax and nothing of circuits.
  @Test(.enabled(if: Python.hasNumPy), arguments: TransferFunction.allCases)
  func formulasReproduceTheCircuit(transfer: TransferFunction) throws {
    let exported = try ExportedCircuit(transfer)
    try withFolder { folder in
      let program = XPPExport(exported.circuit, alpha: 0.2, source: "a hostile\nname").program
      try program.write(toFile: folder + "/c.ode", atomically: true, encoding: .utf8)
      #expect(Python.run(Self.reader(folder)) == 0, "\(transfer)")
      let table = try ExportedCircuit.table(folder + "/out.txt")
      // The same rule in another order of summation: rounding, and what the gain tables are off (1e-13).
      #expect(exported.difference(table) < 1e-11, "\(transfer), seed \(ExportedCircuit.seed)")
    }
  }

  /// XPP itself keeps single precision: seven digits, of values up to about one.
  @Test(.enabled(if: Program.isInstalled("xppaut")), arguments: TransferFunction.allCases)
  func xppRunsIt(transfer: TransferFunction) throws {
    let exported = try ExportedCircuit(transfer)
    try withFolder { folder in
      let program = XPPExport(exported.circuit, alpha: 0.2, source: "test").program
        .replacing("u1=0,u2=0", with: "u1=\(ExportedCircuit.inputs[0]),u2=\(ExportedCircuit.inputs[1])")
        .replacing("total=40.0", with: "total=5")
      try program.write(toFile: folder + "/c.ode", atomically: true, encoding: .utf8)
      #expect(Program.run(["xppaut", "c.ode", "-silent"], in: folder) == 0)
      // Columns: t, κ1, κ2, v1, v2, z1, z2; the first row is the start.
      let rows = try ExportedCircuit.table(folder + "/output.dat").dropFirst()
      let table = rows.map { $0.count == 7 ? [$0[1], $0[2], $0[5], $0[6]] : [] }
      #expect(exported.difference(table) < 1e-6, "\(transfer), seed \(ExportedCircuit.seed)")
    }
  }

  @Test func linesAreShortEnoughForXPP() throws {
    // XPP reads at most 1024 characters a line and names of nine.
    let network = try randomNetwork(
      units: 60, rank: 4, inputs: 6, outputs: 2, bias: true, biasReachesReadout: false, seed: 5)
    let circuit = try EffectiveCircuit(of: network, labels: (0..<60).map { $0 % 4 })
    for line in XPPExport(circuit, alpha: 0.2, source: "test").program.split(separator: "\n") {
      #expect(line.count < 1024)
      if let name = line.split(separator: "=").first, !line.hasPrefix("#"), !line.hasPrefix("@") {
        #expect(name.split(whereSeparator: { "( '".contains($0) }).allSatisfy { $0.count <= 9 }, "\(name)")
      }
    }
  }

  private static func reader(_ folder: String) -> String {
    """
    import math, re
    scope = dict(vars(math), ln=math.log, flr=math.floor, max=max, min=min, abs=abs)
    scope['total'] = lambda low, high, f: sum(f(i) for i in range(low, high + 1))
    def closing(text, start):
        depth = 0
        for i in range(start, len(text)):
            depth += {'(': 1, ')': -1}.get(text[i], 0)
            if depth == 0: return i
    def python(text):
        text = text.replace('^', '**').replace("i'", 'i_')
        if 'sum(' in text:
            a = text.index('sum('); b = closing(text, a + 3); c = closing(text, b + 3)
            assert text[b + 1:b + 4] == 'of('
            text = text[:a] + 'total(' + text[a + 4:b] + ', lambda i_: ' + text[b + 4:c] + ')' + text[c + 1:]
        return text
    fixed, slopes, outputs, alpha = [], [], [], None
    for line in open('\(folder)/c.ode'):
        line = line.strip()
        if line.startswith('#') or line == 'done' or line.startswith('par '): continue
        if line.startswith('@'):
            found = re.search('dt=([0-9.e-]+)', line)
            alpha = float(found.group(1)) if found else alpha
            continue
        name, text = line.split('=', 1)
        if '(' in name:
            function, arguments = name.rstrip(')').split('(')
            scope[function] = eval(f'lambda {arguments}: {python(text)}', scope)
        elif name.endswith("'"): slopes.append((name[:-1], python(text)))
        elif name.startswith('aux '): outputs.append((name[4:], python(text)))
        else: fixed.append((name, python(text)))
    scope.update({name: 0.0 for name, _ in slopes})
    scope.update(u1=\(ExportedCircuit.inputs[0]), u2=\(ExportedCircuit.inputs[1]))
    def settle():
        for name, text in fixed: scope[name] = eval(text, scope)
    with open('\(folder)/out.txt', 'w') as out:
        for step in range(\(ExportedCircuit.steps)):
            settle()
            change = {name: eval(text, scope) for name, text in slopes}
            for name in change: scope[name] += alpha * change[name]
            settle()
            row = [scope['k1'], scope['k2']] + [eval(text, scope) for _, text in outputs]
            print(*map(repr, row), file=out)
    """
  }
}
