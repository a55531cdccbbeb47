// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Something that a sweep can run: an entry of the table of commands.
///
/// The entry knows what the command may be told and how to run it; the sweep knows nothing of either. Whoever asks
/// for a sweep brings the table, so that a new command is one more entry.
public struct SweptCommand: Sendable {
  /// How an option is given.
  public enum Kind: Sendable, Hashable {
    /// `--name=value`.
    case value
    /// `--name`, or nothing.
    case flag
    /// `--name`, `--no-name`, or nothing.
    case invertible
  }

  /// What a row's run may touch.
  public struct Place: Sendable {
    /// The row's own folder, which is there.
    public let folder: String
    /// How many threads it may take.
    public let threads: Int

    /// A place.
    public init(folder: String, threads: Int) {
      self.folder = folder
      self.threads = threads
    }
  }

  /// What a run gave.
  public struct Answer: Sendable {
    /// The command's JSON.
    public let json: String
    /// Files that it left in the row's folder: what they are, and their names there.
    public let files: [String: String]

    /// An answer.
    public init(json: String, files: [String: String] = [:]) {
      self.json = json
      self.files = files
    }
  }

  /// Its name, e.g. `train`.
  public let name: String
  /// The key of its positional argument: `task` or `network`.
  public let subject: String
  /// Options that may take its place: `trials`.
  public let instead: Set<String>
  /// Its options by their long names without dashes.
  public let options: [String: Kind]
  /// Options that a sweep gives itself, with what to do instead.
  public let managed: [String: String]
  /// Refuses arguments that make no sense, without running anything.
  public let check: @Sendable (_ arguments: [String]) throws -> Void
  /// Runs.
  public let run: @Sendable (_ arguments: [String], _ place: Place, _ observer: any Observer) throws -> Answer

  /// An entry.
  public init(
    name: String, subject: String, instead: Set<String> = [], options: [String: Kind],
    managed: [String: String],
    check: @escaping @Sendable ([String]) throws -> Void,
    run: @escaping @Sendable ([String], Place, any Observer) throws -> Answer
  ) {
    self.name = name
    self.subject = subject
    self.instead = instead
    self.options = options
    self.managed = managed
    self.check = check
    self.run = run
  }

  /// The options of a command as the argument parser's own description, a JSON document, lists them.
  ///
  /// - Throws: a `StudyError` for another document.
  public static func kinds(described help: String) throws(StudyError) -> [String: Kind] {
    struct Help: Decodable { let command: Command }
    struct Command: Decodable { let arguments: [Argument]? }
    struct Argument: Decodable {
      let kind: String
      let names: [Name]?
    }
    struct Name: Decodable { let kind, name: String }
    var kinds: [String: Kind] = [:]
    for argument in try StudyJSON.read(Help.self, from: help).command.arguments ?? [] {
      for name in argument.names ?? [] where name.kind == "long" && !["help", "version"].contains(name.name) {
        kinds[name.name] = argument.kind == "flag" ? .flag : .value
      }
    }
    for name in Array(kinds.keys) where kinds["no-" + name] == .flag {
      (kinds[name], kinds["no-" + name]) = (.invertible, nil)
    }
    return kinds
  }

  /// A row's settings as the command takes them: options first, then the positional argument.
  ///
  /// A setting without a value is left out.
  func arguments(_ settings: [SweepSetting]) -> [String] {
    var words: [String] = []
    var last: [String] = []
    for setting in settings {
      guard let value = setting.value else { continue }
      if setting.key == subject {
        last = ["--", value]
        continue
      }
      switch options[setting.key] {
      case .flag: words += value == "true" ? ["--\(setting.key)"] : []
      case .invertible: words.append((value == "true" ? "--" : "--no-") + setting.key)
      case .value, nil: words.append("--\(setting.key)=\(value)")
      }
    }
    return words + last
  }
}

/// One setting of a row: a key, and its value as it was written; `nil` leaves the option out.
public struct SweepSetting: Codable, Sendable, Hashable {
  /// The option's long name, `task` or `network`.
  public let key: String
  /// Its value.
  public let value: String?

  /// A setting.
  public init(_ key: String, _ value: String?) {
    self.key = key
    self.value = value
  }
}
