// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import FuzzSupport
import LowRank
import NetworkFiles
import Report

/// Whatever circuit.json holds, it is refused in words or everything that can be asked of a circuit has an answer.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
  ProcessorTime.limit()
  let file: CircuitFile
  do throws(FileError) {
    file = try CircuitFile.read(Scratch.file(data, size))
  } catch {
    precondition(!error.description.isEmpty && !error.description.contains("\n"))
    return 0
  }
  let circuit = file.circuit
  // A budget: what costs long is legal, but here every input has two seconds.
  guard circuit.rank <= 3, circuit.inputCount <= 4, circuit.outputCount <= 4,
    circuit.statistics.populations.count <= 6
  else { return 0 }
  let stimulus = Stimulus(
    trials: 2, steps: 8, channels: circuit.inputCount,
    values: (0..<16 * circuit.inputCount).map { Double($0 % 5) - 2 })
  let trajectory = Simulation(alpha: file.alpha, threads: 1).run(circuit, under: stimulus)
  precondition(trajectory.kappa.count == 16 * circuit.rank)
  var search = FixedPointSearch()
  search.starts = 2
  search.budget = 60
  _ = try? search.fixedPoints(of: circuit, input: [Double](repeating: 0, count: circuit.inputCount))
  var stream = RandomStream(seed: 1)
  _ = try? circuit.statistics.redraw(
    units: 40, moments: .matched, transfer: circuit.transfer, stream: &stream)
  let source = file.provenance["network"] ?? ""
  _ = PythonExport(circuit, alpha: file.alpha, source: source).program
  _ = JuliaExport(circuit, alpha: file.alpha, source: source).program
  _ = XPPExport(circuit, alpha: file.alpha, source: source).program
  return 0
}

/// Puts other numbers where the text has numbers.
@_cdecl("LLVMFuzzerCustomMutator")
public func fuzzMutate(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ most: Int, _ seed: UInt32) -> Int {
  Mutation.apply(data, size, most, seed: seed) { bytes, random in
    NumberMutator.mutated(bytes, limit: most, random: random)
  }
}
