// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// What is known about the trials: their conditions in words, when something is asked, which answers are right.

import { wordFor } from "./data.js";
import { number } from "./svg.js";

// A trial's conditions in words.
export function trialName(trials, b) {
  const words = (trials.conditions ?? []).map((c) => `${c.name} ${wordFor(c, c.values[b])}`).join(", ");
  return words ? `${b + 1}: ${words}` : `trial ${b + 1}`;
}

// The epoch of a step; empty where it is not known.
export function epochAt(trials, b, step) {
  return trials.epochs?.[b]?.find(([, from, to]) => step >= from && step < to)?.[0] ?? "";
}

// The steps [from, to) in which something is asked of an output; null where nothing is.
export function windowOf(trials, b, o = 0) {
  const target = trials.target?.[b];
  if (!target || o >= (target[0]?.length ?? 0)) return null;
  const from = target.findIndex((row) => !Number.isNaN(row[o]));
  return from < 0 ? null : [from, target.findLastIndex((row) => !Number.isNaN(row[o])) + 1];
}

// An answer of one output by the engine's rule: the sign of its mean over the steps at which something is asked, or, for
// graded answers, whether it stays within the tolerance. Null where no answer is asked for. towards: the mean in units of the
// target's own, 1 where it is reached, -1 where it is the opposite.
export function answer(trials, z, b, o) {
  const target = trials.target?.[b];
  if (!target || !trials.decides?.[o]) return null;
  let [sum, wanted, squares, count] = [0, 0, 0, 0];
  for (let t = 0; t < target.length; t++) {
    const asked = target[t][o];
    if (Number.isNaN(asked)) continue;
    sum += z[t][o];
    wanted += asked;
    squares += (z[t][o] - asked) ** 2;
    count += 1;
  }
  if (count === 0) return null;
  const towards = wanted === 0 ? null : sum / wanted;
  if (trials.tolerance !== undefined) return { isRight: squares <= trials.tolerance ** 2 * count, towards };
  return wanted === 0 ? null : { isRight: towards > 0, towards };
}

// The rule in words.
export function ruleWords(trials) {
  if (!trials.decides?.some(Boolean)) return "";
  const windows = Array.from({ length: trials.count }, (_, b) => windowOf(trials, b, trials.decides.indexOf(true))).filter(Boolean);
  if (windows.length === 0) return "";
  const time = (step) => number(step * trials.alpha, 3);
  const spans = new Set(windows.map(([from, to]) => `${time(from)} to ${time(to)} τ`));
  const when = !trials.hasWindow ? "the last step" : spans.size === 1 ? `the response window (${[...spans][0]})` : "the response window at its end";
  return trials.tolerance === undefined
    ? `A trial is right if the mean of z over ${when} has the target’s sign, however small it is: by chance half of them are. “Towards” says how far z goes towards the target on average: 1 reaches it, −1 is its opposite.`
    : `A trial is right if z stays within ${number(trials.tolerance)} of the target over ${when} (root of the mean square).`;
}

// How the numbers of the conditions are related to inputs: "colour 4 is an input of 0.4 in “stimulus”", where a line through the
// mean inputs of an epoch explains nearly all of them.
export function scaleWords(trials, inputNames, panels) {
  const words = [];
  for (const condition of trials.conditions ?? []) {
    if (condition.words || new Set(condition.values).size < 2) continue;
    const found = fits(trials, inputNames, condition, panels);
    if (found) words.push(found);
  }
  return words;
}

function fits(trials, inputNames, condition, panels) {
  const names = [...new Set((trials.epochs ?? []).flat().map(([name]) => name))];
  let best = null;
  for (const name of names) {
    for (let k = 0; k < inputNames.length; k++) {
      const places = [];
      for (let b = 0; b < trials.count; b++) {
        const epoch = trials.epochs[b].find(([n]) => n === name);
        if (!epoch) continue;
        let sum = 0;
        for (let t = epoch[1]; t < epoch[2]; t++) sum += trials.u[b][t][k];
        places.push([condition.values[b], sum / (epoch[2] - epoch[1])]);
      }
      const line = fit(places);
      if (line && line.share > 0.95 && (!best || line.share > best.share)) best = { ...line, k, name };
    }
  }
  if (!best) return "";
  // The trials' means have noise; the inputs of the task's panels have none.
  const found = best.slope * best.reach + best.shift;
  const exact = (panels ?? []).filter((panel) => panel.title.includes(best.name)).map((panel) => panel.input[best.k])
    .find((x) => Math.abs(x - found) < 0.1 * Math.abs(found));
  const input = condition.name === inputNames[best.k] ? "an input" : `an input ${inputNames[best.k]}`;
  return `${condition.name} ${number(best.reach, 3)} is ${input} of ${exact === undefined ? `about ${number(found, 2)}` : number(exact, 3)} in “${best.name}”`;
}

function fit(places) {
  const count = places.length;
  if (count < 3) return null;
  const mean = (i) => places.reduce((sum, p) => sum + p[i], 0) / count;
  const [x, y] = [mean(0), mean(1)];
  let [xx, xy, yy] = [0, 0, 0];
  for (const [a, b] of places) {
    xx += (a - x) ** 2;
    xy += (a - x) * (b - y);
    yy += (b - y) ** 2;
  }
  if (!(xx > 0) || !(yy > 0)) return null;
  const slope = xy / xx;
  return { slope, shift: y - slope * x, share: (xy * xy) / (xx * yy), reach: Math.max(...places.map(([a]) => a)) };
}
