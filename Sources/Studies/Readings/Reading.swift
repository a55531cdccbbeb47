// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles

/// One way to read a network's file, and how well its z is then the user's own.
public struct Reading: Codable, Sendable, Hashable {
  /// The options that ask for it, as on the command line; those that the user gave already and those that change.
  public let options: [String]
  /// RMS of the difference of z / RMS of the user's z, over all trials and steps.
  public let relative: Double
  /// Whether the user's z_t stands before the update with u_t: z_0 is then the output of the initial state. No option says
  /// this; the recorded z is one step behind this program's.
  public let beforeUpdate: Bool

  /// Differences of z up to which a reading is the right one.
  public static let right = 1e-6
}

/// What varies between the readings of one network.
struct ReadingVariant: Hashable {
  /// Where a bias stands.
  enum BiasPlace: Hashable {
    case inside, insideUnseen, current
  }

  var form: NetworkForm
  var scaling: Scaling
  /// 1/N of w alone, where it is not that of J.
  var readoutScaling: Scaling
  var transposed: Bool
  var transfer: TransferFunction
  var bias: BiasPlace
  var starts: Bool
  var alpha: Double

  /// The network as this variant has it; `nil` when it has none.
  func network(of base: ImportedNetwork) -> Network? {
    let own = base.network
    let size = Double(own.unitCount)
    func factor(_ from: Scaling, _ to: Scaling) -> Double {
      from == to ? 1 : to == .none ? size : 1 / size
    }
    let root = factor(base.summary.scaling, scaling).squareRoot()
    let readout = factor(base.summary.scaling, readoutScaling)
    func scaled(_ matrix: Matrix, _ by: Double) -> Matrix {
      by == 1
        ? matrix
        : Matrix(rows: matrix.rows, columns: matrix.columns, elements: matrix.elements.map { $0 * by })
    }
    let values = own.bias?.values ?? own.current
    var dense = own.denseConnectivity
    if transposed { dense = dense?.transposed }
    let isDense = dense != nil
    do {
      return try Network(
        m: isDense ? own.m : scaled(own.m, root), n: isDense ? own.n : scaled(own.n, root),
        inputs: own.inputs, readouts: scaled(own.readouts, readout),
        bias: bias == .current
          ? nil : values.map { Network.Bias(values: $0, reachesReadout: bias == .inside || form == .rate) },
        current: bias == .current ? values : nil, readoutBias: own.readoutBias, form: form,
        denseConnectivity: dense, transfer: transfer
      ).starting(at: starts ? base.initialState : nil)
    } catch {
      return nil
    }
  }
}

extension ReadingVariant {
  /// The reading that the user's own options give.
  init(of base: ImportedNetwork) {
    let network = base.network
    form = network.form
    scaling = base.summary.scaling
    readoutScaling = scaling
    transposed = false
    transfer = network.transfer
    bias = network.current != nil ? .current : network.bias?.reachesReadout == false ? .insideUnseen : .inside
    starts = base.initialState != nil
    alpha = base.alpha
  }

  /// Options that turn the user's own reading into this one.
  func options(from own: ReadingVariant, _ request: ReadingRequest, _ base: ImportedNetwork) -> [String] {
    var options: [String] = []
    if transfer != own.transfer || request.transfer != nil { options += ["--transfer", transfer.rawValue] }
    if alpha != own.alpha || request.stepSize != nil { options += ["--alpha", "\(alpha)"] }
    if form != own.form || request.form != nil { options += ["--form", form.rawValue] }
    if scaling != own.scaling || request.scaling != nil { options += ["--scaling", scaling.rawValue] }
    let scale = [request.scale, readoutScale(base)].compactMap(\.self)
    if !scale.isEmpty { options += ["--scale", scale.joined(separator: ",")] }
    if let names = vectors(from: own, request, base) { options += ["--vectors", names] }
    if bias != own.bias, bias != .current {
      options += ["--bias-readout", bias == .inside ? "yes" : "no"]
    } else if let reaches = request.biasReachesReadout {
      options += ["--bias-readout", reaches ? "yes" : "no"]
    }
    if starts != own.starts { options += ["--initial-state", starts ? "file" : "zero"] }
    return options
  }

  /// w=N or w=1/N, where J and w are scaled differently.
  private func readoutScale(_ base: ImportedNetwork) -> String? {
    guard readoutScaling != scaling else { return nil }
    let units = base.network.unitCount
    return readoutScaling == .none ? "w=\(units)" : "w=\(1 / Double(units))"
  }

  /// The names of the user, with J transposed and the bias in another role; for a known family only those that change.
  private func vectors(from own: ReadingVariant, _ request: ReadingRequest, _ base: ImportedNetwork)
    -> String?
  {
    var parts = request.vectors?.split(separator: ",").map(String.init) ?? []
    if transposed, let key = base.summary.tensors.first(where: { $0.role == "J" })?.name {
      parts.removeAll { $0.hasPrefix("J=") || $0.hasPrefix("J'=") }
      let wasTransposed = request.vectors?.contains("J'=") ?? false
      parts.insert("J\(wasTransposed ? "" : "'")=\(key)", at: 0)
    }
    if (bias == .current) != (own.bias == .current) {
      let keys = base.summary.tensors.filter { $0.role == "bias" || $0.role == "current bias" }.map(\.name)
      parts.removeAll { $0.hasPrefix("bias=") || $0.hasPrefix("current=") }
      if !keys.isEmpty {
        parts.append("\(bias == .current ? "current" : "bias")=\(keys.joined(separator: "+"))")
      }
    }
    return parts.isEmpty ? nil : parts.joined(separator: ",")
  }
}
