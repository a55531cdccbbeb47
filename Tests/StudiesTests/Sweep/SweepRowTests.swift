// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import NetworkFiles
import Synchronization
import Testing

@testable import Studies

/// A folder that goes with its test.
final class SweepScratch {
  let path = NSTemporaryDirectory() + "kappa-sweep-" + UUID().uuidString
  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
  deinit { try? FileManager.default.removeItem(atPath: path) }
  func file(_ name: String) -> String { path + "/" + name }
  func text(_ name: String) throws -> String { try String(contentsOfFile: file(name), encoding: .utf8) }
}

/// Rows of a sweep: planned, run, stopped, collected, by a command that stands in for a slow one.
@Suite struct SweepRowTests {
  /// Counts how often rows are run; row values below zero fail, `null` is called off.
  private final class Stand: Sendable {
    let runs = Mutex<[String]>([])
    var entry: SweptCommand {
      SweptCommand(
        name: "train", subject: "task", options: ["seed": .value, "units": .value], managed: [:],
        check: { if $0.contains("--units=0") { throw StudyError(.usage, "units", "expected more") } },
        run: { arguments, place, observer in
          self.runs.withLock { $0.append(arguments.joined(separator: " ")) }
          try observer.check()
          if arguments.contains("--seed=-1") { throw StudyError(.software, "", "diverged") }
          let seed = arguments.compactMap { Double($0.replacingOccurrences(of: "--seed=", with: "")) }[0]
          return SweptCommand.Answer(
            json: """
              {"loss": \(seed / 2), "seed": \(Int(seed)), "units": "auto", "seconds": \(Double.random(in: 0...1)),
              "outputs": [{"relative": 0.1, "note": null}, {"relative": 1e-3}], "losses": [1,2,3,4,5,6,7,8,9],
              "network": {"path": "x"}, "trials": "/a/t.npz, 6 of its 24 trials",
              "comparison": {"trials": 24, "trialSource": "/a/t.npz"}, "remarks": [{"code": "c", "text": "t"}], "text": "a, \\"b\\""}
              """)
        })
    }
  }

  private struct Tired: Observer {
    func remark(_ remark: Remark) {}
    var isCancelled: Bool { true }
  }

  private func plan(_ folder: SweepScratch, _ text: String, _ stand: Stand) throws -> String {
    try text.write(toFile: folder.file("grid.yaml"), atomically: true, encoding: .utf8)
    let runs = folder.file("runs")
    _ = try SweepPlan(grid: folder.file("grid.yaml"), output: runs).run(commands: [stand.entry])
    return runs
  }

