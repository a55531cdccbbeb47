// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// What the page shows: the circuit as changed so far, the input, the start of a trajectory, the trial. One object, one
// list of listeners; everything drawn is made from it.

import { Circuit } from "../circuit/circuit.js";
import { fixedPoints } from "../circuit/fixed-points.js";

export class Model {
  constructor(data) {
    this.data = data;
    this.original = new Circuit(data.circuit);
    this.rank = this.original.rank;
    this.inputNames = Array.from({ length: this.original.inputs }, (_, k) => data.inputNames?.[k] ?? `I${k + 1}`);
    this.listeners = [];
    this.reset();
  }

  reset() {
    this.edits = new Map();
    this.silenced = new Set();
    this.input = Array.from({ length: this.original.inputs }, (_, k) => this.data.rest?.[k] ?? 0);
    this.start = null;
    this.trial = 0;
    this.time = null;
    this.showsBasins = false;
    this.axes = this.rank === 1 ? [0] : [0, 1];
    this.held = new Array(this.rank).fill(0);
    this.news = "";
    this.lastPoints = null;
    this.ghosts = [];
    this.rebuild();
  }

  listen(listener) {
    this.listeners.push(listener);
  }

  // Parameters are named p:kind:i:j, e.g. 0:cov:1:3 or 2:mean:4; edits hold their new values.
  value(name) {
    return this.edits.get(name) ?? this.measured(name);
  }

  measured(name) {
    const [p, kind, i, j] = name.split(":");
    const population = this.data.circuit.populations[p];
    return kind === "mean" ? population.mean[i] : population.covariance[i][j];
  }

  set(name, value) {
    if (value === this.measured(name)) this.edits.delete(name);
    else this.edits.set(name, value);
    this.rebuild();
    this.tell("circuit");
  }

  setInput(k, value) {
    this.input[k] = value;
    this.findPoints();
    this.tell("input");
  }

  setInputs(values) {
    this.input = [...values];
    this.findPoints();
    this.tell("input");
  }

  silence(p, isSilent) {
    if (isSilent) this.silenced.add(p);
    else this.silenced.delete(p);
    this.rebuild();
    this.tell("circuit");
  }

  change(key, value) {
    this[key] = value;
    this.tell(key);
  }

  tell(what) {
    for (const listener of this.listeners) listener(what);
  }

  rebuild() {
    const weights = this.original.weights;
    this.circuit = this.original.changed((populations) => {
      for (const [name, value] of this.edits) {
        const [p, kind, i, j] = name.split(":");
        if (kind === "mean") populations[p].mean[i] = value;
        else {
          populations[p].covariance[i][j] = value;
          populations[p].covariance[j][i] = value;
        }
      }
      // A silent population's rates act on nothing: its n and w count as zero.
      for (const p of this.silenced) {
        for (let a = 0; a < weights; a++) {
          populations[p].mean[a] = 0;
          populations[p].covariance[a].fill(0);
          for (const row of populations[p].covariance) row[a] = 0;
        }
      }
    });
    this.coarse = this.circuit.coarse();
    this.findPoints();
  }

  // Fixed points now, and those of a moment ago that are no more.
  findPoints() {
    const before = this.lastPoints;
    this.points = fixedPoints(this.circuit, this.input, { nodes: this.rank === 1 ? 401 : this.rank === 2 ? 9 : undefined });
    this.news = "";
    if (before && before.length > this.points.length) {
      const left = before.filter((p) => !this.points.some((q) => distance(p.kappa, q.kappa) < 0.25 * this.size()));
      const gone = left.length >= before.length - this.points.length ? left : nearestPairs(before, this.points);
      this.ghosts = gone.map((p) => p.kappa);
      this.news = `${before.length - this.points.length} fixed points have met and vanished`;
    } else if (before && before.length < this.points.length) {
      this.ghosts = [];
      this.news = `${this.points.length - before.length} fixed points have appeared`;
    }
    this.lastPoints = this.points;
  }

  size() {
    return Math.max(...this.original.box(this.data.reach ?? 3));
  }

  get isChanged() {
    return this.edits.size > 0 || this.silenced.size > 0;
  }

  // The changed circuit as circuit.json.
  file() {
    return {
      ...this.circuit.file,
      provenance: { ...(this.data.circuit.provenance ?? {}), changed: this.isChanged ? "by hand, in the explorer" : "no" },
    };
  }

  // The state as a short text for links, and back.
  get link() {
    const state = {
      e: [...this.edits], q: [...this.silenced], i: this.input, s: this.start, t: this.trial, a: this.axes, h: this.held,
    };
    return "#" + encodeURIComponent(JSON.stringify(state));
  }

  restore(hash) {
    let state;
    try {
      state = JSON.parse(decodeURIComponent(hash.slice(1)));
    } catch {
      return false;
    }
    if (state === null || typeof state !== "object") return false;
    const isNumber = (x) => typeof x === "number" && Number.isFinite(x) && Math.abs(x) < 1e6;
    const isList = (list, count) => Array.isArray(list) && list.length === count && list.every(isNumber);
    this.reset();
    const populations = this.data.circuit.populations;
    const count = this.original.vectors.length;
    const isPlace = (i) => /^\d+$/.test(i ?? "") && Number(i) < count;
    for (const entry of Array.isArray(state.e) ? state.e : []) {
      if (!Array.isArray(entry) || typeof entry[0] !== "string" || !isNumber(entry[1])) continue;
      const [p, kind, i, j] = entry[0].split(":");
      const isKnown = /^\d+$/.test(p) && Number(p) < populations.length && isPlace(i)
        && (kind === "mean" || (kind === "cov" && isPlace(j)));
      if (isKnown) this.edits.set(entry[0], entry[1]);
    }
    for (const p of Array.isArray(state.q) ? state.q : []) if (Number.isInteger(p) && p >= 0 && p < populations.length) this.silenced.add(p);
    if (isList(state.i, this.input.length)) this.input = state.i;
    if (isList(state.s, this.rank)) this.start = state.s;
    if (Number.isInteger(state.t) && state.t >= 0 && state.t < (this.data.trials?.u.length ?? 0)) this.trial = state.t;
    if (Array.isArray(state.a) && state.a.length === this.axes.length
      && state.a.every((r) => Number.isInteger(r) && r >= 0 && r < this.rank) && new Set(state.a).size === state.a.length) this.axes = state.a;
    if (isList(state.h, this.rank)) this.held = state.h;
    this.lastPoints = null;
    this.rebuild();
    this.tell("circuit");
    return true;
  }
}

export function distance(a, b) {
  return Math.hypot(...a.map((x, i) => x - b[i]));
}

// The points of a set that are farthest from any of another.
function nearestPairs(before, now) {
  const far = before.map((p) => [Math.min(...now.map((q) => distance(p.kappa, q.kappa)), Infinity), p]);
  far.sort((a, b) => b[0] - a[0]);
  return far.slice(0, before.length - now.length).map(([, p]) => p);
}
