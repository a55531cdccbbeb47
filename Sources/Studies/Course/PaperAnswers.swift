// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import FixedPoints
import LowRank

/// The paper's covariances as circuits, and as networks drawn from them, on the course's tasks.
public struct PresetAnswer: CourseAnswering {
  /// A network drawn from the covariances.
  public struct Drawn: Codable, Sendable, Hashable {
    /// N.
    public let units: Int
    /// On the course's trials.
    @OrNull public var accuracy: Double?
    /// Likewise.
    @OrNull public var loss: Double?
  }

  /// One circuit.
  public struct Circuit: Codable, Sendable, Hashable {
    /// Its task.
    public let task: String
    /// On the course's trials.
    @OrNull public var accuracy: Double?
    /// Likewise.
    @OrNull public var loss: Double?
    /// Networks of 128 and 1024 units.
    public let drawn: [Drawn]
  }

  /// Decision and working memory.
  public let circuits: [Circuit]
  /// Where the decision circuit rests: z, and κ.
  public let decisionOutputs, decisionKappa: [Double]
  /// The largest |v| at which one of the two is lost.
  public let saddleNode: Double

  /// The decision circuit.
  public static var decision: EffectiveCircuit {
    EffectiveCircuit(PaperCircuit.decision(), transfer: .tanh)
  }

  init(decision: CourseTask, memory: CourseTask) throws {
    circuits = try [
      ("perceptual decision", decision, PaperCircuit.decision()),
      ("working memory", memory, PaperCircuit.workingMemory()),
    ].map { name, task, statistics in
      let own = task.score(of: EffectiveCircuit(statistics, transfer: .tanh))
      let drawn = try [128, 1024].map { units in
        var stream = RandomStream(seed: task.seed, purpose: .redraws, stream: UInt64(units))
        let network = try statistics.redraw(units: units, transfer: .tanh, stream: &stream)
        let result = task.score(of: try ManifoldDynamics(network))
        return Drawn(units: units, accuracy: result.accuracy, loss: result.loss)
      }
      return Circuit(task: name, accuracy: own.accuracy, loss: own.loss, drawn: drawn)
    }
    let points = try Self.stable(Self.decision)
    decisionOutputs = points.map { $0.outputs[0] }
    decisionKappa = points.map { $0.kappa[0] }
    saddleNode =
      try BifurcationSearch().diagram(
        of: Self.decision, input: [0], parameter: .input(0), over: -0.1...0.1
      ).bifurcations.map { abs($0.parameter) }.max() ?? .nan
  }

  /// Stable fixed points without input.
  static func stable(_ circuit: EffectiveCircuit) throws -> [FixedPoint] {
    try FixedPointSearch().fixedPoints(of: circuit, input: [0]).points.filter(\.isStable)
  }

  /// In one line.
  public var answer: String {
    "the decision circuit rests at z = " + decisionOutputs.map { text($0) }.joined(separator: " and ")
      + " and loses one of them at |v| = \(text(saddleNode, digits: 3))"
  }
}

/// Each slip of the sheet beside the corrected form.
public struct SlipAnswer: CourseAnswering {
  /// 1/(2π) in front of the integrals instead of 1/√(2π).
  public struct Normalisation: Codable, Sendable, Hashable {
    /// κ of the stable points.
    public let stableKappa, stableKappaWithSlip: [Double]
    /// σ_mn of the pitchfork.
    @OrNull public var pitchforkWithSlip: Double?
    /// On the task.
    @OrNull public var accuracy: Double?
    /// Likewise.
    @OrNull public var accuracyWithSlip: Double?
  }

  /// Δ from u instead of v, on the trained network's circuit.
  public struct UnfilteredInput: Codable, Sendable, Hashable {
    /// Against the trained network; and of one circuit against the other.
    public let relativeErrorOfKappa, changeOfKappa, relativeErrorOfKappaWithSlip: Double
  }

  /// Δ without cross terms and κ̇ without means: relative errors of z against the trained network.
  public struct Terms: Codable, Sendable, Hashable {
    /// Whole, and with something left out.
    public let relativeErrorOfZ, withoutCrossTerms, withoutMeans: Double
  }

  /// σ_n2m2 = 1 instead of 0.5.
  public struct SecondTimeScale: Codable, Sendable, Hashable {
    /// What is left of κ1 and κ2 after the delay.
    public let retention, retentionWithSlip: [Double]
    /// On the task.
    @OrNull public var accuracy: Double?
    /// Likewise.
    @OrNull public var accuracyWithSlip: Double?
  }

