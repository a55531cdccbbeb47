import LowRank

/// Reads trials: `u` (B, T, K) and, if there, `target` and `mask` (B, T, O).
public enum TrialsFile {
  /// The trials in a .npz file.
  ///
  /// - Parameters:
  ///   - channels: K of the network that is to get them; checked when given.
  ///   - outputs: O of that network; checked when given and the file has a target or mask.
  /// - Throws: `FileError` when an array is missing, has the wrong shape, or is not finite, or when a mask is negative.
  public static func read(_ path: String, channels: Int? = nil, outputs: Int? = nil) throws(FileError)
    -> Trials
  {
    let bytes = try readFile(path)
    return try reading(path) { try trials(TensorFile(bytes), channels: channels, outputs: outputs) }
  }

  static func trials(_ file: TensorFile, channels: Int? = nil, outputs: Int? = nil) throws -> Trials {
    guard let u = file["u"] else {
      throw FormatError(
        expected: "an array 'u' of shape (trials, steps, channels)",
        found: file.tensors.prefix(8).map(\.name.quoted).joined(separator: ", "))
    }
    try Axes.checkNumbers(u)
    let last = channels.map(String.init) ?? "channels"
    guard u.shape.count == 3, u.shape[0] > 0, u.shape[1] > 0, channels.map({ u.shape[2] == $0 }) ?? true
    else {
      throw FormatError(
        expected: "u of shape (trials, steps, \(last))", found: "shape \(describe(shape: u.shape))",
        advice: channels == nil ? nil : "the network has \(last) input channel\(last == "1" ? "" : "s")")
    }
    // Results take memory per trial and step even where u has no channel.
    let (steps, overflow) = u.shape[0].multipliedReportingOverflow(by: u.shape[1])
    guard !overflow, steps <= 1 << 28 else {
      throw FormatError(
        expected: "at most 2^28 steps in all trials together", found: "shape \(describe(shape: u.shape))")
    }
    let stimulus = Stimulus(trials: u.shape[0], steps: u.shape[1], channels: u.shape[2], values: u.values)
    let (target, mask) = (file["target"], file["mask"])
    guard let count = (target ?? mask)?.shape.last else {
      if let other = target ?? mask {
        throw FormatError(
          expected: "\(other.name.quoted) of shape (trials, steps, outputs)", found: "a single number")
      }
      return Trials(stimulus: stimulus)
    }
    let shape = [stimulus.trials, stimulus.steps, outputs ?? count]
    for tensor in [target, mask].compactMap({ $0 }) {
      try Axes.checkNumbers(tensor)
      guard tensor.shape == shape else {
        throw FormatError(
          expected: "\(tensor.name.quoted) of shape \(describe(shape: shape))",
          found: "shape \(describe(shape: tensor.shape))")
      }
    }
    if let index = mask?.values.firstIndex(where: { $0 < 0 }) {
      throw FormatError(
        expected: "weights of at least zero in 'mask'", found: "one below at element \(index)")
    }
    return Trials(
      stimulus: stimulus, outputs: shape[2], target: target?.values ?? [], mask: mask?.values ?? [])
  }
}
