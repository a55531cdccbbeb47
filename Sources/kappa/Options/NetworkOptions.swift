// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import LowRank
import NetworkFiles
import Studies

/// How a network file is to be read, but for the rank of a full J's truncation: what the file itself does not say.
struct ReadingOptions: ParsableArguments {
  @Option(
    help: "φ of the units: tanh, erf, relu, softplus, logistic or linear. (default: the file's, or tanh)")
  var transfer: TransferFunction?

  @Option(help: "The Euler step α = dt/τ. (default: the file's, or 0.2)")
  var alpha: Double?

  @Option(help: "The time step, together with --tau, instead of --alpha.")
  var dt: Double?

  @Option(help: "The time constant τ, in the unit of --dt.")
  var tau: Double?

  @Option(
    help: "mean: the network is J = m nᵀ/N, z = wᵀφ/N. none: the file's tensors carry no 1/N. (default: mean)"
  )
  var scaling: Scaling?

  @Option(
    help: ArgumentHelp(
      "Which tensor is which, when the names are unknown: m=KEY,n=KEY or J=KEY (J'=KEY: transposed), I=KEY, w=KEY, bias=KEY "
        + "(inside φ), current=KEY (bias in the current), x0=KEY (initial state), z0=KEY (readout bias).",
      valueName: "roles"))
  var vectors: String?

  @Option(
    help: "current: τẋ = -x + Jφ(x) + Iu. rate: τṙ = -r + φ(Jr + Iu). (default: the file's, or its family's)")
  var form: NetworkForm?

  @Option(
    help: ArgumentHelp(
      "Factors of parts of the network, each a number or a tensor: J=1.5,I=KEY,w=KEY.", valueName: "factors"))
  var scale: String?

  @Option(help: ArgumentHelp("Whether the readout sees a bias inside φ: yes or no.", valueName: "yes|no"))
  var biasReadout: YesOrNo?

  @Option(
    help: "raw: κ belongs to the file's own m and n. svd: to the singular vectors of J, signs fixed.")
  var gauge: Gauge = .raw

  @Option(
    help: ArgumentHelp(
      "Where trials start: file, the file's own initial state; zero; or a .npz file with one value per unit. (default: file)",
      valueName: "file|zero|x0.npz"))
  var initialState: String?

  func validate() throws { try check(request.validate) }

  /// The same as studies want it.
  var request: ReadingRequest {
    ReadingRequest(
      transfer: transfer, alpha: alpha, dt: dt, tau: tau, scaling: scaling, vectors: vectors, gauge: gauge,
      form: form, scale: scale, biasReachesReadout: biasReadout.map { $0 == .yes },
      initialState: initialState)
  }
}

/// How a network file is to be read: what the file itself does not say.
struct NetworkOptions: ParsableArguments {
  @OptionGroup var reading: ReadingOptions

  @Option(
    help: ArgumentHelp(
      "For a full-rank J: how many singular values to keep. (default: auto, chosen by the spectrum)",
      valueName: "r|auto"))
  var rank: Fit.Rank?

  func validate() throws { try check(request.validate) }

  /// The same as studies want it.
  var request: ReadingRequest {
    var request = reading.request
    request.rank = rank?.number
    return request
  }
}

/// An answer.
enum YesOrNo: String, CaseIterable, ExpressibleByArgument { case yes, no }

extension TransferFunction: ExpressibleByArgument {}
extension NetworkForm: ExpressibleByArgument {}
extension Gauge: ExpressibleByArgument {}
extension Scaling: ExpressibleByArgument {}
