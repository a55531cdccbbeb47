// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// What the page shows: the circuit as changed so far, the input, the start of a trajectory, the trial. One object, one
// list of listeners; everything drawn is made from it.

import { Circuit } from "../circuit/circuit.js";
import { newton, scan } from "../circuit/fixed-points.js";
import { Frames } from "./frames.js";
import { PointSearch } from "./search.js";

export class Model {
  constructor(data) {
    this.data = data;
    this.original = new Circuit(data.circuit);
    this.rank = this.original.rank;
    this.inputNames = Array.from({ length: this.original.inputs }, (_, k) => data.inputNames?.[k] ?? (this.original.inputs === 1 ? "u" : `u${k + 1}`));
    this.listeners = [];
    this.calmListeners = [];
    this.frames = new Frames((changes) => this.draw(changes), (changes) => this.settle(changes));
    this.search = new PointSearch();
    this.isMoving = false;
    this.clear();
    this.update(new Set(["circuit"]));
    // Up to rank 3 a first search takes less than a moment; beyond, points come in one by one.
    if (this.rank <= 3) {
      this.frames.works.delete("search");
      for (const _ of this.search.search());
      this.remember();
    }
  }

  clear() {
    this.edits = new Map();
    this.silenced = new Set();
    this.input = new Array(this.original.inputs).fill(0);
    this.start = null;
    this.trial = 0;
    this.time = null;
    this.showsBasins = false;
    this.axes = this.rank === 1 ? [0] : [0, 1];
    this.held = new Array(this.rank).fill(0);
    this.follows = false;
    this.news = "";
    this.ghosts = [];
    this.bifurcations = new Map();
    this.moved = null;
    this.action = this.newsAction = null;
  }

  reset() {
    this.clear();
    this.tell("circuit", "start", "axes", "trial", "time", "showsBasins");
  }

  // listener(changes) in the next frame; calm listeners are generators or functions for when the hand rests.
  listen(listener) {
    this.listeners.push(listener);
  }

  listenCalmly(listener) {
    this.calmListeners.push(listener);
  }

  tell(...changes) {
    this.isMoving = true;
    for (const what of changes) this.frames.ask(what);
  }

  draw(changes) {
    this.update(changes);
    for (const listener of this.listeners) listener(changes);
  }

  *settle(changes) {
    this.isMoving = false;
    for (const listener of this.calmListeners) {
      const work = listener(changes);
      if (work) yield* work;
      yield;
    }
  }

  // Parameters are named p:kind:i:j, e.g. 0:cov:1:3 or 2:mean:4, inputs input:k; edits hold the new values.
  value(name) {
    if (name.startsWith("input:")) return this.input[Number(name.slice(6))];
    return this.edits.get(name) ?? this.measured(name);
  }

  measured(name) {
    const [p, kind, i, j] = name.split(":");
    const population = this.data.circuit.populations[p];
    return kind === "mean" ? population.mean[i] : population.covariance[i][j];
  }

  // A vector as people call it: those of inputs by the inputs' names, where there are any.
  vector(i) {
    const name = this.original.vectors[i];
    const match = /^I(\d+)$/.exec(name);
    return (match && this.data.inputNames?.[Number(match[1]) - 1]) ?? name;
  }

  // What people call a parameter.
  label(name) {
    if (name.startsWith("input:")) return this.inputNames[Number(name.slice(6))];
    const [p, kind, i, j] = name.split(":");
    const words = kind === "mean" ? `mean ${this.vector(i)}` : `σ(${this.vector(i)}, ${this.vector(j)})`;
    return this.data.circuit.populations.length > 1 ? `${words} of population ${Number(p) + 1}` : words;
  }

  set(name, value) {
    if (value === this.measured(name)) this.edits.delete(name);
    else this.edits.set(name, value);
    this.moved = this.action = name;
    this.tell("circuit");
  }

  setInput(k, value) {
    this.input[k] = value;
    this.moved = this.action = `input:${k}`;
    this.tell("input");
  }

  setInputs(values) {
    this.input = [...values];
    this.moved = null;
    this.action = `inputs ${values}`;
    this.tell("input");
  }

  silence(p, isSilent) {
    if (isSilent) this.silenced.add(p);
    else this.silenced.delete(p);
    this.moved = null;
    this.action = `silence ${[...this.silenced]}`;
    this.tell("circuit");
  }

