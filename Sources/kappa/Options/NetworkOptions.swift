import ArgumentParser
import LowRank
import NetworkFiles

/// How a network file is to be read: what the file itself does not say.
struct NetworkOptions: ParsableArguments {
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
      "Which tensor is which vector, when the names are unknown: m=KEY,n=KEY,I=KEY,w=KEY[,bias=KEY].",
      valueName: "roles"))
  var vectors: String?

  @Option(
    help: "raw: κ belongs to the file's own m and n. svd: to the singular vectors of J, signs fixed.")
  var gauge: Gauge = .raw

  @Option(help: "For a full-rank J: how many singular values to keep. (default: chosen by the spectrum)")
  var rank: Int?

  func validate() throws {
    if alpha != nil && (dt != nil || tau != nil) {
      throw ValidationError("--alpha says it already: leave out --dt and --tau.")
    }
    if (dt == nil) != (tau == nil) { throw ValidationError("--dt and --tau come together.") }
    for (name, value) in [("--alpha", alpha), ("--dt", dt), ("--tau", tau)] {
      if let value, !(value > 0 && value.isFinite) {
        throw ValidationError("\(name): expected a positive number, found \(value).")
      }
    }
    if let alpha = stepSize, alpha > 1 {
      throw ValidationError(
        "--alpha: expected dt/τ of at most 1, beyond which Euler steps overshoot, found \(alpha).")
    }
    if let rank, rank < 1 { throw ValidationError("--rank: expected at least 1, found \(rank).") }
  }

  /// α, if the options say it.
  var stepSize: Double? {
    if let dt, let tau { return dt / tau }
    return alpha
  }

  /// A circuit file says all of this itself, except the step.
  func refuseForCircuit(_ path: String) throws {
    let given: [(String, Bool)] = [
      ("--transfer", transfer != nil), ("--scaling", scaling != nil), ("--vectors", vectors != nil),
      ("--rank", rank != nil), ("--gauge", gauge != .raw),
    ]
    for (name, isGiven) in given where isGiven {
      throw Failure(.usage, "\(name): expected a network file beside it, found the circuit file \(path)")
    }
  }

  private func parsedVectors() throws -> VectorNames? {
    guard let vectors else { return nil }
    do {
      return try VectorNames(vectors)
    } catch {
      throw Failure(.usage, "--vectors: \(error)")
    }
  }

  /// Reads a network with these options.
  func load(_ path: String) throws -> ImportedNetwork {
    var options = ImportOptions()
    options.transfer = transfer
    options.alpha = stepSize
    options.scaling = scaling
    options.vectors = try parsedVectors()
    options.gauge = gauge
    options.rank = rank
    let imported = try NetworkFile.load(path, options)
    for warning in imported.warnings { Console.warn("\(path): \(warning)") }
    return imported
  }
}

extension TransferFunction: ExpressibleByArgument {}
extension Gauge: ExpressibleByArgument {}
extension Scaling: ExpressibleByArgument {}
