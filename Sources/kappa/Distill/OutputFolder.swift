import NetworkFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The folder that results go to: looked at first, made last.
struct OutputFolder {
  let path: String
  /// Files that are read and must not be written.
  let inputs: [String]

  /// What `distill` writes.
  static let names = ["circuit.json", "comparison.npz", "equations.tex", "report.html"]

  /// Refuses a path where no folder can be.
  init(_ path: String, keeping inputs: [String]) throws {
    if path.isEmpty { throw Failure(.usage, "-o: expected the name of a folder, found an empty one") }
    self.inputs = inputs
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    var isFolder = false
    let exists = FileManager.default.fileExists(atPath: self.path, isDirectory: &isFolder)
    if exists && !isFolder {
      throw Failure(.cannotCreate, "\(path): expected a folder or nothing, found a file")
    }
    if exists && !FileManager.default.isWritableFile(atPath: self.path) {
      throw Failure(.cannotCreate, "\(path): expected a folder to write into, found one that is read-only")
    }
    if exists { for name in Self.names { try OutputPath.check(file(name), against: inputs) } }
  }

  /// Makes the folder unless it is there.
  func create() throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw Failure(.cannotCreate, "\(path): expected to make this folder, found \(Self.reason(error))")
    }
  }

  /// Foundation's own texts are written for other readers.
  private static func reason(_ error: any Error) -> String {
    switch (error as? CocoaError)?.code {
    case .fileWriteNoPermission?: "no permission to"
    case .fileWriteFileExists?: "a file on the way"
    case .fileWriteOutOfSpace?: "no space left"
    case .fileWriteVolumeReadOnly?: "a read-only disk"
    case .fileNoSuchFile?, .fileReadNoSuchFile?, .fileWriteInvalidFileName?, .fileWriteUnknown?:
      "a place where none can be"
    default: "that the system refuses it"
    }
  }

  /// The path of a file in it.
  func file(_ name: String) -> String { path == "/" ? "/" + name : path + "/" + name }
}
