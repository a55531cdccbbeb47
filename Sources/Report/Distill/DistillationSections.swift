// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import LowRank
import NetworkFiles
import Studies

extension DistillationReport {
  /// The page below its first screen. What a reader looks up rather than reads is folded.
  func sections(_ figures: [Figure]) -> [Document.Section] {
    let opening = openingFigure(figures)?.name
    func shown(_ names: String...) -> [Document.Block] {
      figures.filter { names.contains($0.name) && $0.name != opening }.map { .figure($0) }
    }
    // What the first screen says, and what the section on contexts holds with its numbers, is not said again.
    let told = Set(page.headline + [findings.contexts.removalSentence])
    var sections = [
      Document.Section(
        "What was found", page.verdict.filter { !told.contains($0) }.map { .paragraph($0) })
    ]
    sections += contextSection(shown("routes", "modulation"))
    sections += [
      Document.Section("Fixed points", fixedPointBlocks + shown("bifurcations")),
      Document.Section(
        "Reduced against full",
        [
          .paragraph(
            "Errors against the full network over \(counted(run.trials.stimulus.trials, "trial")) of "
              + "\(counted(run.trials.stimulus.steps, "step")): \(findings.source). No parameter was fitted to these trials and "
              + "no circuit chosen by them. Relative: RMS difference over RMS of the network's value."
              + (hasDecisions
                ? " Decisions agree: share of trials whose mean output over the response window has the network's sign."
                : "")
              + (run.reduction.tried.isEmpty
                ? ""
                : " Chosen was the first circuit of the list, by populations and then from moments to refined, whose error stays "
                  + "below \(Studies.given(100 * CircuitRequest.enough)) % on other trials (95 of 100 sets of them); where there is none, the "
                  + "simplest of about the least error."))
        ] + [outputTable, latentTable, circuitTable].filter { !$0.rows.isEmpty }.map { .table($0) }
          + shown("trajectories", "psychometric")),
      Document.Section("Equations", equationBlocks, isFolded: true),
    ]
    if !findings.tuning.paragraphs.isEmpty {
      sections.append(
        Document.Section(
          "What single units are tuned to",
          findings.tuning.paragraphs.map { .paragraph($0) }
            + (findings.tuning.moments.isEmpty ? [] : [.table(findings.tuning.table)]) + shown("tuning"),
          isFolded: true))
    }
    // The budget is one of z.
    if run.network.outputCount > 0 {
      sections.append(
        Document.Section(
          "Error budget",
          ([
            "The circuit against the network, and then the circuit with parts taken out of it. This step: how far z moves from "
              + "the row above, relative to the network's z. In all: error against the network."
          ] + bandParagraphs).map { .paragraph($0) } + [.table(budgetTable)] + shown("errors"), isFolded: true
        ))
    }
    sections += surveySection(shown("closures"))
    sections.append(
      Document.Section(
        "Means and covariances",
        [.paragraph(momentNote)] + momentTables.map { .table($0) } + shown("loadings", "covariances"),
        isFolded: true))
    sections += intervalSection(shown("bands"))
    if !findings.trainingLosses.isEmpty {
      sections.append(
        Document.Section(
          "Training",
          [.paragraph("The network's file holds the losses of its \(findings.trainingLosses.count) updates.")]
            + shown("loss"), isFolded: true))
    }
    if let explorer {
      sections.append(
        Document.Section(
          "Try it", [.interactive(.init(title: "The circuit, to try things out with", html: explorer))],
          isFolded: true))
    }
    return sections + noteSection + [originSection]
  }

  /// Fixed points under the inputs of the epochs, and over an input.
  private var fixedPointBlocks: [Document.Block] {
    let words =
      fixedPointParagraphs(page.portraits)
      + (findings.contexts.sentences.isEmpty ? [findings.contexts.sign].filter { !$0.isEmpty } : [])
    return words.map { .paragraph($0) } + [
      .table(
        fixedPointTable(
          page.portraits, inputs: run.trialSet.inputNames ?? [], time: time, manifoldName: flowName)),
      .paragraph(page.bifurcation.sentence),
    ]
  }

  /// Whatever stands on the first screen is not repeated.
  private var equationBlocks: [Document.Block] {
    [
      .paragraph(
        networkEquation
          + " ⟨f⟩ is the mean of f(μ + Δξ) over a standard normal ξ; φ = \(run.imported.network.transfer.rawValue). Time is in "
          + "units of τ\(time.timeConstant.map { " = \($0)" } ?? ""); κ, v, u and z have no unit. "
          + equationNotes.joined(separator: " "))
    ] + (isOutlined ? [.equations(typesetEquations)] : []) + [
      .heading("As plain text"),
      .equations(Document.Equations(EquationText(findings.terms.shortened, withErrors: true).lines)),
    ]
  }

  /// The network that the circuit stands for, which says what n, m, I and w are.
  private var networkEquation: String {
    let network = run.imported.network
    if network.denseConnectivity != nil { return "" }
    let bias = network.bias == nil ? "" : " + b"
    let offset = network.readoutBias.contains { $0 != 0 } ? " + z₀" : ""
    if network.form == .rate {
      let readout = network.outputCount > 0 ? ", z = wᵀr/N" + offset : ""
      return "The network: τ dr/dt = -r + φ(m nᵀr/N + I u" + bias + ")" + readout + "."
    }
    let current = network.current == nil ? "" : " + c"
    let seen = network.bias?.reachesReadout == true ? bias : ""
    let readout = network.outputCount > 0 ? ", z = wᵀφ(x" + seen + ")/N" + offset : ""
    return "The network: τ dx/dt = -x + m nᵀφ(x" + bias + ")/N + I u" + current + readout + "."
  }

