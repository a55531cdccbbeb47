// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles
import Studies

extension DistillationReport {
  /// What stands on the first screen beside the verdict: the phase portrait, or the trajectories where there is none,
  /// the equations, and how far manifold and circuit are from the network.
  func opening(_ pictures: [FigureFolder.Picture]) -> [Document.Block] {
    let picture = ["phase", "trajectories"].lazy.compactMap { name in
      pictures.first { $0.figure.name == name }
    }.first
    let table = run.network.outputCount > 0 ? outputTable : latentTable
    return (picture.map { [.figure($0.figure)] } ?? [])
      + [
        .equations(Document.Equations(findings.terms, withErrors: true, measured: measuredTerms)),
        .table(table.document),
      ]
  }

  /// The same coefficients as measured on the clusters of units that a fit began from; `nil` where there was no fit.
  private var measuredTerms: CircuitTerms? {
    guard run.document.closure != .moments, let labels = run.reduction.labels,
      let circuit = try? EffectiveCircuit(of: run.imported.network, labels: labels)
    else { return nil }
    return CircuitTerms(of: circuit, unitCount: nil)
  }

  /// The page, section by section.
  func sections(_ pictures: [FigureFolder.Picture]) -> [ReportPage.Section] {
    let (portraits, survey) = (page.portraits, page.survey)
    let (told, tuning) = (findings.contexts, findings.tuning)
    let imported = run.imported
    let network = imported.network
    let stimulus = run.trials.stimulus
    func shown(_ names: String...) -> [FigureFolder.Picture] {
      pictures.filter { names.contains($0.figure.name) }
    }
    var sections = [
      ReportPage.Section(
        title: "Equations",
        paragraphs: [
          "⟨f⟩ is the mean of f(μ + Δz) over a standard normal z; φ = \(network.transfer.rawValue). Time is in units "
            + "of τ; κ, v, u and z have no unit. " + errorNote
        ] + inputParagraphs,
        lines: EquationText(findings.terms, withErrors: true).lines.map {
          // A number of a population stays with its average at the end of a line.
          $0.replacing("⟩", with: "⟩\u{2060}")
        })
    ]
    sections.append(
      ReportPage.Section(
        title: "Reduced against full",
        paragraphs: [
          "Errors against the full network over \(stimulus.trials) trials of \(stimulus.steps) steps: \(findings.source). "
            + "Relative: RMS difference over RMS of the network's value. Decisions agree: share of trials whose mean "
            + "output over the response window has the network's sign."
        ], tables: [outputTable, latentTable].filter { !$0.rows.isEmpty },
        figures: shown("trajectories", "psychometric")))
    if !told.modulation.isEmpty {
      sections.append(
        ReportPage.Section(
          title: told.modulation.count > 1 ? "What each context does" : "Gains over time",
          paragraphs: (findings.predicts ? told.details : [])
            + (told.sentences.isEmpty ? [told.removalSentence].filter { !$0.isEmpty } : []) + [
              "The action of an input is ∂(τ dκ/dt)/∂v: how much one unit of it adds to the speed of κ, at the states the "
                + "circuit passes through. It is a sum over populations, each a coupling times the population's gain ⟨φ'⟩."
            ], tables: told.tables,
          figures: shown("routes", "modulation")))
    }
    if !tuning.paragraphs.isEmpty {
      sections.append(
        ReportPage.Section(
          title: "What single units are tuned to",
          paragraphs: tuning.paragraphs,
          tables: tuning.moments.isEmpty ? [] : [tuning.table], figures: shown("tuning")))
    }
    sections.append(
      ReportPage.Section(
        title: "Phase portrait",
        paragraphs: fixedPointParagraphs(portraits)
          + (told.sentences.isEmpty ? [told.sign].filter { !$0.isEmpty } : []),
        tables: [fixedPointTable(portraits)],
        figures: shown("phase")))
    sections.append(
      ReportPage.Section(
        title: "Fixed points over an input",
        paragraphs: [
          page.bifurcation.sentence
        ], figures: shown("bifurcations")))
    // The budget is one of z.
    if run.network.outputCount > 0 {
      sections.append(
        ReportPage.Section(
          title: "Error budget",
          paragraphs: [
            "From the full network down, one assumption at a time. This step: change of z by this assumption alone, "
              + "relative to the network's z. In all: error against the network."
          ] + bandParagraphs, tables: [budgetTable],
          figures: shown("errors")))
    }
    if let survey {
      sections.append(
        ReportPage.Section(
          title: "Other circuits, other trials",
          paragraphs: [
            "Circuits of several closures and numbers of populations beside this report's, on "
              + "\(min(100, stimulus.trials)) of the trials and under conditions that no circuit was made for. Moments: "
              + "clusters of units and their means and covariances. "
              + (survey.isFitted
                ? "Regressed: the clusters' means and covariances of m and I, with the couplings of n and w solved for the least "
                  + "squared error of κ and z over training trials, to first order around the network's own course (each in "
                  + "units of its SD, with a weak ridge and a little weight on states nearby). Refined: all parameters fitted to the same error without that "
                  + "approximation, not tied to clusters. "
                : "Regressed and refined circuits are left out: they need trials of their own to be fitted to, which a "
                  + "file's trials become with --closure. ")
              + "Below them reductions of other kinds: the network projected on all but one of its principal components, "
              + "which still needs every unit, and average units, as many as have this circuit's number of parameters.",
            survey.verdict.description,
          ], tables: [closureRows(survey.table)], figures: shown("closures")))
    }
    sections.append(
      ReportPage.Section(
        title: "Means and covariances",
        paragraphs: [
          run.document.closure == .moments
            ? (findings.terms.unitCount == nil
              ? "As the circuit's file has them; it does not say of how many units, and standard errors are not given."
              : "Over units, with 1/N, ± the standard error of drawing these units from a Gaussian.")
            : "Fitted to the dynamics, or completed from the clusters where the dynamics leave them open. They are no "
              + "estimates from a sample of units, and standard errors of sampling are not theirs: none are given."
        ], tables: momentTables, figures: shown("loadings", "covariances")))
    if let intervals = findings.intervals {
      sections.append(
        ReportPage.Section(
          title: "How certain the numbers are", paragraphs: intervals.paragraphs,
          tables: [intervals.coverageTable] + intervals.momentTables(run.document.circuit.statistics),
          figures: shown("bands")))
    } else if let intervalNote = findings.intervalRemark?.text {
      sections.append(
        ReportPage.Section(
          title: "How certain the numbers are",
          paragraphs: [intervalNote.prefix(1).uppercased() + intervalNote.dropFirst() + "."]))
    }
    if !findings.trainingLosses.isEmpty {
      sections.append(
        ReportPage.Section(
          title: "Training",
          paragraphs: [
            "The network's file holds the losses of its \(findings.trainingLosses.count) updates."
          ],
          figures: shown("loss")))
    }
    sections.append(
      ReportPage.Section(
        title: "How this was made",
        tables: [
          ReportPage.Table(
            caption: "Everything needed to make this page again.", header: ["", "value"],
            rows: [
              ["command", command], ["kappa", kappaVersion],
              ["network", run.path], ["dialect", imported.dialect],
              [
                "units, rank, inputs, outputs",
                "\(network.unitCount), \(network.rank), \(network.inputCount), \(network.outputCount)",
              ],
              ["α = dt/τ", text(imported.alpha)], ["gauge", imported.summary.gauge.rawValue],
              [
                "assumed",
                imported.assumptions.isEmpty ? "nothing" : imported.assumptions.joined(separator: "; "),
              ],
              ["trials", findings.source], ["seed", "\(findings.seed)"],
              ["bootstraps and redraws", findings.intervals.map { "\($0.replicates) each" } ?? "none"],
            ]
              + (findings.isFromFile
                ? [] : run.document.provenance.sorted { $0.key < $1.key }.map { [$0.key, $0.value] }))
        ]))
    return sections
  }