  @Test func rowsRunOnceAndMakeOneTable() throws {
    let (folder, stand) = (try SweepScratch(), Stand())
    let runs = try plan(folder, "command: train\ntask: a\nunits: 3\nseed: [2, 4, -1]", stand)
    #expect(
      try folder.text("runs/tasks.tsv")
        == "row\tcommand\ttask\tunits\tseed\n1\ttrain\ta\t3\t2\n2\ttrain\ta\t3\t4\n3\ttrain\ta\t3\t-1\n")
    for row in 1...2 {
      let first = try SweepRow(folder: runs, task: row).run(commands: [stand.entry])
      let again = try SweepRow(folder: runs, task: row).run(commands: [stand.entry])
      #expect(!first.wasFinished && again.wasFinished)
    }
    #expect(throws: StudyError(.software, "", "diverged")) {
      try SweepRow(folder: runs, task: 3).run(commands: [stand.entry])
    }
    #expect(throws: StudyError.self) { try SweepRow(folder: runs, task: 4).run(commands: [stand.entry]) }
    #expect(stand.runs.withLock { $0.count } == 3)
    #expect(!FileManager.default.fileExists(atPath: folder.file("runs/rows/1/lock")))

    let found = try SweepCollect(folder: runs).run()
    #expect(found.unfinished == [SweepCollect.Unfinished(row: 3, reason: "diverged")])
    let table = found.table
    // Options first; what a result repeats once, and what it says otherwise beside it.
    #expect(
      table.columns == [
        "row", "command", "task", "units", "seed", "loss", "result.units", "trainSeconds",
        "outputs.1.relative", "outputs.2.relative", "networkPath", "comparison.trials", "remarks.1.code",
        "text",
        "rowSeconds",
      ])
    #expect(table.numbers("loss") == [1, 2] && table.numbers("outputs.2.relative") == [1e-3, 1e-3])
    #expect(table.csv.split(separator: "\n").count == 3 && table.csv.contains(",\"a, \"\"b\"\"\","))
    let group = try #require(found.statistics.groups.first)
    #expect(group.settings.isEmpty && group.count == 2)
    let loss = try #require(group.results.first { $0.name == "loss" })
    #expect(loss.median == 1.5 && loss.mean == 1.5 && loss.deviation == 0.5.squareRoot())
    #expect(loss.lower == 1.25 && loss.upper == 1.75)

    _ = try found.writeTable()
    let arrays = try TensorFile.read(folder.file("runs/table.npz"))
    #expect(arrays["loss"]?.values == [1, 2] && arrays["text"]?.text == ["a, \"b\"", "a, \"b\""])
    let json = try JSONSerialization.jsonObject(with: Data(found.json.utf8)) as? [String: Any]
    let rows = try #require(json?["rows"] as? [[String: Any]])
    #expect(rows.count == 2 && rows[1]["seed"] as? Int == 4 && rows[1]["text"] as? String == "a, \"b\"")
  }

  @Test func aRowThatIsCalledOffIsNotFinishedAndRunsAgain() throws {
    let (folder, stand) = (try SweepScratch(), Stand())
    let runs = try plan(folder, "command: train\ntask: a\nseed: 1..2", stand)
    let row = SweepRow(folder: runs, task: 1)
    #expect(throws: StudyError(.cancelled, "", "cancelled")) {
      try row.run(commands: [stand.entry], observer: Tired())
    }
    #expect(!row.isFinished)
    #expect(try !row.run(commands: [stand.entry]).wasFinished)
    let log = try folder.text("runs/rows/1/log.txt").split(separator: "\n").map {
      $0.split(separator: " ")[1].replacingOccurrences(of: ",", with: "")
    }
    #expect(log == ["started", "stopped", "started", "finished"])
  }

  @Test func aRowThatIsBeingRunIsNobodyElses() throws {
    let (folder, stand) = (try SweepScratch(), Stand())
    let runs = try plan(folder, "command: train\ntask: a\nseed: 1..2", stand)
    try SweepFolder.make(runs + "/rows/2")
    do {
      let lock = try RowLock(runs + "/rows/2", row: 2)
      #expect(throws: StudyError.self) { try SweepRow(folder: runs, task: 2).run(commands: [stand.entry]) }
      withExtendedLifetime(lock) {}
    }
    #expect(stand.runs.withLock { $0.isEmpty })
    #expect(try !SweepRow(folder: runs, task: 2).run(commands: [stand.entry]).wasFinished)
  }

  @Test func aFolderIsPlannedAgainOnlyForTheSameSweepOrMoreOfIt() throws {
    let (folder, stand) = (try SweepScratch(), Stand())
    let runs = try plan(folder, "command: train\ntask: a\nseed: 1..2", stand)
    _ = try SweepRow(folder: runs, task: 1).run(commands: [stand.entry])
    _ = try plan(folder, "command: train\ntask: a\nseed: 1..4", stand)
    #expect(try SweepTasks(of: SweepFolder(runs)).count == 4)
    #expect(SweepRow(folder: runs, task: 1).isFinished)
    let before = try folder.text("runs/tasks.tsv")
    for other in ["seed: 2..5", "seed: 1..3", "units: 3\nseed: 1..4"] {
      #expect(throws: StudyError.self) { try plan(folder, "command: train\ntask: a\n" + other, stand) }
    }
    #expect(try folder.text("runs/tasks.tsv") == before)
  }

  @Test func whatTheCommandRefusesIsNotPlanned() throws {
    let (folder, stand) = (try SweepScratch(), Stand())
    #expect(throws: StudyError(.badData, folder.file("grid.yaml"), "units: 0: units: expected more")) {
      try plan(folder, "command: train\ntask: a\nunits: [1, 0]\nseed: 1..2", stand)
    }
    #expect(!FileManager.default.fileExists(atPath: folder.file("runs")))
  }

  @Test func scriptsAskForWhatWasSaid() throws {
    let scripts = SweepScripts(
      count: 2500, resources: SweepResources(cores: 2, memory: "4G", time: "2-00:00:00", atOnce: 7),
      executable: "/opt/my kappa", folder: "/data/it's")
    let array = scripts.array
    for line in [
      "--array=1-1000%7", "--cpus-per-task=2", "--mem=4G", "--time=2-00:00:00", "--requeue",
      "--chdir='/data/it'\\''s'", "--signal=B:USR1@60",
    ] { #expect(array.contains("#SBATCH \(line)\n"), "\(line)") }
    #expect(array.contains("row <= 2500; row += 1000") && array.contains("KAPPA:-'/opt/my kappa'"))
    for bad in [
      SweepResources(cores: 0), SweepResources(memory: "2G\n#SBATCH"), SweepResources(time: "$(date)"),
      SweepResources(atOnce: 0), SweepResources(partition: "a b"),
    ] { #expect(throws: StudyError.self) { try bad.validate() } }
  }

  @Test(arguments: [
    "row\tcommand\n1\ttrain\n", "row\tcommand\ttask\n", "row\tcommand\ttask\n2\ttrain\ta\n",
    "row\tcommand\ttask\n1\ttrain\n", "row\tcommand\ttask\n1\ttrain\ta\n2\tbulk\tb\n", "hello\n",
  ])
  func damagedTasksAreRefused(text: String) throws {
    let folder = try SweepScratch()
    try text.write(toFile: folder.file("tasks.tsv"), atomically: true, encoding: .utf8)
    #expect(throws: StudyError.self) { try SweepTasks(of: SweepFolder(folder.path)) }
  }

  @Test(arguments: ["", "{", "[1,]", "{\"a\" 1}", "\"\\u12\"", "nul", "{} x", "\"a", "1.2.3", "\"\\ud800\""])
  func whatIsNoJSONIsNone(text: String) { #expect(JSONTree(Array(text.utf8)) == nil) }

  @Test func textsComeBackFromJSON() {
    for text in ["a\"b\\c/\n\t\u{1}é😀", ""] {
      #expect(JSONTree(Array(JSONTree.quoted(text).utf8)) == .leaf(.text(text)))
    }
    #expect(JSONTree(Array("\"\\ud83d\\ude00\\u00e9\"".utf8)) == .leaf(.text("😀é")))
    #expect(JSONTree(Array(String(repeating: "[", count: 100).utf8)) == nil)
  }
}

/// A training in a row's folder that is stopped and goes on.
@Suite struct ResumedTrainingTests {
  /// Calls work off when it is asked for the nth time.
  private final class Stops: Observer {
    private let left: Atomic<Int>
    init(after count: Int) { left = Atomic(count) }
    func remark(_ remark: Remark) {}
    var isCancelled: Bool { left.wrappingSubtract(1, ordering: .relaxed).newValue < 0 }
  }

  private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

  @Test(arguments: [false, true])
  func endsInTheSameBits(published: Bool) throws {
    let folder = try SweepScratch()
    for name in ["a", "b"] { try SweepFolder.make(folder.file(name)) }
    var training = TrainingRequest()
    (training.units, training.batch, training.seed) = (16, 4, 5)
    if published { (training.recipe, training.fixedTrials) = (.published, 8) }
    let study = Train(
      TaskRequest("perceptual-decision", preset: .course), training: training, updates: 120, interval: 40)
    let whole = try study.run(resumingIn: folder.file("a"), observer: SilentObserver())
    var stops = 0
    var result: TrainingResult?
    while result == nil, stops < 100 {
      do {
        result = try study.run(resumingIn: folder.file("b"), observer: Stops(after: 1))
      } catch {
        #expect(error.kind == .cancelled)
        stops += 1
      }
    }
    #expect(stops >= 2)
    #expect(result?.losses == whole.losses && result?.loss == whole.loss)
    #expect(try bytes(folder.file("a/network.npz")) == bytes(folder.file("b/network.npz")))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("b")) == ["network.npz"])
    // Killed before the row was written down: what is there is looked at again.
    let again = try study.run(resumingIn: folder.file("b"), observer: SilentObserver())
    #expect(again.loss == whole.loss)
    #expect(try bytes(folder.file("a/network.npz")) == bytes(folder.file("b/network.npz")))
  }
}
