import LowRank

/// Reads trained networks and brings every convention to the canonical one.
public enum NetworkFile {
  /// α when neither the file nor the user says it: dt = 20 ms and τ = 100 ms in the field's code.
  public static let defaultAlpha = 0.2

  /// The network in a .npz, .pt or .pth file.
  ///
  /// - Throws: `FileError` for files that cannot be read, have unknown tensors (it lists them and shows the
  ///   `--vectors` option), or hold vectors that do not fit together or are not finite.
  public static func load(_ path: String, _ options: ImportOptions = ImportOptions()) throws(FileError)
    -> ImportedNetwork
  {
    let bytes = try readFile(path)
    return try reading(path) { try importNetwork(TensorFile(bytes), options) }
  }

  static func importNetwork(_ file: TensorFile, _ options: ImportOptions) throws -> ImportedNetwork {
    var notes = ImportNotes()
    let roles =
      if let names = options.vectors {
        try Recognition.assign(names, in: file)
      } else {
        try Recognition.assign(file, warnings: &notes.warnings)
      }
    var vectors =
      switch roles.dialect.form {
      case .vectors: try Vectors(vectorsOf: roles, notes: &notes)
      case .mixture: try Vectors(mixtureOf: roles, notes: &notes)
      case .dense: try Vectors(denseOf: roles, rank: options.rank, notes: &notes)
      }
    let scaling = options.scaling ?? roles.dialect.scaling
    vectors.settle(scaling)
    try vectors.checkSizes()
    if options.rank != nil, roles.dialect.form != .dense {
      notes.warnings.append("--rank is not used: the file's connectivity is factored already")
    }
    let settings = try Settings(roles, options, notes: &notes)
    let network = try makeNetwork(vectors, roles.dialect, settings.transfer, options.gauge)
    noteScaling(scaling, roles.dialect, options, &notes)
    let unscaled = scaling == .none && roles.dialect.scaling == .mean
    let initialState = vectors.initialState.flatMap { $0.contains { $0 != 0 } ? $0 : nil }
    if initialState != nil { notes.warnings.append("the file has an initial state x(0) that is not zero") }
    if options.vectors != nil, network.bias != nil {
      notes.assumptions.append("the bias also acts on the rates that are read out")
    }
    let roleNames = roles.roleNames
    // What `kappa train` keeps beside its network is nothing to warn of.
    let isTraining = file["training"] != nil
    let unused = file.tensors.filter {
      roleNames[$0.name] == nil
        && !(isTraining && (["training", "losses"].contains($0.name) || $0.name.hasPrefix("adam_")))
    }.map(\.name.quoted)
    if !unused.isEmpty {
      let shown = unused.prefix(8).joined(separator: ", ")
      notes.warnings.append("not used: \(shown)\(unused.count > 8 ? " and \(unused.count - 8) more" : "")")
    }
    let summary = NetworkSummary(
      units: network.unitCount, rank: network.rank, inputs: network.inputCount, outputs: network.outputCount,
      transfer: network.transfer, alpha: settings.alpha,
      dialect: roles.dialect.name + (unscaled ? "-unscaled" : ""), scaling: scaling, gauge: options.gauge,
      container: file.container, bias: network.bias != nil, populations: vectors.labels.map(sizes),
      singularValues: vectors.singularValues,
      tensors: file.tensors.map {
        TensorSummary(
          name: $0.name, shape: $0.shape, type: $0.elementType, role: roleNames[$0.name] ?? "unused")
      }, assumptions: notes.assumptions, warnings: notes.warnings)
    return ImportedNetwork(
      network: network, alpha: settings.alpha, populationLabels: vectors.labels, initialState: initialState,
      summary: summary)
  }

  private static func makeNetwork(
    _ vectors: Vectors, _ dialect: Dialect, _ transfer: TransferFunction, _ gauge: Gauge
  ) throws -> Network {
    do {
      let network = try Network(
        m: vectors.m, n: vectors.n, inputs: vectors.inputs, readouts: vectors.readouts,
        bias: vectors.bias.map { Network.Bias(values: $0, reachesReadout: dialect.biasReachesReadout) },
        transfer: transfer)
      return gauge == .svd ? try network.inSVDGauge() : network
    } catch let error as ShapeError {
      throw FormatError(expected: "\(error.expected) for \(error.quantity)", found: error.found)
    } catch let error as LinearAlgebraError {
      throw FormatError(expected: "vectors with an SVD gauge", found: error.description)
    }
  }

  private static func noteScaling(
    _ scaling: Scaling, _ dialect: Dialect, _ options: ImportOptions, _ notes: inout ImportNotes
  ) {
    guard options.scaling == nil else { return }
    switch (dialect.form, scaling) {
    case (_, .mean):
      notes.assumptions.append("J = m nᵀ/N and z = wᵀφ/N (default; --scaling none if the code has no 1/N)")
    case (_, .none):
      notes.assumptions.append(
        "no 1/N in the file's J and z (as its dialect has it; --scaling mean if its code divides by N)")
    }
  }

  private static func sizes(_ labels: [Int]) -> [Int] {
    var sizes = [Int](repeating: 0, count: (labels.max() ?? -1) + 1)
    for label in labels { sizes[label] += 1 }
    return sizes
  }
}

extension Vectors {
  /// Refuses vectors whose covariances would underflow to nothing.
  func checkSizes() throws {
    for (name, matrix) in [("m", m), ("n", n), ("I", inputs), ("w", readouts)] {
      for column in 0..<matrix.columns {
        let size = matrix.column(column).reduce(0) { Swift.max($0, abs($1)) }
        if size > 0, size < 1 / Axes.largest {
          throw FormatError(
            expected: "loadings \(name) of size at least \(1 / Axes.largest), or zero", found: "\(size)",
            advice: "bring them to another unit")
        }
      }
    }
  }

  /// Brings J = m nᵀ, z = wᵀφ to J = m nᵀ/N, z = wᵀφ/N, where that is what the file means.
  mutating func settle(_ scaling: Scaling) {
    let units = Double(m.rows)
    if scaling == .none || connectivityIsUnscaled {
      m = m.scaled(by: units.squareRoot())
      n = n.scaled(by: units.squareRoot())
    }
    if scaling == .none { readouts = readouts.scaled(by: units) }
  }
}
