// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// What the letters of this page mean, for the circuit that it is about.

import { html } from "./svg.js";
import { scaleWords } from "./trials.js";

const CLOSURES = {
  moments: "means and covariances are the moments of the units of each population (closure “moments”).",
  regressed: "those of m and the inputs are the units’ own, those of n and w were solved for what the network does (closure “regressed”).",
  refined: "all of them were fitted to what the network does; they need not be those of its units (closure “refined”).",
};

export function legend(model) {
  const { original, data } = model;
  const { circuit } = data;
  const { rank, inputs, outputs, isRate } = original;
  const count = circuit.populations.length;
  const list = (letter, number) => (number === 1 ? letter : number === 2 ? `${letter}1, ${letter}2` : `${letter}1 … ${letter}${number}`);
  const v = isRate ? "the inputs, which act at once" : "the inputs as they act, each a current that follows its input u within τ";
  const scales = data.trials ? scaleWords(data.trials, model.inputNames, data.panels) : [];
  const entries = [
    [list("κ", rank), `what the network keeps and computes with: its activity along the direction${rank === 1 ? "" : "s"} m. ${rank === 1 ? "One number" : `${rank} numbers`} instead of the rates of all units. Where κ rests there is a fixed point.`],
    [list("z", outputs), outputs === 0 ? "" : "the output, read out of the units with the weights w."],
    ["m, n, w, I", `what each unit has: m says how κ reaches it, n what its rate adds to κ, w what it adds to z, I how an input reaches it${data.inputNames ? "; the inputs go by their names here" : ""}.`],
    [list("v", inputs), inputs === 0 ? "" : `${v}: ${model.inputNames.map((name, k) => (inputs === 1 ? name : `v${k + 1} ${name}`)).join(", ")}.`],
    ["σ(a, b)", `the covariance of two of these over the units${count > 1 ? " of a population" : ""}: how strongly b drives what a reads. The mark below a slider is its value in the file${data.standardErrors ? ", the band one standard error to either side" : ""}.`],
    ["mean a", `the mean of one of these over the units${count > 1 ? " of a population" : ""}.`],
    [count > 1 ? "population, α" : "", "a group of units with means and covariances of its own; α is its share of the units."],
    ["μ, Δ", "mean and spread (standard deviation) over units of what reaches them, from κ and the inputs."],
    [`⟨φ⟩, ⟨φ'⟩`, `mean rate and mean slope of φ = ${circuit.transfer} over the units: the slope is the gain, by which couplings act. It falls as Δ grows${circuit.transfer === "linear" ? " for other φ; here it is 1" : circuit.transfer === "relu" || circuit.transfer === "softplus" ? " or rises, depending on μ" : ""}: an input that raises Δ turns a population down.`],
    ["eigenvalue λ", "near a fixed point a small difference changes like e to the power λ t/τ: it dies out where λ is negative (stable) and grows where it is positive. The slowest decay is the longest time, in τ, in which one dies out by a factor of e."],
    ["τ", isRate ? "the time constant of the units’ rates; all times are in τ." : "the time constant of the units; all times are in τ."],
    [scales.length > 0 ? "trials" : "", `in their names ${scales.join("; ")}.`],
    ["the numbers", CLOSURES[circuit.closure] ?? ""],
  ].filter(([name, words]) => name && words);
  return html("dl", {}, entries.flatMap(([name, words]) => [html("dt", {}, [name]), html("dd", {}, [words])]));
}
