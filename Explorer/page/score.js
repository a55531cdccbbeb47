// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// How the circuit, as it now is, does on all trials of the page: against the targets' signs, and against the network.

import { wordFor } from "./data.js";
import { html, number } from "./svg.js";

// The mean of an output over the steps at which something is asked for.
function decision(z, target, o) {
  let [sum, wanted, count] = [0, 0, 0];
  for (let t = 0; t < target.length; t++) {
    if (Number.isNaN(target[t][o])) continue;
    sum += z[t][o];
    wanted += target[t][o];
    count += 1;
  }
  return count === 0 || wanted === 0 ? null : Math.sign(sum) === Math.sign(wanted);
}

export class Score {
  constructor(model, place) {
    this.model = model;
    this.place = place;
    const { trials } = model.data;
    const conditions = (trials.conditions ?? []).filter((c) => new Set(c.values).size <= 3 && new Set(c.values).size > 1);
    const condition = conditions.find((c) => /context|modality/.test(c.name)) ?? conditions[0];
    const all = Array.from({ length: trials.count }, (_, b) => b);
    this.groups = condition
      ? [...new Set(condition.values)].sort((a, b) => a - b).map((value) => ({
        name: `${condition.name} ${wordFor(condition, value)}`, trials: all.filter((b) => condition.values[b] === value),
      }))
      : [{ name: "all trials of the page", trials: all }];
    model.listenCalmly((changes) => (changes.has("circuit") ? this.run() : null));
    for (const _ of this.run());
  }

  *run() {
    const { model } = this;
    const { trials } = model.data;
    // Targets are 1 and -1 where they are asked for, or 0 beside both of these, which asks for no choice: others are graded.
    const asked = trials.target ? trials.target.flat(2).filter((x) => !Number.isNaN(x)) : [];
    const isChoice = asked.length > 0 && asked.every((x) => x === 0 || Math.abs(Math.abs(x) - 1) < 1e-6)
      && (!asked.includes(0) || (asked.some((x) => x < 0) && asked.some((x) => x > 0)));
    const rows = [];
    for (const group of this.groups) {
      let [count, right, recorded, difference, size] = [0, 0, 0, 0, 0];
      for (const b of group.trials) {
        const { z } = model.coarse.simulate(trials.u[b]);
        for (let o = 0; o < model.original.outputs; o++) {
          const answer = isChoice ? decision(z, trials.target[b], o) : null;
          if (answer !== null) {
            count += 1;
            right += answer;
            if (trials.z) recorded += decision(trials.z[b], trials.target[b], o);
          }
          if (trials.z) {
            for (let t = 0; t < trials.steps; t++) {
              difference += (z[t][o] - trials.z[b][t][o]) ** 2;
              size += trials.z[b][t][o] ** 2;
            }
          }
        }
        yield;
      }
      rows.push([
        group.name, ...(isChoice ? [`${right} of ${count}`, ...(trials.z ? [`${recorded} of ${count}`] : [])] : []),
        ...(trials.z ? [size > 0 ? `${number(100 * Math.sqrt(difference / size), 2)} %` : "–"] : []),
      ]);
    }
    const head = ["", ...(isChoice ? ["circuit decides right", ...(trials.z ? ["network does"] : [])] : []), ...(trials.z ? ["z differs by"] : [])];
    if (head.length === 1) {
      document.getElementById("score-section").hidden = true;
      return;
    }
    const cells = (name, row) => row.map((text, i) => html(i === 0 ? "th" : name, i === 0 ? { scope: "row" } : {}, [text]));
    this.place.replaceChildren(html("table", {}, [
      html("thead", {}, [html("tr", {}, head.map((text) => html("th", { scope: "col" }, [text])))]),
      html("tbody", {}, rows.map((row) => html("tr", {}, cells("td", row)))),
    ]));
  }
}
