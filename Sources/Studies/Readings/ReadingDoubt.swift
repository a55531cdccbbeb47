// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles

/// Another way to read a network's file with which it does its task far better than as it was read.
///
/// Targets are not the network's z, so that they prove nothing; but a trained network does its task best as it was
/// trained. Readings that differ in one respect are tried: φ, form, scaling, place of the bias, initial state, α by
/// factors. One is named where it leaves at most a quarter of the squared error, of an error that is no trifle, and of the
/// targets' mean square, which a z of zero leaves whole. What the file itself says of α, φ and form is doubted only where z
/// has nothing to do with the targets: that another α would do a task still better does not make the file's wrong.
struct ReadingDoubt: Sendable {
  /// The options that ask for the other reading.
  let options: [String]
  /// Its mean squared error over the steps that are asked for, and that of the network as it was read.
  let loss, own: Double

  /// An error below this share of the targets' mean square is no reason to doubt.
  static let leastLoss = 0.01
  /// A better reading leaves at most this share of it.
  static let leastGain = 0.25
  /// The same of a reading with which the task is done well, to `wellDone` of the targets' mean square.
  static let leastGainWell = 0.4
  static let wellDone = 0.12
  /// Trials that are looked at: all of a few dozen, fewer of large networks, fewer still of a large dense J.
  private static let (most, least) = (64, 12)
  /// z that has the targets' sign at this share of the steps has to do with them, however large it is.
  static let leastAgreement = 0.95

  /// `nil` where no other reading is that much better.
  ///
  /// - Parameters:
  ///   - request: what the user said.
  ///   - trials: trials with targets for all of the network's outputs.
  init?(_ base: ImportedNetwork, _ request: ReadingRequest, _ trials: Trials) {
    guard !trials.target.isEmpty, trials.outputs == base.network.outputCount else { return nil }
    let steps = Double(trials.stimulus.steps) * Double(base.network.unitCount)
    let work = steps * Double(base.network.denseConnectivity == nil ? 1 : base.network.unitCount)
    let count = min(
      trials.stimulus.trials, min(Self.most, max(Self.least, Int(1e7 / work))), max(1, Int(1e8 / work)))
    let few = trials.selecting((0..<count).map { $0 * trials.stimulus.trials / count })
    let window = AskedSteps(few)
    guard !window.isEmpty else { return nil }
    let size = window.meanSquare(few.target)
    func outputs(_ variant: ReadingVariant) -> [Double]? {
      guard let network = variant.network(of: base), let dynamics = try? NetworkDynamics(network) else {
        return nil
      }
      return Simulation(alpha: variant.alpha).run(dynamics, under: few.stimulus).outputs
    }
    func loss(_ outputs: [Double]?) -> Double {
      let loss = outputs.map { window.meanSquare($0, from: few.target) } ?? .infinity
      return loss.isNaN ? .infinity : loss
    }
    let own = ReadingVariant(of: base)
    let ownOutputs = outputs(own)
    let ownLoss = loss(ownOutputs)
    guard ownLoss >= Self.leastLoss * size, size > 0 else { return nil }
    let isLost =
      ownLoss >= size / 2 && window.signAgreement(ownOutputs ?? [], few.target) < Self.leastAgreement
    let stated = isLost ? [] : Self.stated(base, request)
    let others = Self.neighbours(of: own, base).filter { $0.keeps(stated, of: own) }.map {
      (variant: $0, loss: loss(outputs($0)))
    }
    guard let best = others.min(by: { $0.loss < $1.loss }) else { return nil }
    let gain = best.loss <= Self.wellDone * size ? Self.leastGainWell : Self.leastGain
    guard best.loss <= gain * min(ownLoss, size) else { return nil }
    options = best.variant.options(from: own, request, base)
    (self.loss, self.own) = (best.loss, ownLoss)
  }

  /// What the file says of itself and the user did not contradict.
  private static func stated(_ base: ImportedNetwork, _ request: ReadingRequest) -> Set<StatedSetting> {
    let roles = Set(base.summary.tensors.map(\.role))
    var result: Set<StatedSetting> = []
    if request.stepSize == nil, roles.contains("alpha") || roles.isSuperset(of: ["dt", "tau"]) {
      result.insert(.alpha)
    }
    if request.transfer == nil, roles.contains("transfer") { result.insert(.transfer) }
    if request.form == nil, roles.contains("form") { result.insert(.form) }
    return result
  }

  /// The readings that differ from one in one respect.
  private static func neighbours(of own: ReadingVariant, _ base: ImportedNetwork) -> [ReadingVariant] {
    func changed(_ change: (inout ReadingVariant) -> Void) -> ReadingVariant {
      var other = own
      change(&other)
      return other
    }
    let network = base.network
    var result = TransferFunction.allCases.map { transfer in changed { $0.transfer = transfer } }
    result += NetworkForm.allCases.map { form in changed { $0.form = form } }
    for scaling in [Scaling.mean, .none] {
      result.append(changed { ($0.scaling, $0.readoutScaling) = (scaling, scaling) })
      result.append(changed { $0.readoutScaling = scaling })
    }
    if network.bias != nil || network.current != nil {
      result += [ReadingVariant.BiasPlace.inside, .insideUnseen, .current].map { place in
        changed { $0.bias = place }
      }
    }
    if network.denseConnectivity != nil { result.append(changed { $0.transposed = true }) }
    if own.starts { result.append(changed { $0.starts = false }) }
    result += [0.25, 0.5, 2.0 / 3, 1.5, 2, 3, 4, 5].map { (own.alpha * $0 * 1e9).rounded() / 1e9 }.filter {
      $0 <= 1
    }.map { alpha in
      changed { $0.alpha = alpha }
    }
    return result.filter { $0 != own }
  }

  /// What to tell the user.
  var remark: Remark {
    .warning(
      "another-reading",
      "the network seems to be read wrong: with \(options.joined(separator: " ")) its mean squared error is "
        + "\(text(loss, digits: 2)) where as it was read it is \(text(own, digits: 2))",
      values: ["loss": loss, "own": own])
  }
}

/// A setting that a file can state.
private enum StatedSetting { case alpha, transfer, form }

extension ReadingVariant {
  /// Whether settings are those of another reading.
  fileprivate func keeps(_ settings: Set<StatedSetting>, of other: Self) -> Bool {
    settings.allSatisfy { setting in
      switch setting {
      case .alpha: alpha == other.alpha
      case .transfer: transfer == other.transfer
      case .form: form == other.form
      }
    }
  }
}
