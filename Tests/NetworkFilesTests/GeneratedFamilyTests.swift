// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import TestSupport
import Testing

@testable import NetworkFiles

/// Random networks of each family, of many sizes, with and without biases, under many prefixes, against the family's own
/// equation written out. Sums in another order differ by 1e-14.
struct GeneratedFamilyTests {
  private static let tolerance = 1e-12

  /// What a family's code saves of a network, and what its user says about the file.
  struct Saved {
    var tensors: [Tensor]
    var options = ImportOptions()
    var family: String
  }

  static let prefixes = [
    "", "rnn.", "module.", "_orig_mod.model.rnn.", "state_dict.net.", "model_state_dict.",
  ]

  /// The same z from the file as from the equation.
  private func check(
    _ saved: Saved, _ equation: PlainEquation, _ stream: inout RandomStream,
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    let steps = 15
    let u = (0..<steps).map { _ in equation.inputs[0].map { _ in stream.normal() } }
    let file = TensorFile(container: "test", tensors: saved.tensors)
    let imported = try NetworkFile.importNetwork(file, saved.options)
    #expect(imported.dialect == saved.family, sourceLocation: location)
    #expect(
      !imported.remarks.contains { $0.code == .unused }, "\(imported.warnings)", sourceLocation: location)
    let stimulus = Stimulus(trials: 1, steps: steps, channels: u[0].count, values: u.flatMap(\.self))
    let z = Simulation(alpha: imported.alpha).run(try NetworkDynamics(imported.network), under: stimulus)
      .outputs
    #expect(
      relativeDifference(z, equation.run(u)) <= Self.tolerance,
      "\(saved.tensors.map { "\($0.name) \($0.shape)" }), \(imported.assumptions)", sourceLocation: location)
  }

  private func random(_ seed: Int) -> (equation: PlainEquation, stream: RandomStream, prefix: String) {
    var stream = RandomStream(seed: UInt64(seed) + 77)
    let equation = PlainEquation(
      units: [7, 12, 33][seed % 3], channels: 1 + seed % 4, outputs: 1 + seed / 2 % 3, &stream)
    return (equation, stream, Self.prefixes[seed % Self.prefixes.count])
  }

  @Test(arguments: 0..<12)
  func torchRNN(seed: Int) throws {
    var (equation, stream, prefix) = random(seed)
    let units = equation.bias.count
    (equation.form, equation.alpha) = (.rate, 1)
    let suffix = seed % 5 == 4 ? "" : "_l0"
    let head = ["fc", "readout", "my_head", "decoder"][seed % 4]
    let parent = prefix.split(separator: ".").dropLast().map { "\($0)." }.joined()
    var tensors = [
      tensor("\(prefix)weight_ih\(suffix)", equation.inputs),
      tensor("\(prefix)weight_hh\(suffix)", equation.j),
      tensor("\(parent)\(head).weight", equation.readouts),
    ]
    if seed % 3 != 2 {
      let (first, second) = (PlainEquation.vector(units, &stream), PlainEquation.vector(units, &stream))
      equation.bias = zip(first, second).map { $0 + $1 }
      tensors += [tensor("\(prefix)bias_ih\(suffix)", first), tensor("\(prefix)bias_hh\(suffix)", second)]
    }
    if seed % 2 == 0 {
      equation.readoutBias = PlainEquation.vector(equation.readouts.count, &stream)
      tensors.append(tensor("\(parent)\(head).bias", equation.readoutBias))
    }
    if seed % 4 == 1 {
      equation.start = PlainEquation.vector(units, &stream)
      tensors.append(Tensor(name: "\(parent)h0", shape: [1, 1, units], values: equation.start))
    }
    if seed % 4 == 3 { tensors.append(Tensor(name: "nonlinearity", text: "relu")); equation.transfer = .relu }
    try check(Saved(tensors: tensors, family: "torch-rnn"), equation, &stream)
  }

  @Test(
    arguments: 0..<12,
    [("h2h", "input2h", "ctrnn-linear"), ("recurrent_layer", "input_layer", "latentcircuit")])
  func layers(seed: Int, names: (String, String, String)) throws {
    var (equation, stream, prefix) = random(seed)
    let units = equation.bias.count
    (equation.form, equation.alpha, equation.transfer) = (.rate, 0.3, .relu)
    let head = names.2 == "latentcircuit" ? "output_layer" : ["fc", "output", "h2o"][seed % 3]
    var tensors = [
      tensor("\(prefix)\(names.1).weight", equation.inputs), tensor("\(prefix)\(names.0).weight", equation.j),
      tensor("\(seed % 2 == 0 ? prefix : "")\(head).weight", equation.readouts),
    ]
    if seed % 3 != 0 {
      let (first, second) = (PlainEquation.vector(units, &stream), PlainEquation.vector(units, &stream))
      equation.bias = zip(first, second).map { $0 + $1 }
      tensors += [tensor("\(prefix)\(names.0).bias", first), tensor("\(prefix)\(names.1).bias", second)]
    }
    let options = ImportOptions(transfer: .relu, alpha: 0.3)
    try check(Saved(tensors: tensors, options: options, family: names.2), equation, &stream)
    // The same file in current form: the biases stand in the current.
    guard seed % 3 != 0 else { return }
    (equation.form, equation.current, equation.bias) = (.current, equation.bias, equation.start)
    var current = options
    current.form = .current
    try check(Saved(tensors: tensors, options: current, family: names.2), equation, &stream)
  }

  @Test(arguments: 0..<12)
  func psychRNN(seed: Int) throws {
    var (equation, stream, _) = random(seed)
    let units = equation.bias.count
    if seed % 4 == 3 { equation = PlainEquation(units: units, channels: 2, outputs: units, &stream) }
    (equation.alpha, equation.transfer) = (0.1, .relu)
    equation.current = PlainEquation.vector(units, &stream)
    equation.readoutBias = PlainEquation.vector(equation.readouts.count, &stream)
    if seed % 2 == 0 { equation.start = PlainEquation.vector(units, &stream) }
    let mask = equation.j.map { $0.map { _ in 1.0 } }
    let tensors = [
      tensor("W_in", equation.inputs), tensor("W_rec", equation.j), tensor("W_out", equation.readouts),
      tensor("b_rec", equation.current), tensor("b_out", equation.readoutBias),
      tensor("init_state", [equation.start]), tensor("rec_connectivity", mask), tensor("Dale_rec", mask),
      tensor("W_rec/Adam", equation.j),
    ]
    try check(
      Saved(tensors: tensors, options: ImportOptions(transfer: .relu, alpha: 0.1), family: "psychrnn"),
      equation,
      &stream)
  }

  @Test(arguments: 0..<12)
  func trainRNNbrain(seed: Int) throws {
    var (equation, stream, prefix) = random(seed)
    let units = equation.bias.count
    (equation.form, equation.alpha) = (.rate, 0.1)
    var tensors = [
      tensor("\(prefix)W_inp", equation.inputs), tensor("\(prefix)W_rec", equation.j),
      tensor("\(prefix)W_out", equation.readouts), Tensor(name: "\(prefix)dt", scalar: 10),
      Tensor(name: "\(prefix)tau", scalar: 100), Tensor(name: "\(prefix)activation_name", text: "tanh"),
    ]
    if seed % 2 == 0 {
      equation.bias = PlainEquation.vector(units, &stream)
      tensors.append(tensor("\(prefix)bias_rec", equation.bias))
    }
    if seed % 3 == 0 {
      equation.start = PlainEquation.vector(units, &stream)
      tensors.append(tensor("\(prefix)y_init", equation.start))
    }
    if seed % 4 == 1 {
      tensors.append(Tensor(name: "\(prefix)equation_type", text: "h"))
      (equation.form, equation.current, equation.bias) = (
        .current, equation.bias, [Double](repeating: 0, count: units)
      )
    }
    try check(Saved(tensors: tensors, family: "trainRNNbrain"), equation, &stream)
  }

  /// Low rank in every orientation, by py_rnn's, Valente's and plain names, and by names of the user's own.
  @Test(arguments: 0..<12, ["py-rnn", "valente-bias", "plain", "named"])
  func lowRank(seed: Int, family: String) throws {
    var (equation, stream, prefix) = random(seed)
    let units = equation.bias.count
    let rank = 1 + seed % 3
    let m = (0..<units).map { _ in (0..<rank).map { _ in stream.normal() } }
    let n = (0..<units).map { _ in (0..<rank).map { _ in stream.normal() } }
    equation.j = m.map { row in n.map { zip(row, $0).reduce(0) { $0 + $1.0 * $1.1 } / Double(units) } }
    equation.bias = PlainEquation.vector(units, &stream)
    equation.start = PlainEquation.vector(units, &stream)
    let w = (0..<equation.readouts.count).map { _ in PlainEquation.vector(units, &stream) }
    equation.readouts = w.map { $0.map { $0 / Double(units) } }
    let flip = seed % 2 == 1
    var saved: Saved
    switch family {
    case "py-rnn":
      equation.readoutSeesBias = false
      equation.inputs = equation.inputs.map { $0.map { 2.5 * $0 } }
      saved = Saved(
        tensors: [
          tensor("\(prefix)m", m), tensor("\(prefix)n", n, transposed: true),
          tensor("\(prefix)w_inp", equation.inputs.map { $0.map { $0 / 2.5 } }, transposed: true),
          tensor("\(prefix)w_inp_scale", [2.5]),
          tensor("\(prefix)w_out", w.map { $0.map { $0 / 4 } }, transposed: true),
          tensor("\(prefix)w_out_scale", [[Double](repeating: 4, count: w.count)]),
          tensor("\(prefix)b_rec", equation.bias), tensor("x0", [equation.start]),
        ], family: family)
    case "valente-bias":
      equation.readoutSeesBias = false
      saved = Saved(
        tensors: [
          tensor("\(prefix)m", m), tensor("\(prefix)n", n, transposed: flip),
          tensor("\(prefix)wi", equation.inputs.map { $0.map { $0 / 2 } }, transposed: true),
          tensor("\(prefix)si", equation.inputs[0].map { _ in 2 }),
          tensor("\(prefix)wo", w, transposed: true),
          tensor("\(prefix)so", w.map { _ in 1 }), tensor("\(prefix)b", equation.bias.map { [$0] }),
          tensor("\(prefix)h0", equation.start),
        ], family: family)
    case "plain":
      equation.readoutBias = PlainEquation.vector(w.count, &stream)
      saved = Saved(
        tensors: [
          tensor("m", m, transposed: flip), tensor("n", n), tensor("I", equation.inputs, transposed: flip),
          tensor("w", w, transposed: !flip), tensor("bias", equation.bias), tensor("x0", equation.start),
          tensor("b_out", equation.readoutBias), Tensor(name: "alpha", scalar: 0.2),
        ], family: family)
    default:
      equation.current = PlainEquation.vector(units, &stream)
      equation.readoutBias = PlainEquation.vector(w.count, &stream)
      saved = Saved(
        tensors: [
          tensor("a.left", m, transposed: flip), tensor("a.right", n), tensor("a.in", equation.inputs),
          tensor("a.out", w.map { $0.map { $0 / 3 } }), tensor("a.inner", equation.bias),
          tensor("a.outer", equation.current), tensor("a.first", equation.start),
          tensor("a.last", equation.readoutBias),
        ],
        options: ImportOptions(
          vectors: try VectorNames("m=left,n=right,I=in,w=out,bias=inner,current=outer,x0=first,z0=last"),
          scale: try ScaleFactors("w=3")), family: family)
    }
    try check(saved, equation, &stream)
  }

  @Test(arguments: 0..<12)
  func namedMatrices(seed: Int) throws {
    var (equation, stream, prefix) = random(seed)
    let units = equation.bias.count
    let gained = equation.j
    equation.j = equation.j.map { $0.map { 1.5 * $0 } }
    equation.start = PlainEquation.vector(units, &stream)
    let flip = seed % 2 == 1
    let saved = Saved(
      tensors: [
        tensor("\(prefix)G", gained, transposed: flip),
        tensor("\(prefix)B", equation.inputs, transposed: seed % 3 == 0),
        tensor("\(prefix)D", equation.readouts, transposed: seed % 3 == 1),
        tensor("\(prefix)s", equation.start),
      ],
      options: ImportOptions(
        vectors: try VectorNames("J\(flip ? "'" : "")=G,I=B,w=D,x0=s"), scale: try ScaleFactors("J=1.5")),
      family: "named")
    try check(saved, equation, &stream)
  }

  @Test func ambiguousSquaresAreAskedFor() throws {
    var stream = RandomStream(seed: 5)
    let equation = PlainEquation(units: 8, channels: 8, outputs: 1, &stream)
    let tensors = [tensor("G", equation.j), tensor("B", equation.inputs), tensor("D", equation.readouts)]
    let file = TensorFile(container: "test", tensors: tensors)
    let error = #expect(throws: FormatError.self) {
      try NetworkFile.importNetwork(file, ImportOptions(vectors: VectorNames("J=G,I=B,w=D")))
    }
    #expect(error?.advice?.contains("I.columns=B") == true)
    for (text, transposed) in [("I.columns=B", false), ("I.rows=B", true), ("I'=B", true)] {
      var own = tensors
      own[1] = tensor("B", equation.inputs, transposed: transposed)
      try check(
        Saved(tensors: own, options: ImportOptions(vectors: VectorNames("J=G,\(text),w=D")), family: "named"),
        equation, &stream)
    }
  }

  @Test(arguments: [3, 4])
  func gatedUnitsAreRefusedByName(gates: Int) {
    let file = TensorFile(
      container: "test",
      tensors: [
        Tensor(
          name: "rnn.weight_hh_l0", shape: [gates * 6, 6], values: [Double](repeating: 1, count: gates * 36)),
        Tensor(
          name: "rnn.weight_ih_l0", shape: [gates * 6, 2], values: [Double](repeating: 1, count: gates * 12)),
      ])
    let error = #expect(throws: FormatError.self) { try NetworkFile.importNetwork(file, ImportOptions()) }
    #expect(error?.found.contains(gates == 3 ? "nn.GRU" : "nn.LSTM") == true)
  }

  @Test(arguments: ["weight_hh_l1", "weight_hh_l0_reverse", "weight_hr_l0", "taus_gaus"])
  func networksOfAnotherKindAreRefusedByName(name: String) {
    let file = TensorFile(
      container: "test",
      tensors: [
        Tensor(name: "rnn.weight_hh_l0", shape: [2, 2], values: [1, 2, 3, 4]),
        Tensor(name: "rnn.\(name)", shape: [2, 2], values: [1, 2, 3, 4]),
      ])
    let error = #expect(throws: FormatError.self) { try NetworkFile.importNetwork(file, ImportOptions()) }
    #expect(error?.found.contains(name) == true)
  }

  @Test(arguments: [
    "m=a", "J=a,m=b,n=c", "m=a,n=a", "q=a", "J=a,J=b", "I", "m=a,n=b,bias.rows=c", "J.rows=a", "m=,n=b",
  ])
  func namesThatMakeNoSense(text: String) {
    #expect(throws: VectorNamesError.self) { try VectorNames(text) }
  }

  @Test(arguments: ["J", "J=nan", "J=1e200", "J=1,J=2", "q=1", "m=inf"])
  func factorsThatMakeNoSense(text: String) {
    #expect(throws: ScaleFactorsError.self) { try ScaleFactors(text) }
  }
}