  /// What stands behind the numbers of the equations.
  private var errorNote: String {
    findings.terms.unitCount == nil
      ? "The numbers were fitted or given and have no standard errors."
      : "1.23(45) is 1.23 ± 0.45, the standard error of drawing these units from a Gaussian."
  }

  /// Which input is which.
  private var inputParagraphs: [String] {
    guard findings.definition != nil else { return [] }
    let names = findings.contexts.names.inputs.enumerated().map { "v\($0 + 1) \($1)" }
    return ["The inputs of \(findings.source): " + names.joined(separator: ", ") + "."]
  }

  private var bandParagraphs: [String] {
    guard let band = findings.band else {
      return findings.bandRemark.map(\.text).map { [$0.prefix(1).uppercased() + $0.dropFirst() + "."] } ?? []
    }
    return band.relative.enumerated().map { output, range in
      let label = band.relative.count == 1 ? "z" : "z\(output + 1)"
      return
        "Sampling band of \(label): \(band.redraws) networks of \(run.imported.network.unitCount) units drawn "
        + "from the same mixture differ from the circuits of their own moments by \(percent(range.lower)) to "
        + "\(percent(range.upper)) (median \(percent(range.median))); this network by "
        + "\(percent(band.observed[output])). All on \(findings.bandTrials)."
    }
  }
}

extension DistillationFindings {
  /// On which trials the sampling band was found: fewer than the errors', because every redraw runs them all.
  package var bandTrials: String {
    let (used, all) = (band?.trials ?? 0, run.trials.stimulus.trials)
    return used < all ? "the first \(used) of the \(all) trials" : "all \(all) trials"
  }
}
