// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Reads trained networks and brings every convention to the canonical one.
public enum NetworkFile {
  /// α when nobody says it: dt = 20 ms and τ = 100 ms in the field's code.
  public static let defaultAlpha = 0.2

  /// The network in a .npz, .pt, .pth, .pkl or .mat file.
  ///
  /// The network is the file's: a full J stays what it is, and m and n are then those of a reduction of it. It starts at
  /// the file's initial state.
  ///
  /// - Throws: `FileError` for files that cannot be read, have unknown tensors (it lists them and shows the
  ///   `--vectors` option), or hold parts that do not fit together or are not finite.
  public static func load(_ path: String, _ options: ImportOptions = ImportOptions()) throws(FileError)
    -> ImportedNetwork
  {
    let bytes = try readFile(path)
    return try reading(path) { try importNetwork(TensorFile(bytes), options) }
  }

  /// The network in a file that has been read already: other readings of it need no second look at the disk.
  ///
  /// - Parameter path: the file's name, for messages.
  public static func load(_ file: TensorFile, from path: String, _ options: ImportOptions) throws(FileError)
    -> ImportedNetwork
  {
    try reading(path) { try importNetwork(file, options) }
  }

  static func importNetwork(_ file: TensorFile, _ options: ImportOptions) throws -> ImportedNetwork {
    var notes = ImportNotes()
    var roles = try Self.roles(of: file, options, notes: &notes)
    Settings.find(for: &roles, in: file)
    RandomPart.find(for: &roles, in: file)
    var parts =
      roles.family.kind == .mixture
      ? try NetworkParts(mixtureOf: roles, notes: &notes) : try NetworkParts(roles, notes: &notes)
    if let scale = options.scale { try parts.scale(scale, &roles, in: file, notes: &notes) }
    let scaling = options.scaling ?? roles.family.scaling
    parts.settle(scaling)
    try parts.checkSizes()
    try parts.start(at: options.initialState, units: parts.inputs.rows, notes: &notes)
    let settings = try Settings(roles, options, notes: &notes)
    noteScaling(scaling, roles, options, &notes)
    let (network, values) = try makeNetwork(parts, roles, settings, options, notes: &notes)
    noteBias(network, roles, options, &notes)
    noteUnused(file, roles, network, &notes)
    let unscaled = scaling == .none && roles.family.scaling == .mean
    let roleNames = roles.roleNames
    let summary = NetworkSummary(
      network, alpha: settings.alpha, dialect: roles.family.name + (unscaled ? "-unscaled" : ""),
      scaling: scaling, gauge: options.gauge, container: file.container,
      populations: parts.labels.map(sizes), singularValues: values,
      tensors: file.tensors.map {
        TensorSummary(
          name: $0.name, shape: $0.shape, type: $0.elementType, role: roleNames[$0.name] ?? "unused")
      }, unread: file.unread, assumptions: notes.assumptions, warnings: notes.remarks.map(\.text))
    var imported = ImportedNetwork(
      network: network, alpha: settings.alpha, populationLabels: parts.labels,
      initialState: network.start?.state, initialConnectivity: initialConnectivity(roles, file, network),
      trainingLosses: losses(file), remarks: notes.remarks, summary: summary)
    imported.randomPart = parts.random
    imported.readsOwnRates =
      file[RateScale.readout]?.text?.first == RateScale.ownRates
      && network.outputCount == network.unitCount
    return imported
  }

  private static func roles(of file: TensorFile, _ options: ImportOptions, notes: inout ImportNotes) throws
    -> RoleAssignment
  {
    guard let names = options.vectors else { return try Recognition.assign(file, notes: &notes) }
    return try Recognition.assign(names, in: file, notes: &notes)
  }

  /// A list of finite losses; anything else under that name is none.
  private static func losses(_ file: TensorFile) -> [Double] {
    guard let tensor = file["losses"], tensor.shape.count == 1, tensor.text == nil,
      tensor.values.allSatisfy(\.isFinite)
    else { return [] }
    return tensor.values
  }

