/// What a tensor means.
enum Role: String {
  case m, n, bias
  case inputs = "I"
  case readouts = "w"
  case inputScale = "input scale"
  case readoutScale = "readout scale"
  case initialState = "initial state"
  case connectivity = "J"
  case bulk = "random connectivity"
  case basis = "Gaussian basis"
  case supports
  case fractions = "population weights"
  case inputWeights = "I weights"
  case mWeights = "m weights"
  case nWeights = "n weights"
  case readoutWeights = "w weights"
  case inputOffsets = "I means"
  case mOffsets = "m means"
  case nOffsets = "n means"
  case initialWeights = "initial state weights"
  case alpha, dt, tau, transfer
}

/// A family of names that trained networks are saved under.
struct Dialect {
  /// How the vectors are to be made of the tensors.
  enum Form { case vectors, mixture, dense }

  let name: String
  let form: Form
  /// Roles that must be there.
  let required: Set<Role>
  /// Roles without which it is another dialect.
  let distinctive: Set<Role>
  /// The tensor names, all of them, and their roles.
  let roles: [String: Role]
  /// Where 1/N stands unless the user says otherwise.
  let scaling: Scaling
  /// Whether inputs stand as (K, N) and readouts as (N, O) when the shape alone leaves it open; else (N, K).
  let inputsInRows: Bool
  /// Whether a bias also acts on the rates that are read out.
  let biasReachesReadout: Bool

  /// All dialects, the most particular first. A new one is a line here.
  static let all: [Dialect] = [
    Dialect(
      name: "mixture", form: .mixture,
      required: [.basis, .supports, .mWeights, .nWeights, .inputWeights, .readoutWeights], distinctive: [],
      roles: [
        "gaussian_basis": .basis, "supports": .supports, "weights": .fractions, "wi_weights": .inputWeights,
        "m_weights": .mWeights, "n_weights": .nWeights, "wo_weights": .readoutWeights,
        "wi_biases": .inputOffsets, "m_biases": .mOffsets, "n_biases": .nOffsets,
        "h0_weights": .initialWeights,
      ].merging(settings) { $1 }, scaling: .none, inputsInRows: true, biasReachesReadout: true),
    Dialect(
      name: "full-rank", form: .dense, required: [.connectivity, .inputs, .readouts], distinctive: [],
      roles: [
        "wrec": .connectivity, "wi": .inputs, "wo": .readouts, "si": .inputScale, "so": .readoutScale,
        "b": .bias, "h0": .initialState,
      ].merging(settings) { $1 }, scaling: .none, inputsInRows: true, biasReachesReadout: false),
    Dialect(
      name: "valente-bias", form: .vectors, required: [.m, .n, .inputs, .readouts, .bias],
      distinctive: [.inputScale, .readoutScale], roles: valente, scaling: .mean, inputsInRows: true,
      biasReachesReadout: false),
    Dialect(
      name: "valente", form: .vectors, required: [.m, .n, .inputs, .readouts],
      distinctive: [.inputScale, .readoutScale], roles: valente, scaling: .mean, inputsInRows: true,
      biasReachesReadout: false),
    Dialect(
      name: "plain", form: .vectors, required: [.m, .n, .inputs, .readouts], distinctive: [],
      roles: [
        "m": .m, "n": .n, "I": .inputs, "wi": .inputs, "w": .readouts, "wo": .readouts, "b": .bias,
        "bias": .bias, "h0": .initialState,
      ].merging(settings) { $1 }, scaling: .mean, inputsInRows: false, biasReachesReadout: true),
  ]

  private static let settings: [String: Role] = [
    "alpha": .alpha, "dt": .dt, "tau": .tau, "transfer": .transfer,
  ]
  private static let valente: [String: Role] = [
    "m": .m, "n": .n, "wi": .inputs, "wo": .readouts, "si": .inputScale, "so": .readoutScale, "b": .bias,
    "h0": .initialState, "rec_noise": .bulk,
  ].merging(settings) { $1 }
}

/// The tensors of one network, by role.
struct RoleAssignment {
  let dialect: Dialect
  var tensors: [Role: Tensor]

  /// The role of each tensor name, for the summary.
  var roleNames: [String: String] {
    var result: [String: String] = [:]
    for (role, tensor) in tensors { result[tensor.name] = role.rawValue }
    return result
  }
}
