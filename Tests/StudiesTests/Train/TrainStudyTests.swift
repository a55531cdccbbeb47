// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import NetworkFiles
import Studies
import Synchronization
import Testing
import Training

/// Training as a library call: its file, its checkpoints, and what it refuses.
@Suite struct TrainStudyTests {
  /// A folder that goes with the test.
  private final class Scratch {
    let path = NSTemporaryDirectory() + "kappa-train-" + UUID().uuidString
    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }
    func file(_ name: String) -> String { path + "/" + name }
  }

  /// Calls the work off when its share has come so far; counts what it is told.
  private final class Impatient: Observer {
    private let limit: Double
    private let share = Mutex(0.0)
    init(after limit: Double) { self.limit = limit }
    func report(_ progress: Studies.Progress) { share.withLock { $0 = max($0, progress.share) } }
    func remark(_ remark: Remark) {}
    var isCancelled: Bool { share.withLock { $0 >= limit } }
  }

  private func request(_ output: String? = nil, updates: Int = 60) -> Train {
    var training = TrainingRequest()
    training.units = 24
    training.batch = 8
    training.seed = 3
    return Train(
      TaskRequest("perceptual-decision", preset: .course), training: training, updates: updates, interval: 20,
      output: output)
  }

  @Test func inMemoryAndInAFileAreTheSame() throws {
    let folder = try Scratch()
    let path = folder.file("net.npz")
    let result = try request(path).run()
    let alone = try request().run()
    #expect(result.losses.count == 60 && result.losses == alone.losses)
    #expect(result.loss == alone.loss && result.accuracy == alone.accuracy)
    let state = try #require(result.state)
    #expect(alone.state == state)
    let file = try TrainingFile(reading: path)
    #expect(file.state == state)
    #expect(file.record.updates == 60)
    // The JSON is that of the command: these names and no others.
    let data = try JSONEncoder().encode(result)
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(
      Set(object.keys) == [
        "task", "preset", "units", "rank", "seed", "updates", "loss", "accuracy", "seconds", "losses",
      ])
    #expect(object["rank"] as? Int == 1)
  }

  /// Called off, a run leaves a file, and going on from it ends in the bits of a run that nobody disturbed.
  @Test func calledOffItGoesOnInTheSameBits() throws {
    let folder = try Scratch()
    let (part, whole) = (folder.file("part.npz"), folder.file("whole.npz"))
    let error = #expect(throws: StudyError.self) {
      try request(part).run(observer: Impatient(after: 0.4))
    }
    #expect(error?.kind == .cancelled)
    let done = try TrainingFile(reading: part).state.updates
    #expect(done >= 24 && done < 60)
    var going = request(folder.file("end.npz"))
    going.resume = part
    let resumed = try going.run()
    let undisturbed = try request(whole).run()
    #expect(resumed.state == undisturbed.state)
  }

  /// All that can be asked for besides: written down, read back, and gone on with in the same bits.
  @Test(arguments: ["published", "gains", "best", "noise", "single", "start"])
  func everyOptionGoesOnInTheSameBits(_ name: String) throws {
    let folder = try Scratch()
    let start = folder.file("full.npz")
    func request(_ output: String, updates: Int) throws -> Train {
      var request = self.request(folder.file(output), updates: updates)
      request.training.fixedTrials = 24
      switch name {
      case "published":
        request.training.recipe = .published
        request.training.rank = .low(2)
      case "gains": (request.training.gains, request.training.train) = (true, [.m, .n])
      case "best": (request.training.keepBest, request.training.learningRate) = (true, 0.1)
      case "noise": (request.training.noise, request.training.fixedTrials) = (0.2, nil)
      case "single": (request.training.precision, request.training.clip) = (.single, 0.05)
      default:
        // The first two singular vectors of a network whose J was trained whole.
        request.start = start
        (request.training.units, request.training.rank) = (nil, .low(2))
        (request.training.gains, request.training.keepBest) = (true, true)
      }
      return request
    }
    if name == "start" {
      var full = self.request(start, updates: 5)
      full.training.rank = .full
      _ = try full.run()
    }
    let undisturbed = try request("whole.npz", updates: 20).run()
    _ = try request("half.npz", updates: 11).run()
    var going = Train(
      TaskRequest("perceptual-decision", preset: .course), training: TrainingRequest(), updates: 20,
      interval: 20, output: folder.file("end.npz"))
    going.resume = folder.file("half.npz")
    let resumed = try going.run()
    #expect(resumed.state == undisturbed.state)
    #expect(resumed.loss == undisturbed.loss && resumed.accuracy == undisturbed.accuracy)
    // The file is the network that was tested, the best where that is kept, with its gains multiplied in.
    let whole = try TrainingFile(reading: folder.file("whole.npz"))
    let outcome = whole.state.outcome(whole.record.options)
    let imported = try NetworkFile.load(folder.file("end.npz"), ImportOptions())
    #expect(imported.warnings.isEmpty, "\(imported.warnings)")
    let network = imported.network
    #expect(network.m == outcome.m && network.n == outcome.n)
    #expect(network.inputs == outcome.inputs && network.readouts == outcome.readouts)
    let state = try #require(resumed.state)
    if whole.record.options.gains { #expect(state.parameters.readoutGains[0] != 1) }
    #expect((state.best != nil) == whole.record.options.keepsBest)
  }

  @Test func fullRankIsReadBackAndGoesOn() throws {
    let folder = try Scratch()
    func request(_ output: String, updates: Int) -> Train {
      var request = self.request(output, updates: updates)
      request.training.rank = .full
      return request
    }
    let (half, whole) = (folder.file("half.npz"), folder.file("whole.npz"))
    _ = try request(half, updates: 10).run()
    let undisturbed = try request(whole, updates: 20).run()
    var going = request(folder.file("end.npz"), updates: 20)
    going.resume = half
    #expect(try going.run().state == undisturbed.state)
    let tensors = try TensorFile.read(whole)
    #expect(tensors["J"]?.shape == [24, 24] && tensors["I"]?.shape == [24, 1])
    #expect(tensors["m"] == nil && tensors["adam_second_J"]?.shape == [24, 24])
    // J_ij is the weight from j to i: row i of the file.
    let j = try #require(undisturbed.state?.parameters.connectivity)
    #expect(tensors["J"]?.values[1] == j[0, 1])
    let data = try JSONEncoder().encode(undisturbed)
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(object["rank"] as? String == "full")
    // The reader takes J as it is, without 1/N, and w as it is, with it.
    let network = try NetworkFile.load(whole, ImportOptions()).network
    #expect(network.denseConnectivity == j)
    #expect(network.readouts == undisturbed.state?.parameters.readouts)
  }

  @Test func whatMakesNoSenseIsRefusedBeforeAnythingIsWritten() throws {
    let folder = try Scratch()
    let path = folder.file("net.npz")
    let start = folder.file("start.npz")
    _ = try request(start, updates: 3).run()
    let changes: [(String, (inout Train) -> Void)] = [
      ("updates", { $0.updates = 0 }), ("interval", { $0.interval = 0 }), ("threads", { $0.threads = -1 }),
      ("train", { $0.training.train = [.m, .m] }),
      (
        "inputsAlong",
        {
          $0.training.inputsAlong = [0]
        }
      ),
      (
        "readoutsAlong",
        {
          $0.training.readoutsAlong = [1, 2]
        }
      ),
      (
        "units",
        {
          $0.start = start
          $0.training.units = 25
        }
      ),
      (
        "learningRate",
        {
          $0.resume = start
          $0.training.learningRate = 1
        }
      ),
      (
        "updates",
        {
          $0.resume = start
          $0.updates = 2
        }
      ),
      (
        "",
        {
          $0.resume = start
          $0.start = start
        }
      ),
      (
        "",
        {
          $0.resume = start
          $0.training.recipe = .published
        }
      ),
      ("", { $0.training.train = [.connectivity] }), ("", { $0.training.fixedTrials = 7 }),
    ]
    for (index, (quantity, change)) in changes.enumerated() {
      var request = request(path)
      change(&request)
      let error = #expect(throws: StudyError.self, "\(index)") { try request.run() }
      #expect(error?.kind == .usage, "\(index): \(String(describing: error))")
      #expect(error?.quantity == quantity, "\(index): \(String(describing: error))")
      #expect(!FileManager.default.fileExists(atPath: path), "\(index)")
    }
    var missing = request(path)
    missing.resume = folder.file("none.npz")
    #expect(#expect(throws: StudyError.self) { try missing.run() }?.kind == .noInput)
  }

  /// I begins along a component of the activity, as long as it was, and nothing else is changed; J of a network that is started from
  /// stays whole where it is asked for.
  @Test func vectorsBeginAlongComponents() throws {
    let folder = try Scratch()
    func state(_ change: (inout Train) -> Void) throws -> TrainingVectors {
      var request = self.request(updates: 1)
      (request.training.rank, request.training.gain, request.training.learningRate) = (.full, 1.2, 1e-12)
      request.training.train = [.readouts]
      change(&request)
      return try #require(try request.run().state).parameters
    }
    let plain = try state { _ in }
    let first = try state { $0.training.inputsAlong = [1] }
    let second = try state { $0.training.inputsAlong = [2] }
    #expect(first.connectivity == plain.connectivity && first.inputs != plain.inputs)
    func product(_ a: Matrix, _ b: Matrix) -> Double {
      zip(a.elements, b.elements).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let square = product(plain.inputs, plain.inputs)
    #expect(abs(product(first.inputs, first.inputs) / square - 1) < 1e-12)
    #expect(abs(product(first.inputs, second.inputs)) < 1e-9 * square)
    let path = folder.file("whole.npz")
    var request = request(path, updates: 1)
    (request.training.rank, request.training.train) = (.full, [.inputs])
    let began = try #require(try request.run().state).parameters
    var going = self.request(updates: 2)
    (going.start, going.training.units) = (path, nil)
    (going.training.rank, going.training.train) = (.full, [.bias])
    let ended = try #require(try going.run().state).parameters
    #expect(ended.connectivity == began.connectivity && ended.bias.columns == 1)
  }

  /// A request is a document: written and read again it asks the same.
  @Test func aRequestCanBeWrittenDown() throws {
    var request = request("net.npz")
    request.training.rank = .full
    request.training.train = [.connectivity, .inputs]
    let other = try JSONDecoder().decode(Train.self, from: JSONEncoder().encode(request))
    #expect(other.training == request.training && other.task == request.task)
    #expect(other.output == "net.npz" && other.interval == 20)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(TrainingRank.self, from: Data("\"half\"".utf8))
    }
  }
}