  private static func makeNetwork(
    _ parts: NetworkParts, _ roles: RoleAssignment, _ settings: Settings, _ options: ImportOptions,
    notes: inout ImportNotes
  ) throws -> (Network, SingularValues?) {
    var values: SingularValues?
    let m: Matrix
    let n: Matrix
    var dense: Matrix?
    switch parts.connectivity {
    case .factors(let ownM, let ownN):
      (m, n) = (ownM, ownN)
      if options.rank != nil {
        notes.warn(.reading, "--rank is not used: the file's connectivity is factored already")
      }
      dense = parts.random.map { RandomPart.connectivity($0, m: m, n: n, notes: &notes) }
    case .dense(let j):
      let reduction = try Reduction(of: j, rank: options.rank, notes: &notes)
      (m, n, dense) = (reduction.connectivity.m, reduction.connectivity.n, j)
      values = reduction.singularValues
    }
    do {
      let reaches = options.biasReachesReadout ?? roles.family.biasReachesReadout
      let network = try Network(
        m: m, n: n, inputs: parts.inputs, readouts: parts.readouts,
        bias: parts.bias.unlessZero.map { Network.Bias(values: $0, reachesReadout: reaches) },
        current: parts.current.unlessZero,
        readoutBias: parts.readoutBias, form: settings.form, denseConnectivity: dense,
        transfer: settings.transfer
      ).starting(at: parts.initialState)
      return (options.gauge == .svd ? try network.inSVDGauge() : network, values)
    } catch let error as ShapeError {
      throw FormatError(expected: "\(error.expected) for \(error.quantity)", found: error.found)
    } catch let error as LinearAlgebraError {
      throw FormatError(expected: "vectors with an SVD gauge", found: error.description)
    }
  }

  private static func noteScaling(
    _ scaling: Scaling, _ roles: RoleAssignment, _ options: ImportOptions, _ notes: inout ImportNotes
  ) {
    guard options.scaling == nil else { return }
    switch (roles.family.kind, scaling) {
    case (.dense, .none):
      notes.assumptions.append("z = wᵀφ (--scaling mean if the code divides by N); J stands as it is")
    case (_, .mean):
      notes.assumptions.append("J = m nᵀ/N and z = wᵀφ/N (default; --scaling none if the code has no 1/N)")
    case (_, .none):
      notes.assumptions.append(
        "no 1/N in the file's J and z (as its dialect has it; --scaling mean if its code divides by N)")
    }
  }

  private static func noteBias(
    _ network: Network, _ roles: RoleAssignment, _ options: ImportOptions, _ notes: inout ImportNotes
  ) {
    guard network.form == .current, let bias = network.bias, options.biasReachesReadout == nil
    else { return }
    notes.assumptions.append(
      bias.reachesReadout
        ? "the bias inside φ also acts on the rates that are read out (--bias-readout no otherwise)"
        : "the readout does not see the bias inside φ (--bias-readout yes otherwise)")
  }

  private static func noteUnused(
    _ file: TensorFile, _ roles: RoleAssignment, _ network: Network, _ notes: inout ImportNotes
  ) {
    let names = roles.roleNames
    // What `kappa train` keeps beside its network is nothing to warn of.
    let isTraining = file["training"] != nil
    let unused = file.tensors.filter {
      names[$0.name] == nil && !isInitialConnectivity($0, network) && !RateScale.names.contains($0.name)
        && !(isTraining && TrainingFile.holdsForTraining($0.name))
    }
    UnusedTensors(units: network.unitCount, outputs: network.outputCount, inputs: network.inputCount)
      .note(unused, &notes)
  }

  private static func isInitialConnectivity(_ tensor: Tensor, _ network: Network) -> Bool {
    let leaf = tensor.name.split(separator: ".").last.map(String.init) ?? tensor.name
    let names: Set<String> = [
      "W0", "J0", "wrec0", "W_rec0", "W_rec_init", "wrec_init", "J_init", "W_init", "w_rec_init", "w0",
    ]
    return network.denseConnectivity != nil && names.contains(leaf)
      && tensor.shape == [network.unitCount, network.unitCount]
  }

  /// J before training, where the file has it beside J.
  private static func initialConnectivity(_ roles: RoleAssignment, _ file: TensorFile, _ network: Network)
    -> Matrix?
  {
    guard let tensor = file.tensors.first(where: { isInitialConnectivity($0, network) }),
      tensor.values.allSatisfy(\.isFinite)
    else { return nil }
    let columns = Matrix(rows: network.unitCount, columns: network.unitCount, elements: tensor.values)
    let isTransposed = roles.tensors[.connectivity]?.first?.orientation == .rows
    return isTransposed ? columns : columns.transposed
  }

  private static func sizes(_ labels: [Int]) -> [Int] {
    var sizes = [Int](repeating: 0, count: (labels.max() ?? -1) + 1)
    for label in labels { sizes[label] += 1 }
    return sizes
  }
}

extension Optional where Wrapped == [Double] {
  /// The values; `nil` when all are zero: a bias that was never trained is in many files, and is none.
  fileprivate var unlessZero: [Double]? { flatMap { $0.contains { $0 != 0 } ? $0 : nil } }
}
