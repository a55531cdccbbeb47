// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import LibC
import Studies

/// The command `kappa`.
@main
struct Kappa: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kappa",
    abstract: "Which few equations in κ explain what the N units of a low-rank network do.",
    discussion: """
      Reads a trained low-rank recurrent network (NumPy .npz, PyTorch .pt), extracts the means and covariances of \
      its connectivity, and simulates the reduced κ-dynamics beside the full network.

      Start with `kappa inspect NETWORK`, then `kappa distill NETWORK --task NAME -o DIR`.
      """,
    version: kappaVersion,
    subcommands: [
      InspectCommand.self, DistillCommand.self, CompareCommand.self, SimulateCommand.self, GainCommand.self,
      FixedPointsCommand.self, BifurcationCommand.self, ExportCommand.self, ExploreCommand.self,
      ResampleCommand.self,
      AblateCommand.self,
      StructureCommand.self, CurrentsCommand.self, FitCommand.self, BulkCommand.self, MakeCommand.self,
      ReproduceCommand.self, TrainCommand.self, MergeCommand.self, SweepCommand.self,
      CourseCommand.self, BenchCommand.self,
    ])

  /// What may stand after `kappa`.
  static var commandNames: [String] {
    configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
  }

  static func main() {
    var subject: String?
    do {
      var command = try parseAsRoot(NegativeNumbers.marked(Array(CommandLine.arguments.dropFirst())))
      subject = (command as? any NamesItsFile)?.subject
      // Training writes down how far it has come.
      Interrupts.watch(patience: command is TrainCommand ? 20 : 2)
      try command.run()
      // Text that nobody could write down is no success.
      if fflush(nil) != 0 {
        throw StudyError(.cannotWrite, "stdout", "expected to write the results, found an error")
      }
    } catch {
      end(with: error, subject: subject)
    }
  }
}

/// A command that is about one file, which errors of its numerics are then told with.
protocol NamesItsFile {
  /// The file's path.
  var subject: String { get }
}

extension DistillCommand: NamesItsFile { var subject: String { network } }