  private func contextSection(_ figures: [Document.Block]) -> [Document.Section] {
    let told = findings.contexts
    if told.modulation.isEmpty { return [] }
    return [
      Document.Section(
        told.modulation.count > 1 ? "What each context does" : "Gains over time",
        ((findings.predicts ? told.details : [])
          + (findings.predicts || told.sentences.isEmpty ? [told.removalSentence] : [])
          .filter { !$0.isEmpty } + told.definitions).map { .paragraph($0) } + figures
          + told.tables.map { .table($0) },
        isFolded: told.modulation.count == 1)
    ]
  }

  private func surveySection(_ figures: [Document.Block]) -> [Document.Section] {
    guard let survey = page.survey else { return [] }
    return [
      Document.Section(
        "Other circuits, other trials",
        [
          .paragraph(
            "Other ways to the same equations (closures) and other numbers of populations beside this page's circuit, on the "
              + "first \(min(100, run.trials.stimulus.trials)) of the trials and under conditions that no circuit was made for. "
              + "Moments: clusters of units and their means and covariances. "
              + (survey.isFitted
                ? "Regressed: the clusters' means and covariances of m and I, with the couplings of n and w solved for the "
                  + "least squared error of κ and z over training trials, to first order around the network's own course (each "
                  + "in units of its SD, with a weak ridge and a little weight on states nearby). Refined: all parameters "
                  + "fitted to the same error without that approximation, held near clusters by an anchor where that costs little. "
                : "Regressed and refined circuits are left out: they need trials of their own to be fitted to, which a "
                  + "file's trials become with --closure. ")
              + "Below them reductions of other kinds: the network projected on all but one of its principal components, "
              + "which still needs every unit, and average units, as many as have this circuit's number of parameters."
          ),
          .paragraph(survey.verdict.description), .table(closureRows(survey.table)),
        ] + figures, isFolded: true)
    ]
  }

  private var momentNote: String {
    run.document.closure == .moments
      ? (findings.terms.unitCount == nil
        ? "As the circuit's file has them; it does not say of how many units, and standard errors are not given."
        : "Over units, with 1/N, ± the standard error of drawing these units from a Gaussian.")
      : "Fitted to the dynamics, or completed from the clusters where the dynamics leave them open. They are no estimates "
        + "from a sample of units, and standard errors of sampling are not theirs: none are given."
  }

  private func intervalSection(_ figures: [Document.Block]) -> [Document.Section] {
    let title = "How certain the numbers are"
    if let intervals = findings.intervals {
      return [
        Document.Section(
          title,
          intervals.paragraphs.map { .paragraph($0) }
            + ([intervals.coverageTable] + intervals.momentTables(run.document.circuit.statistics)).map {
              .table($0)
            } + figures, isFolded: true)
      ]
    }
    guard let note = findings.intervalRemark?.text else { return [] }
    return [
      Document.Section(
        title, [.paragraph(note.prefix(1).uppercased() + note.dropFirst() + ".")], isFolded: true)
    ]
  }

  /// What the run had to say beside its result; warnings stand on the first screen.
  private var noteSection: [Document.Section] {
    let notes = result.remarks.filter { $0.weight == .note }.map { wording($0.text) }
    return notes.isEmpty
      ? [] : [Document.Section("Notes of this run", notes.map { .paragraph($0) }, isFolded: true)]
  }

  private var originSection: Document.Section {
    let imported = run.imported
    let network = imported.network
    let rows: [(String, String)] =
      [
        ("command", command), ("kappa", kappaVersion), ("network", run.path),
      ] + checksum + [
        ("file's dialect (whose names its tensors have)", imported.dialect),
        (
          "units, rank, inputs, outputs",
          "\(network.unitCount), \(network.rank)\(run.truncation == nil ? "" : network.fullInputs == nil ? " (of the cut of J)" : " (of the fit)"), "
            + "\(network.inputCount), \(network.outputCount)"
        ), ("α = dt/τ", text(imported.alpha)),
        ("gauge (raw: κ belongs to the file's m and n)", imported.summary.gauge.rawValue),
        ("assumed", imported.assumptions.isEmpty ? "nothing" : imported.assumptions.joined(separator: "; ")),
        ("trials", findings.source), ("seed", "\(findings.seed)"),
        ("bootstraps and redraws", findings.intervals.map { "\($0.replicates) each" } ?? "none"),
      ] + (findings.isFromFile ? [] : run.document.provenance.sorted { $0.key < $1.key }.map { ($0, $1) })
    return Document.Section(
      "How this was made",
      [
        .table(
          Document.Table(
            caption: "Everything needed to make this page again.", header: ["", "value"],
            rows: rows.map { [.text($0.0), .text($0.1)] }))
      ], isFolded: true)
  }

  /// The hash of the network's file, by which it is known again; none where it is no file, or a very large one.
  private var checksum: [(String, String)] {
    guard let size = (try? FileManager.default.attributesOfItem(atPath: run.path))?[.size] as? Int,
      size <= 1 << 26, let bytes = FileManager.default.contents(atPath: run.path)
    else { return [] }
    let digits = SHA256.hash(bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    return [("its SHA-256", digits.joined())]
  }

  private var bandParagraphs: [String] {
    guard let band = findings.band else { return [] }
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
