// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// What a batch system is asked for.
public struct SweepResources: Codable, Sendable, Hashable {
  /// Cores of a row.
  public var cores: Int
  /// Memory of a row, as Slurm writes it: `2G`.
  public var memory: String
  /// How long a row may take, as Slurm writes it: `01:00:00`, `2-00:00:00`.
  public var time: String
  /// How many rows may run at a time; `nil` for as many as there is room for.
  public var atOnce: Int?
  /// Where they run; `nil` is the cluster's default.
  public var partition: String?

  /// Modest ones.
  public init(
    cores: Int = 1, memory: String = "2G", time: String = "01:00:00", atOnce: Int? = nil,
    partition: String? = nil
  ) {
    self.cores = cores
    self.memory = memory
    self.time = time
    self.atOnce = atOnce
    self.partition = partition
  }

  /// Refuses what a batch system would refuse later, or take for something else.
  func validate() throws(StudyError) {
    guard (1...1024).contains(cores) else {
      throw StudyError(.usage, "cores", "expected 1 to 1024, found \(cores).")
    }
    if let atOnce, atOnce < 1 {
      throw StudyError(.usage, "atOnce", "expected at least 1, found \(atOnce).")
    }
    let digits = memory.prefix { $0.isASCII && $0.isNumber }
    guard !digits.isEmpty, digits.count < 10,
      ["", "K", "M", "G", "T"].contains(memory.dropFirst(digits.count))
    else {
      throw StudyError(.usage, "memory", "expected a number with K, M, G or T, such as 2G, found \(memory).")
    }
    guard time.count <= 20, time.first?.isNumber ?? false,
      time.utf8.allSatisfy({ "0123456789:-".utf8.contains($0) })
    else {
      throw StudyError(
        .usage, "time", "expected hours:minutes:seconds or days-hours:minutes:seconds, found \(time).")
    }
    if let partition,
      partition.isEmpty || !partition.utf8.allSatisfy({ Self.isNameByte($0) })
    {
      throw StudyError(
        .usage, "partition", "expected letters, digits, hyphens and underscores, found \(partition).")
    }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
      || "-_,.".utf8.contains(byte)
  }
}

/// The two files that let others run the rows: Snakemake, and Slurm. Neither says anything that `tasks.tsv` does not.
struct SweepScripts {
  let count: Int
  let resources: SweepResources
  /// The command that runs a row.
  let executable: String
  /// The sweep's folder, absolute.
  let folder: String

  /// Indices of one array; Slurm's own limit is 1001 unless a cluster says otherwise. More rows share them.
  static let mostIndices = 1000

  /// Rules for Snakemake, to be run in the sweep's folder.
  ///
  /// Nothing but the row's own file decides whether there is something to do, so that a new version of the command or
  /// another date does not train networks again.
  var snakefile: String {
    """
    # Runs the rows of tasks.tsv: snakemake --cores all --keep-going --rerun-incomplete
    # (KAPPA names another command than the one that planned this.)
    import os

    ROWS = range(1, \(count) + 1)
    KAPPA = os.environ.get("KAPPA", \(Self.python(executable)))

    localrules: all

    rule all:
        input: expand("rows/{row}/row.json", row=ROWS)

    rule row:
        output: "rows/{row}/row.json"
        wildcard_constraints: row=r"\\d+"
        threads: \(resources.cores)
        params: kappa=KAPPA
        shell: "{params.kappa:q} sweep run . --task {wildcards.row} --threads {threads}"

    """
  }

  /// A job array for Slurm.
  var array: String {
    let indices = min(count, Self.mostIndices)
    let most = resources.atOnce.map { "%\($0)" } ?? ""
    return """
      #!/bin/bash
      #SBATCH --job-name=kappa-sweep
      #SBATCH --chdir=\(Self.shell(folder))
      #SBATCH --array=1-\(indices)\(most)
      #SBATCH --cpus-per-task=\(resources.cores)
      #SBATCH --mem=\(resources.memory)
      #SBATCH --time=\(resources.time)
      #SBATCH --requeue
      #SBATCH --signal=B:USR1@60
      #SBATCH --open-mode=append
      #SBATCH --output=logs/%a.txt
      \(resources.partition.map { "#SBATCH --partition=\($0)\n" } ?? "")\

      # Submit it with: sbatch array.sbatch — as often as needed: rows that are finished end at once, and one that was
      # stopped goes on from its checkpoint. A minute before its time is over (USR1), a row is stopped and queued again.
      KAPPA=${KAPPA:-\(Self.shell(executable))}
      child= stop=

      stopped() {
        stop=$1
        [ -n "$child" ] && kill -TERM "$child" 2>/dev/null
      }
      trap 'stopped USR1' USR1
      trap 'stopped TERM' TERM

      status=0
      for ((row = SLURM_ARRAY_TASK_ID; row <= \(count); row += \(indices))); do
        "$KAPPA" sweep run . --task "$row" --threads "${SLURM_CPUS_PER_TASK:-\(resources.cores)}" &
        child=$!
        wait "$child"
        code=$?
        # A signal ends the waiting, not the row.
        while kill -0 "$child" 2>/dev/null; do
          wait "$child"
          code=$?
        done
        child=
        [ -n "$stop" ] && break
        [ "$code" -ne 0 ] && status=$code
      done
      if [ "$stop" = USR1 ] && [ "$code" -ne 0 ]; then
        scontrol requeue "$SLURM_JOB_ID" && exit 0
      fi
      [ -n "$stop" ] && exit "$code"
      exit "$status"

      """
  }

  /// A text in Python's quotes.
  private static func python(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  /// A text in quotes that neither the shell nor Slurm's header reads into.
  private static func shell(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
        || "/._-+".utf8.contains(byte) || byte > 0x7F
    }
    return isPlain && !text.isEmpty ? text : "'" + text.replacing("'", with: "'\\''") + "'"
  }
}
