/// The arrays of a file, whatever its container.
public struct TensorFile: Sendable {
  /// What the file is: `NumPy .npz`, `NumPy .npy`, `PyTorch (zip)` or `PyTorch (legacy)`.
  public let container: String
  /// Its arrays, in the file's order.
  public let tensors: [Tensor]

  /// Reads a .npy, .npz, .pt or .pth file; its first bytes tell which, not its name.
  ///
  /// Nothing in a PyTorch file is run: names other than those of plain tensors are refused.
  ///
  /// - Throws: `FileError` for a file that cannot be read or is none of these, is damaged, holds Python objects, or
  ///   declares contents out of proportion to its size.
  public static func read(_ path: String) throws(FileError) -> TensorFile {
    let bytes = try readFile(path)
    return try reading(path) { try TensorFile(bytes) }
  }

  /// The first array of a name.
  public subscript(name: String) -> Tensor? { tensors.first { $0.name == name } }

  init(container: String, tensors: [Tensor]) {
    self.container = container
    self.tensors = tensors
  }

  init(_ bytes: [UInt8]) throws {
    var budget = MemoryBudget(fileSize: bytes.count)
    if ZipArchive.isArchive(bytes) {
      (container, tensors) = try bytes.withUnsafeBytes { buffer -> (String, [Tensor]) in
        let archive = try ZipArchive(buffer)
        if let pickle = TorchZipReader.pickle(in: archive) {
          return (
            "PyTorch (zip)", try TorchZipReader.tensors(archive, pickle: pickle, budget: &budget)
          )
        }
        guard archive.entries.contains(where: { $0.name.hasSuffix(NPZReader.suffix) }) else {
          throw FormatError(
            expected: "a zip archive with NumPy arrays or a PyTorch checkpoint",
            found: "one with \(archive.entries[0].name.quoted)")
        }
        return ("NumPy .npz", try NPZReader.tensors(archive, budget: &budget))
      }
    } else if NPYHeader.matches(bytes) {
      container = "NumPy .npy"
      tensors = [try NPYReader.tensor(bytes, name: "array", budget: &budget)]
    } else if TorchLegacyReader.matches(bytes) {
      container = "PyTorch (legacy)"
      tensors = try TorchLegacyReader.tensors(bytes, budget: &budget)
    } else {
      let isCircuit = bytes.first == UInt8(ascii: "{")
      throw FormatError(
        expected: "a NumPy .npz or PyTorch .pt file",
        found: isCircuit ? "a text that begins like JSON" : "one that begins like neither of them",
        advice: isCircuit
          ? "a circuit.json goes to simulate, fixed-points, bifurcation, export or resample, or after --circuit"
          : nil)
    }
    if tensors.isEmpty {
      throw FormatError(expected: "at least one array", found: "none")
    }
  }
}