  /// Variances of 1 for all vectors.
  public struct ImpossibleVariances: Codable, Sendable, Hashable {
    /// Why no units can be drawn.
    public let refusal: String
  }

  /// As the types say.
  public let normalisation: Normalisation
  /// Likewise.
  public let unfilteredInput: UnfilteredInput
  /// Of the two trained networks.
  public let decisionTerms, memoryTerms: Terms
  /// Likewise.
  public let secondTimeScale: SecondTimeScale
  /// Likewise.
  public let impossibleVariances: ImpossibleVariances

  /// The decision circuit with 1/(2π).
  public static var slipped: EffectiveCircuit {
    EffectiveCircuit(PaperCircuit.decision().scalingAverages(by: factor), transfer: .tanh)
  }
  private static let factor = 1 / (2 * Double.pi).squareRoot()

  init(decision: CourseTask, memory: CourseTask) throws {
    let (right, wrong) = (PresetAnswer.decision, Self.slipped)
    let critical = try BifurcationSearch().diagram(
      of: wrong, input: [0],
      // σ_nm of the scaled circuit is σ_mn times the factor.
      parameter: .covariance(.n(0), .m(0), population: 0), over: 0.5...1.5
    ).bifurcations.first { $0.kind == .pitchfork }.map { $0.parameter / Self.factor }
    normalisation = Normalisation(
      stableKappa: try PresetAnswer.stable(right).map { $0.kappa[0] },
      stableKappaWithSlip: try PresetAnswer.stable(wrong).map { $0.kappa[0] }, pitchforkWithSlip: critical,
      accuracy: decision.score(of: right).accuracy, accuracyWithSlip: decision.score(of: wrong).accuracy)

    let unfiltered = decision.simulation.run(
      UnfilteredGainCircuit(decision.circuit), under: decision.trials.stimulus)
    func kappa(_ run: Trajectory, _ other: Trajectory) -> Double {
      Comparison(of: run, against: other, trials: decision.trials).kappa[0].relative
    }
    unfilteredInput = UnfilteredInput(
      relativeErrorOfKappa: kappa(decision.reduced, decision.full),
      changeOfKappa: kappa(unfiltered, decision.reduced),
      relativeErrorOfKappaWithSlip: kappa(unfiltered, decision.full))

    func terms(_ task: CourseTask) -> Terms {
      func error(_ run: Trajectory) -> Double {
        Comparison(of: run, against: task.full, trials: task.trials).outputs[0].deviation.relative
      }
      func error(_ statistics: ConnectivityStatistics) -> Double {
        error(
          task.simulation.run(
            EffectiveCircuit(statistics, transfer: .tanh), under: task.trials.stimulus))
      }
      let whole = task.circuit.statistics
      return Terms(
        relativeErrorOfZ: error(task.reduced), withoutCrossTerms: error(whole.withoutCrossTerms),
        withoutMeans: error(whole.withoutMeans))
    }
    decisionTerms = terms(decision)
    memoryTerms = terms(memory)

    let circuits = [0.5, 1].map {
      EffectiveCircuit(PaperCircuit.workingMemory(second: $0), transfer: .tanh)
    }
    let retained = try circuits.map { try memory.retention(of: $0).map(\.left) }
    let scores = circuits.map { memory.score(of: $0).accuracy }
    secondTimeScale = SecondTimeScale(
      retention: retained[0], retentionWithSlip: retained[1], accuracy: scores[0],
      accuracyWithSlip: scores[1])

    let impossible = right.statistics.replacing([(.n(0), .n(0), 1), (.readout(0), .readout(0), 1)])
    var refusal = "units were drawn"
    do {
      var stream = RandomStream(seed: decision.seed)
      _ = try impossible.redraw(units: 128, transfer: .tanh, stream: &stream)
    } catch {
      let least = try impossible.populations[0].covariance.symmetricEigensystem().values.first ?? .nan
      refusal = "no units can have these covariances: one of their eigenvalues is \(text(least, digits: 3))"
    }
    impossibleVariances = ImpossibleVariances(refusal: refusal)
  }

  /// In one line.
  public var answer: String {
    "1/(2π) leaves \(counted(normalisation.stableKappaWithSlip.count, "stable point")) instead of "
      + "\(normalisation.stableKappa.count); σ_n2m2 = 1 keeps \(percent(secondTimeScale.retentionWithSlip[1])) of κ2 over "
      + "the delay instead of \(percent(secondTimeScale.retention[1]))"
  }
}
