// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import Report
import TestSupport
import Testing

@Suite struct JuliaExportTests {
  /// The program uses so little of Julia that a few substitutions make it Python, with arrays that count from one.
  @Test(.enabled(if: Python.hasNumPy), arguments: TransferFunction.allCases)
  func arithmeticReproducesTheCircuit(transfer: TransferFunction) throws {
    let exported = try ExportedCircuit(transfer)
    try withFolder { folder in
      let program = JuliaExport(exported.circuit, alpha: 0.2, source: "a hostile\nname").program
      try program.write(toFile: folder + "/c.jl", atomically: true, encoding: .utf8)
      #expect(Python.run(Self.reader(folder)) == 0, "\(transfer)")
      let table = try ExportedCircuit.table(folder + "/out.txt")
      // The same rule in another order of summation: rounding, and what the gain tables are off (1e-13).
      #expect(exported.difference(table) < 1e-11, "\(transfer), seed \(ExportedCircuit.seed)")
    }
  }

  @Test(.enabled(if: Program.isInstalled("julia")), arguments: TransferFunction.allCases)
  func juliaRunsIt(transfer: TransferFunction) throws {
    let exported = try ExportedCircuit(transfer)
    try withFolder { folder in
      let program = JuliaExport(exported.circuit, alpha: 0.2, source: "test").program
      try program.write(toFile: folder + "/c.jl", atomically: true, encoding: .utf8)
      let row = ExportedCircuit.inputs.map { "\($0)" }.joined(separator: ",") + "\n"
      try String(repeating: row, count: ExportedCircuit.steps)
        .write(toFile: folder + "/u.csv", atomically: true, encoding: .utf8)
      #expect(Program.run(["julia", "c.jl"], in: folder) == 0, "it runs by itself")
      #expect(Program.run(["julia", "c.jl", "u.csv", "out.csv"], in: folder) == 0)
      let table = try ExportedCircuit.table(folder + "/out.csv")
      #expect(exported.difference(table) < 1e-11, "\(transfer), seed \(ExportedCircuit.seed)")
    }
  }

  private static func reader(_ folder: String) -> String {
    """
    import math, re
    class Array(list):
        def at(self, i):
            assert isinstance(i, int) and 1 <= i <= len(self), i
            return i - 1
        def __getitem__(self, i):
            if isinstance(i, tuple): return self[i[0]][i[1]]
            return list.__getitem__(self, self.at(i))
        def __setitem__(self, i, x):
            if isinstance(i, tuple): self[i[0]][i[1]] = x
            else: list.__setitem__(self, self.at(i), x)
    def wrap(x): return Array(map(wrap, x)) if isinstance(x, list) else x
    def zeros(n, m=None): return wrap([0.0] * n if m is None else [[0.0] * m for _ in range(n)])
    scope = dict(vars(math), max=max, min=min, abs=abs, Int=int, length=len, zeros=zeros)
    scope.update(size=lambda x, axis: len(x), floor=lambda kind, x: math.floor(x), sign=lambda x: math.copysign(1, x))
    lines = []
    for line in open('\(folder)/c.jl'):
        line = line.rstrip()
        if line.startswith('if abspath'): break
        if line.strip() == 'end' or line.strip().startswith('#'): continue
        line = re.sub('^const ', '', line).replace('^', '**')
        line = re.sub(r'^(\\s*)function (.*)$', r'\\1def \\2:', line)
        line = re.sub(r'^(\\s*)for (\\w+) in (.+?):(.+)$', r'\\1for \\2 in range(\\3, (\\4) + 1):', line)
        line = re.sub(r'^(\\s*)(if|while) (.*)$', r'\\1\\2 \\3:', line)
        lines.append(line)
    exec('\\n'.join(lines), scope)
    for name in ('FRACTIONS', 'MEANS', 'COVARIANCES'): scope[name] = wrap(scope[name])
    u = wrap([[\(ExportedCircuit.inputs.map { "\($0)" }.joined(separator: ", "))]] * \(ExportedCircuit.steps))
    kappa, z = scope['simulate'](u)
    with open('\(folder)/out.txt', 'w') as out:
        for t in range(1, \(ExportedCircuit.steps) + 1): print(*map(repr, list(kappa[t]) + list(z[t])), file=out)
    """
  }
}
