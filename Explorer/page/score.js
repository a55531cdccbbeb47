// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// How the circuit, as it now is, does on all trials of the page: against the targets, and against the network, with the same
// population silent where that was recorded.

import { wordFor } from "./data.js";
import { answer, ruleWords, trialName } from "./trials.js";
import { fixed, html, number } from "./svg.js";

// Shares further apart than this differ, as in the report.
const FAR = 0.2;

// Trials in groups: by a condition of few values, such as the context, and within it by whether two kinds of evidence agree;
// and all of them.
export function groupsOf(trials, inputNames) {
  const all = Array.from({ length: trials.count }, (_, b) => b);
  const conditions = trials.conditions ?? [];
  const few = conditions.filter((c) => new Set(c.values).size <= 3 && new Set(c.values).size > 1);
  const context = few.find((c) => /context|modality|rule|cue/.test(c.name)) ?? few[0];
  // Evidence of either sign in two inputs that have the conditions' names.
  const evidence = conditions.filter((c) => c !== context && !c.words && inputNames.includes(c.name)
    && c.values.some((x) => x > 0) && c.values.some((x) => x < 0));
  const conflict = (b) => evidence[0].values[b] * evidence[1].values[b] < 0;
  const groups = [];
  const add = (name, members) => {
    groups.push({ name, trials: members });
    if (evidence.length !== 2 || !members.some(conflict) || members.every(conflict)) return;
    groups.push({ name: "in agreement", trials: members.filter((b) => !conflict(b)), isPart: true });
    groups.push({ name: "in conflict", trials: members.filter(conflict), isPart: true });
  };
  if (context) {
    for (const value of [...new Set(context.values)].sort((a, b) => a - b)) {
      add(`${context.name} ${wordFor(context, value)}`, all.filter((b) => context.values[b] === value));
    }
    groups.push({ name: "all trials", trials: all });
  } else add("all trials", all);
  return { groups, words: groups.some((group) => group.isPart) ? `In conflict are trials in which ${evidence.map((c) => c.name).join(" and ")} have opposite signs. ` : "" };
}

export class Score {
  constructor(model, place) {
    this.model = model;
    this.place = place;
    const { groups, words } = groupsOf(model.data.trials, model.inputNames);
    this.groups = groups;
    this.rule = words + ruleWords(model.data.trials);
    model.listenCalmly((changes) => (changes.has("circuit") ? this.run() : null));
    for (const _ of this.run());
  }

  // What the network did that the circuit is compared with: without the one silent population where that is known.
  get reference() {
    const { silenced, data: { trials } } = this.model;
    if (!trials.z) return null;
    if (silenced.size === 0) return { z: trials.z, name: "network" };
    const [p] = silenced;
    if (silenced.size === 1 && trials.lesions) return { z: trials.lesions[p], name: `network without its units of population ${p + 1}` };
    return { z: trials.z, name: "network, all units active" };
  }

  // Right answers of one z(trial): how many, of how many, and how far towards the target on average.
  tally(members, z) {
    const { model: { data: { trials }, original } } = this;
    const found = members.flatMap((b) => Array.from({ length: original.outputs }, (_, o) => answer(trials, z[b], b, o))).filter(Boolean);
    const towards = found.map((x) => x.towards).filter((x) => x !== null);
    return {
      count: found.length, right: found.filter((x) => x.isRight).length,
      towards: towards.length > 0 ? towards.reduce((sum, x) => sum + x, 0) / towards.length : null,
    };
  }

  *run() {
    const { model } = this;
    const { trials } = model.data;
    const own = [];
    for (let b = 0; b < trials.count; b++) {
      own.push(model.coarse.simulate(trials.u[b]).z);
      yield;
    }
    const { reference } = this;
    const hasAnswers = this.tally(Array.from(own.keys()), own).count > 0;
    if (!hasAnswers && !reference) {
      document.getElementById("score-section").hidden = true;
      return;
    }
    const hasSigns = hasAnswers && trials.tolerance === undefined;
    const shares = ({ right, count, towards }) => [
      count === 0 ? "–" : `${right} of ${count}`, ...(hasSigns ? [towards === null ? "–" : fixed(towards, 2)] : [])];
    const rows = this.groups.map((group) => {
      const [mine, theirs] = [this.tally(group.trials, own), reference && this.tally(group.trials, reference.z)];
      let [difference, size] = [0, 0];
      for (const b of reference ? group.trials : []) {
        own[b].forEach((row, t) => row.forEach((z, o) => {
          difference += (z - reference.z[b][t][o]) ** 2;
          size += reference.z[b][t][o] ** 2;
        }));
      }
      const values = [
        ...(hasAnswers ? [...shares(mine), ...(theirs ? shares(theirs) : [])] : []),
        ...(reference ? [size > 0 ? `${number(100 * Math.sqrt(difference / size), 2)} %` : "–"] : []),
      ];
      return html("tr", { class: group.isPart ? "part" : "" }, [html("th", { scope: "row" }, [group.name]), ...values.map((text) => html("td", {}, [text]))]);
    });
    const head = [
      "", ...(hasAnswers ? ["circuit right", ...(hasSigns ? ["towards"] : []), ...(reference ? [`${reference.name} right`, ...(hasSigns ? ["towards"] : [])] : [])] : []),
      ...(reference ? ["z differs by"] : []),
    ];
    this.place.replaceChildren(
      html("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Right answers, by kind of trial" }, [html("table", { "aria-label": "Right answers on the trials of this page" }, [
        html("thead", {}, [html("tr", {}, head.map((text) => html("th", { scope: "col" }, [text])))]), html("tbody", {}, rows)])]),
      ...(hasAnswers ? [this.difference(own, reference), this.marks(own)] : []),
      html("p", { class: "quiet" }, [
        `${trials.total > trials.count ? `${trials.count} of ${trials.total} trials are in this page. ` : ""}${hasAnswers ? this.rule : ""}`]));
  }

  // What a circuit loses with a population need not be what the network loses with its units; where it is not, that is said.
  difference(own, reference) {
    const all = Array.from(own.keys());
    const [mine, theirs] = [this.tally(all, own), reference && this.tally(all, reference.z)];
    const isLesion = reference && reference.z !== this.model.data.trials.z;
    const isFar = isLesion && this.model.edits.size === 0 && mine.count > 0 && Math.abs(mine.right - theirs.right) > FAR * mine.count;
    const [p] = this.model.silenced;
    return html("p", { class: "differs" }, isFar
      ? [`Circuit and network differ here: ${mine.right} against ${theirs.right} of ${mine.count} right${mine.towards === null ? "" : `, z at ${fixed(mine.towards, 2)} and ${fixed(theirs.towards, 2)} of the target`}. What the circuit loses with population ${p + 1} need not be what the network loses with its units.`] : []);
  }

  // A mark for each trial, which shows it when pressed.
  marks(own) {
    const { model } = this;
    const { trials } = model.data;
    const marks = html("p", { class: "marks" }, ["Trial by trial: "]);
    for (let b = 0; b < Math.min(trials.count, 60); b++) {
      const { count, right } = this.tally([b], own);
      if (count === 0) continue;
      const words = `${trialName(trials, b)}: ${right === count ? "right" : "wrong"}`;
      marks.append(html("button", {
        type: "button", class: `trial-mark ${right === count ? "right" : "wrong"}`, title: words, "aria-label": words, onclick: () => {
          model.change("trial", b);
          if (model.time !== null) model.go(model.time);
        },
      }, [right === count ? "✓" : "✗"]));
    }
    return marks;
  }
}
