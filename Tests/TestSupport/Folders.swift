// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC

/// The folder `Tests/Fixtures` of this package.
public let fixturesFolder: String = {
  let here = #filePath.split(separator: "/", omittingEmptySubsequences: false)
  return here.dropLast(2).joined(separator: "/") + "/Fixtures"
}()

/// The package's own folder `Networks`.
public let networksFolder: String = {
  let here = #filePath.split(separator: "/", omittingEmptySubsequences: false)
  return here.dropLast(3).joined(separator: "/") + "/Networks"
}()

/// Trained networks of others, which are not part of the package: a folder `shared/networks` beside one of the
/// folders above this file; `nil` where there is none.
public let sharedNetworksFolder: String? = sharedFolder("networks")

/// Small inputs that were once read wrongly, likewise in `shared/cases`.
public let sharedCasesFolder: String? = sharedFolder("cases")

private func sharedFolder(_ name: String) -> String? {
  var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
  while parts.popLast() != nil {
    let folder = parts.joined(separator: "/") + "/shared/" + name
    if access(folder, R_OK) == 0 { return folder }
  }
  return nil
}

/// A new empty folder for one test, removed with everything in it by `remove()`.
public struct TemporaryFolder: Sendable {
  /// Its path.
  public let path: String

  /// Makes the folder.
  public init() {
    var template = Array("/tmp/kappa-test-XXXXXX".utf8CString)
    path = template.withUnsafeMutableBufferPointer { buffer in
      mkdtemp(buffer.baseAddress!).map { String(cString: $0) } ?? "/nonexistent"
    }
  }

  /// The names of the files in it.
  public var contents: [String] {
    guard let handle = opendir(path) else { return [] }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Removes the folder and the files in it.
  public func remove() {
    for name in contents { unlink("\(path)/\(name)") }
    rmdir(path)
  }
}