  change(key, value) {
    this[key] = value;
    this.tell(key);
  }

  // The circuit with the present edits, or with one of them at another value.
  build(name, value) {
    const weights = this.original.weights;
    return this.original.changed((populations) => {
      const edits = name && !name.startsWith("input:") ? [...this.edits, [name, value]] : this.edits;
      for (const [edit, number] of edits) {
        const [p, kind, i, j] = edit.split(":");
        if (kind === "mean") populations[p].mean[i] = number;
        else {
          populations[p].covariance[i][j] = number;
          populations[p].covariance[j][i] = number;
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
  }

  inputWith(name, value) {
    if (!name?.startsWith("input:")) return this.input;
    const input = [...this.input];
    input[Number(name.slice(6))] = value;
    return input;
  }

  get points() {
    return this.search.points;
  }

  update(changes) {
    if (changes.has("circuit")) {
      this.circuit = this.build();
      this.coarse = this.circuit.coarse();
    }
    if (!changes.has("circuit") && !changes.has("input")) return;
    this.search.follow(this.circuit, this.coarse, this.input, true);
    this.notice();
    if (this.rank > 1) {
      this.frames.work("search", this.search.search(), () => {
        this.notice();
        this.remember();
        this.frames.ask("points");
      });
    }
  }

  // The points and the value that is being moved, to compare later ones with.
  remember() {
    this.reference = { name: this.moved, value: this.moved ? this.value(this.moved) : null, points: [...this.points] };
  }

  // Fixed points that are no more, or new: in words, as ghosts, and where that happened.
  notice() {
    const { reference } = this;
    const [before, now] = [reference?.points ?? this.points, this.points];
    if (before.length === now.length) {
      // News stay while the same thing is moved on.
      if (this.action !== this.newsAction) {
        this.news = "";
        this.ghosts = [];
      }
      this.remember();
      return;
    }
    this.newsAction = this.action;
    const count = Math.abs(before.length - now.length);
    const points = count === 1 ? "1 fixed point has" : `${count} fixed points have`;
    const isLoss = now.length < before.length;
    this.ghosts = isLoss ? nearestPairs(before, now).map((p) => p.kappa) : [];
    this.news = isLoss ? `${points} met and vanished` : `${points} appeared`;
    const name = this.moved;
    if (name && reference?.name === name && reference.value !== this.value(name)) {
      const [many, from, to] = isLoss ? [before, reference.value, this.value(name)] : [now, this.value(name), reference.value];
      this.frames.work("locate", this.locate(name, [...many], from, to));
    }
    this.remember();
  }

  // Where the many points that there are at one value stop being so many on the way to another.
  *locate(name, many, from, to) {
    const news = this.news;
    for (let i = 0; i < 24 && Math.abs(to - from) > 1e-5 * (1 + Math.abs(from)); i++) {
      const middle = (from + to) / 2;
      const [circuit, input] = [this.build(name, middle), this.inputWith(name, middle)];
      const box = circuit.box(3).map((x) => 1.05 * x + 1e-9);
      let found = [];
      if (this.rank === 1) found = scan(circuit.coarse(), circuit, input, box);
      else {
        for (const point of many) {
          const kappa = newton(circuit, point.kappa, input, box);
          if (kappa && !found.some((other) => distance(other, kappa) < 1e-6)) found.push(Array.from(kappa));
          yield;
        }
      }
      if (found.length >= many.length) {
        from = middle;
        many = found.map((kappa) => ({ kappa }));
      } else to = middle;
      yield;
    }
    const value = (from + to) / 2;
    const values = (this.bifurcations.get(name) ?? []).filter((x) => Math.abs(x - value) > 2e-3);
    this.bifurcations.set(name, [...values, value].slice(-8));
    if (this.news === news) this.news = `${news} at ${this.label(name)} = ${value.toFixed(3)}`;
    this.frames.ask("points");
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
    this.clear();
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
    if (Number.isInteger(state.t) && state.t >= 0 && state.t < (this.data.trials?.count ?? 0)) this.trial = state.t;
    if (Array.isArray(state.a) && state.a.length === this.axes.length
      && state.a.every((r) => Number.isInteger(r) && r >= 0 && r < this.rank) && new Set(state.a).size === state.a.length) this.axes = state.a;
    if (isList(state.h, this.rank)) this.held = state.h;
    this.reference = null;
    this.tell("circuit", "start", "axes", "trial", "time");
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
