import NetworkFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The folder that results go to: looked at first, made last.
struct OutputFolder {
  let path: String

  /// Refuses a path where no folder can be.
  init(_ path: String) throws {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    var isFolder = false
    let exists = FileManager.default.fileExists(atPath: self.path, isDirectory: &isFolder)
    if exists && !isFolder {
      throw Failure(.cannotCreate, "\(path): expected a folder or nothing, found a file")
    }
    if exists && !FileManager.default.isWritableFile(atPath: self.path) {
      throw Failure(.cannotCreate, "\(path): expected a folder to write into, found one that is read-only")
    }
  }

  /// Makes the folder unless it is there.
  func create() throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw Failure(
        .cannotCreate, "\(path): expected to make this folder, found: \(error.localizedDescription)")
    }
  }

  /// The path of a file in it.
  func file(_ name: String) -> String { path == "/" ? "/" + name : path + "/" + name }
}
