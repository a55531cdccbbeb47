// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import TestSupport
import Testing

@testable import NetworkFiles

/// Results are all new or all old.
struct ResultFolderTests {
  private let results = ["a", "b"]

  private func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

  private func entries(_ path: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }

  private func write(_ word: String, to folder: ResultFolder, figures: [String]) throws {
    try FileWriter.write(word, to: folder.file("a"))
    try FileWriter.write(word, to: folder.file("b"))
    if !figures.isEmpty { try #require(mkdir(folder.file("figures"), 0o777) == 0) }
    for name in figures { try FileWriter.write(word, to: folder.file("figures/" + name)) }
  }

  /// A new folder is not there before it is whole; leaving it again leaves nothing.
  @Test func aNewFolderAppearsWhole() throws {
    let scratch = TemporaryFolder()
    defer { scratch.remove() }
    let path = scratch.path + "/deep/down/report"
    let given = try ResultFolder(at: path, holding: results)
    try write("one", to: given, figures: [])
    #expect(!FileManager.default.fileExists(atPath: path))
    given.discard()
    #expect(entries(scratch.path + "/deep/down").isEmpty)
    let kept = try ResultFolder(at: path + "/", holding: results)
    try write("two", to: kept, figures: ["x.svg"])
    try kept.commit()
    #expect(entries(scratch.path + "/deep/down") == ["report"])
    #expect(entries(path) == ["a", "b", "figures"])
    #expect(text(path + "/a") == "two")
  }

  /// An older run's files go as one, those that have no successor too; what is not ours stays.
  @Test func anOlderRunGoesAsOne() throws {
    let scratch = TemporaryFolder()
    defer { scratch.remove() }
    let path = scratch.path + "/report"
    let first = try ResultFolder(at: path, holding: results)
    try write("one", to: first, figures: ["x.svg", "y.svg"])
    try first.commit()
    try FileWriter.write("mine", to: path + "/notes.txt")
    try FileWriter.write("mine", to: path + "/figures/mine.svg")
    let second = try ResultFolder(at: path, holding: results)
    try FileWriter.write("two", to: second.file("a"))
    try #require(mkdir(second.file("figures"), 0o777) == 0)
    try FileWriter.write("two", to: second.file("figures/x.svg"))
    #expect(text(path + "/a") == "one")
    try second.commit(removing: ["figures/y.svg"])
    #expect(entries(path) == ["a", "figures", "notes.txt"])
    #expect(entries(path + "/figures") == ["mine.svg", "x.svg"])
    #expect(text(path + "/a") == "two")
    #expect(text(path + "/figures/x.svg") == "two")
    for name in ["notes.txt", "figures/mine.svg"] { #expect(text(path + "/" + name) == "mine") }
  }

  /// A folder of an earlier run that holds nothing any more goes.
  @Test func anEmptyFolderGoes() throws {
    let scratch = TemporaryFolder()
    defer { scratch.remove() }
    let path = scratch.path + "/report"
    let first = try ResultFolder(at: path, holding: results)
    try write("one", to: first, figures: ["x.svg"])
    try first.commit()
    let second = try ResultFolder(at: path, holding: results)
    try FileWriter.write("two", to: second.file("a"))
    try second.commit(removing: ["figures/x.svg"])
    #expect(entries(path) == ["a"])
  }

  /// What is neither a file nor nothing is not replaced.
  @Test func linksAndPipesInTheWayStay() throws {
    let scratch = TemporaryFolder()
    defer { scratch.remove() }
    try FileWriter.write("mine", to: scratch.path + "/target")
    try #require(symlink("target", scratch.path + "/a") == 0)
    let folder = try ResultFolder(at: scratch.path, holding: results)
    try write("one", to: folder, figures: [])
    let error = #expect(throws: FileError.self) { try folder.commit() }
    #expect(error?.found == "a link")
    folder.discard()
    #expect(entries(scratch.path) == ["a", "target"])
    #expect(text(scratch.path + "/target") == "mine")
    try #require(mkfifo(scratch.path + "/b", 0o600) == 0)
    #expect(throws: FileError.self) { try ResultFolder.check(scratch.path, for: ["b"]) }
  }

  /// A link to a folder stays a link, and its folder gets the results.
  @Test func linksAreFollowed() throws {
    let scratch = TemporaryFolder()
    defer { scratch.remove() }
    try #require(mkdir(scratch.path + "/real", 0o777) == 0)
    try #require(symlink("real", scratch.path + "/link") == 0)
    let folder = try ResultFolder(at: scratch.path + "/link", holding: results)
    try write("one", to: folder, figures: [])
    try folder.commit()
    #expect(entries(scratch.path + "/real") == ["a", "b"])
    #expect(entries(scratch.path) == ["link", "real"])
    try FileWriter.write("file", to: scratch.path + "/target")
    try #require(symlink("target", scratch.path + "/name") == 0)
    try FileWriter.write("new", to: scratch.path + "/name")
    #expect(text(scratch.path + "/target") == "new")
    try #require(symlink("nothing", scratch.path + "/dangling") == 0)
    try FileWriter.write("new", to: scratch.path + "/dangling")
    #expect(text(scratch.path + "/nothing") == "new")
  }

  /// A step that fails leaves everything as it was.
  @Test func aFailureLeavesTheOldOnes() throws {
    let scratch = TemporaryFolder()
    defer { scratch.remove() }
    let path = scratch.path + "/report"
    let first = try ResultFolder(at: path, holding: results)
    try write("one", to: first, figures: ["x.svg"])
    try first.commit()
    let second = try ResultFolder(at: path, holding: results)
    try write("two", to: second, figures: ["x.svg"])
    // The last old entry cannot be moved away: something stands where it has to go.
    try #require(mkdir(second.temporary.replacing("/new", with: "/old") + "/figures", 0o777) == 0)
    let obstacle = second.temporary.replacing("/new", with: "/old") + "/figures/x.svg"
    try #require(mkdir(obstacle, 0o777) == 0)
    try FileWriter.write("in the way", to: obstacle + "/x")
    let error = #expect(throws: FileError.self) { try second.commit() }
    #expect(error?.kind == .cannotWrite)
    #expect(entries(path) == ["a", "b", "figures"])
    for name in ["a", "b", "figures/x.svg"] { #expect(text(path + "/" + name) == "one") }
  }

  /// A process that ended between any two steps of putting results in their place: the next run does the rest; one that
  /// ended before has changed nothing, and its hidden folder goes.
  @Test(arguments: 0...6) func killedBetweenTwoSteps(steps: Int) throws {
    let scratch = TemporaryFolder()
    defer { scratch.remove() }
    let path = scratch.path
    for name in ["a", "b"] { try FileWriter.write("one", to: path + "/" + name) }
    // The name of a process that has ended.
    let gone = Process()
    gone.executableURL = URL(filePath: "/bin/true")
    try gone.run()
    gone.waitUntilExit()
    let machine = Leftovers.template(in: "").split(separator: "-")[1]
    let staging = "\(path)/.kappa-\(machine)-\(gone.processIdentifier)-abcdef"
    for folder in [staging, staging + "/new", staging + "/old"] { try #require(mkdir(folder, 0o777) == 0) }
    for name in ["a", "c", "f/d"] {
      try? FileManager.default.createDirectory(atPath: staging + "/new/f", withIntermediateDirectories: true)
      try FileWriter.write("two", to: staging + "/new/" + name)
    }
    if steps > 0 { try FileWriter.write("+a\0-b\0+c\0+f/d\0", to: staging + "/journal") }
    let moves = [("/a", "/old/a"), ("/new/a", "/a"), ("/b", "/old/b"), ("/new/c", "/c")]
    for (from, to) in moves.prefix(max(0, steps - 1)) {
      let source = from.hasPrefix("/new") ? staging + from : path + from
      let target = to.hasPrefix("/old") ? staging + to : path + to
      try #require(rename(source, target) == 0)
    }
    ResultFolder.recover(path)
    if steps == 0 {
      #expect(entries(path) == ["a", "b"])
      #expect(text(path + "/a") == "one")
    } else {
      #expect(entries(path) == ["a", "c", "f"])
      #expect(text(path + "/a") == "two")
      #expect(text(path + "/f/d") == "two")
    }
  }

  /// What belongs to a living process, to another machine or to nobody stays.
  @Test func onlyTheDeadAreCleanedUp() {
    let machine = Leftovers.template(in: "").split(separator: "-")[1]
    #expect(!Leftovers.isAbandoned(".kappa-\(machine)-\(getpid())-abcdef"))
    #expect(!Leftovers.isAbandoned(".kappa-\(machine)-1-abcdef"))
    #expect(!Leftovers.isAbandoned(".kappa-zzzzzzzz-999999999-abcdef"))
    #expect(!Leftovers.isAbandoned(".kappa-notes"))
    #expect(Leftovers.isAbandoned(".kappa-\(machine)-999999999-abcdef"))
  }

  /// In a folder that many may write to, what somebody else left is not acted upon.
  @Test(.enabled(if: geteuid() == 0, "only root can make files that belong to others"))
  func leftoversOfOthersStay() throws {
    let scratch = TemporaryFolder()
    defer { scratch.remove() }
    let machine = Leftovers.template(in: "").split(separator: "-")[1]
    let (mine, others) = (".kappa-\(machine)-999999999-mine", ".kappa-\(machine)-999999999-others")
    for name in [mine, others] { try FileWriter.write("half", to: scratch.path + "/" + name) }
    try #require(chown(scratch.path + "/" + others, 65534, 65534) == 0)
    Leftovers.cleanNow(scratch.path)
    #expect(entries(scratch.path) == [others])
  }

  /// A journal cannot lead out of its folder.
  @Test func aForgedJournalMovesNothing() throws {
    let scratch = TemporaryFolder()
    defer { scratch.remove() }
    let machine = Leftovers.template(in: "").split(separator: "-")[1]
    try FileWriter.write("precious", to: scratch.path + "/precious")
    let place = scratch.path + "/place"
    let staging = "\(place)/.kappa-\(machine)-999999999-abcdef"
    for folder in [place, staging, staging + "/new", staging + "/old"] {
      try #require(mkdir(folder, 0o777) == 0)
    }
    try FileWriter.write(
      "-../precious\0+..\0-.\0?x\0-\0-f/../../precious\0-/precious\0-a/b/c\0", to: staging + "/journal")
    Leftovers.cleanNow(place)
    #expect(text(scratch.path + "/precious") == "precious")
    #expect(entries(place).isEmpty)
  }

  /// Pipes and devices get the bytes; they are never replaced.
  @Test func devicesArePassedThrough() throws {
    try FileWriter.write("x", to: "/dev/null")
    var status = stat()
    #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    let scratch = TemporaryFolder()
    defer { scratch.remove() }
    let pipe = scratch.path + "/pipe"
    try #require(mkfifo(pipe, 0o600) == 0)
    let reader = open(pipe, O_RDONLY | O_NONBLOCK)
    defer { close(reader) }
    try FileWriter.write("through", to: pipe)
    var buffer = [UInt8](repeating: 0, count: 16)
    #expect(read(reader, &buffer, 16) == 7)
    #expect(entries(scratch.path) == ["pipe"])
  }
}
