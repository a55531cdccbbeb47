// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank

/// What networks of a sweep have in common and what not. Its JSON is that of `kappa sweep compare`.
public struct SweepComparisonResult: Codable, Sendable {
  /// One network.
  public struct Member: Codable, Sendable {
    /// Its row.
    public let row: Int
    /// What its row says.
    public let loss, accuracy: Double?
    /// What it is like: participation ratios, overlaps, correlations of weights, structure where that was asked for.
    public let measures: [NamedValue]
    /// What its activity does at the response and what the readout takes of it. It describes the solution; it is not asked whether it
    /// goes with the loss, so that fewer intervals have to hold together.
    public let geometry: [NamedValue]
    /// Its fixed points in words, under each of the group's inputs.
    public let topology: [String]
  }

  /// What goes with the loss, or does not.
  public struct Correlation: Codable, Sendable {
    /// A measure of the networks, or an option of the grid.
    public let with: String
    /// Spearman's ρ over networks, with an interval that is corrected for how many were asked.
    public let rank: RankCorrelation
  }

  /// Networks with the same portrait.
  public struct Topology: Codable, Sendable {
    /// Fixed points in words, under each of the group's inputs.
    public let points: [String]
    /// Rows of the networks.
    public let rows: [Int]
  }

  /// Networks that were trained on the same task and have the same rank.
  public struct Group: Codable, Sendable {
    /// The task with its preset.
    public let task: String
    /// R; 0 where J is whole.
    public let rank: Int
    /// Whether J is whole: there is no κ, and flows are not compared.
    public let isDense: Bool
    /// The networks.
    public let members: [Member]
    /// Constant inputs under which fixed points were looked for, those that the trials hold longest.
    public let inputs: [[Double]]
    /// Distances between κ-flows on common states, network by network; empty where there is no κ or one network alone.
    public let distances: [[Double]]
    /// How far each network's course of κ is from the mean course after the best rotation, relative.
    public let misfits: [Double]
    /// The kind of solution of each network, from 1.
    public let kinds: [Int]
    /// The mean silhouette of the best cut into kinds, and the share of Gaussian clouds that can be cut as well. There are
    /// several kinds where the one is at least 0.5 and the other at most 0.05; it is not asked where the first is not so.
    public let silhouette, kindsP: Double?
    /// Portraits, the most frequent first.
    public let topologies: [Topology]
    /// Medians and quartiles of the measures.
    public let spreads: [SweepStatistics.Spread]
    /// What goes with the loss.
    public let correlations: [Correlation]

    /// What figures come from; not part of the JSON.
    public let flow: CommonFlow?

    private enum CodingKeys: CodingKey {
      case task, rank, isDense, members, inputs, distances, misfits, kinds, silhouette, kindsP, topologies,
        spreads
      case correlations
    }

    init(
      task: String, rank: Int, isDense: Bool, members: [Member], inputs: [[Double]], distances: Matrix?,
      misfits: [Double], kinds: Kinds?, axes: [NamedValues], flow: CommonFlow?
    ) {
      self.task = task
      self.rank = rank
      self.isDense = isDense
      self.members = members
      self.inputs = inputs
      self.distances = distances.map { d in (0..<d.rows).map { i in (0..<d.columns).map { d[i, $0] } } } ?? []
      self.misfits = misfits
      self.kinds = kinds?.labels.map { $0 + 1 } ?? []
      silhouette = kinds?.silhouette
      kindsP = kinds?.pValue
      self.flow = flow
      var rows: [[String]: [Int]] = [:]
      for member in members where !member.topology.isEmpty {
        rows[member.topology, default: []].append(member.row)
      }
      topologies = rows.map { Topology(points: $0.key, rows: $0.value) }.sorted {
        ($1.rows.count, $0.rows[0]) < ($0.rows.count, $1.rows[0])
      }
      func columns(_ values: (Member) -> [NamedValue]) -> [NamedValues] {
        let names = members.first.map { values($0).map(\.name) } ?? []
        return names.map { name in
          NamedValues(name, members.map { one in values(one).first { $0.name == name }?.value ?? .nan })
        }
      }
      let measured = columns(\.measures)
      spreads =
        ([
          NamedValues("loss", members.map { $0.loss ?? .nan }),
          NamedValues("accuracy", members.map { $0.accuracy ?? .nan }),
        ] + measured + columns(\.geometry))
        .compactMap { SweepStatistics.Spread($0.name, $0.values.filter(\.isFinite)) }
      // What networks of the same Gaussian do follows from the loss's own network: asked as a fact, not as a cause.
      let loss = members.map { $0.loss ?? .nan }
      let asked = measured.filter { !$0.name.hasPrefix("p of") } + axes
      let answerable = asked.count { RankCorrelation($0.values, loss) != nil }
      correlations = asked.compactMap { column in
        RankCorrelation(column.values, loss, level: SweepComparison.level, asked: max(answerable, 1)).map {
          Correlation(with: column.name, rank: $0)
        }
      }
    }

    /// From JSON; without what figures come from.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      task = try values.decode(String.self, forKey: .task)
      rank = try values.decode(Int.self, forKey: .rank)
      isDense = try values.decode(Bool.self, forKey: .isDense)
      members = try values.decode([Member].self, forKey: .members)
      inputs = try values.decode([[Double]].self, forKey: .inputs)
      distances = try values.decode([[Double]].self, forKey: .distances)
      misfits = try values.decode([Double].self, forKey: .misfits)
      kinds = try values.decode([Int].self, forKey: .kinds)
      silhouette = try values.decodeIfPresent(Double.self, forKey: .silhouette)
      kindsP = try values.decodeIfPresent(Double.self, forKey: .kindsP)
      topologies = try values.decode([Topology].self, forKey: .topologies)
      spreads = try values.decode([SweepStatistics.Spread].self, forKey: .spreads)
      correlations = try values.decode([Correlation].self, forKey: .correlations)
      flow = nil
    }
  }

  /// RUNS.
  public let folder: String
  /// The groups, in the order of their first rows.
  public let groups: [Group]
  /// The probability with which all intervals of a group hold their values.
  public let level: Double

  private enum CodingKeys: String, CodingKey {
    case folder = "folderPath"
    case groups, level
  }
}
