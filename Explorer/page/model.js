// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// What the page shows: the circuit as changed so far, the input, the start of a trajectory, the trial. One object, one
// list of listeners; everything drawn is made from it.

import { Circuit } from "../circuit/circuit.js";
import { newton, scan } from "../circuit/fixed-points.js";
import { Frames } from "./frames.js";
import { PointSearch } from "./search.js";
import { fixed, number } from "./svg.js";

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
    this.run(this.circuit);
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
    // The inputs of the hand, while those of a trial are on.
    this.own = null;
    // Which couplings are drawn over time, and which conditions trials are listed by (a value for each place that is chosen).
    this.view = { weight: 0, population: -1, isWhole: true };
    this.filters = {};
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
    this.moved = this.grasped = this.newsPlace = null;
    this.action = this.newsAction = null;
    this.cause = "";
    // Nothing is compared with what was before.
    this.reference = null;
    this.frames.works.delete("locate");
  }

  reset() {
    this.clear();
    this.tell("circuit", "input", "start", "axes", "held", "trial", "time", "showsBasins", "view", "filters");
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
    if (changes.has("circuit")) this.run(this.circuit);
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
    this.grasp(name);
    if (value === this.measured(name)) this.edits.delete(name);
    else this.edits.set(name, value);
    this.tell("circuit");
  }

  // Moving an input within a trial leaves it: the others stay as they were at that moment.
  setInput(k, value) {
    this.forgetTrial();
    this.grasp(`input:${k}`);
    this.input[k] = value;
    this.tell("input");
  }

  setInputs(values, name) {
    this.forgetTrial();
    this.input = [...values];
    this.act(`inputs ${values}`, ` under ${name}`);
    this.tell("input");
  }

  // The slider that is moved, and where it stood before.
  grasp(name) {
    if (this.moved !== name) this.grasped = { name, value: this.value(name) };
    this.moved = this.action = name;
    this.cause = "";
  }

  // Something else that is done, and its name in news.
  act(action, cause = "") {
    this.moved = this.grasped = null;
    this.action = action;
    this.cause = cause;
  }

  // Puts the inputs of a step of the trial on; those of the hand come back when the trial is left.
  go(time) {
    this.own ??= [...this.input];
    this.time = time;
    this.input = [...this.data.trials.u[this.trial][time]];
    this.act("play", ` by t = ${number((time + 1) * this.data.trials.alpha)} τ of the trial`);
    this.tell("input", "time");
  }

  leave() {
    if (this.time === null) return;
    this.time = null;
    this.input = this.own ?? this.input;
    this.own = null;
    this.reference = null;
    this.act("leave");
    this.tell("input", "time");
  }

  forgetTrial() {
    if (this.time === null) return;
    this.time = this.own = this.reference = null;
    this.tell("time");
  }

  // What the inputs have become inside phi, and what decays, after each step of the present trial.
  get path() {
    if (this.pathTrial !== this.trial) {
      const { original } = this;
      const { alpha } = this.data.trials;
      const { v, start } = original.start();
      this.pathTrial = this.trial;
      this.pathSteps = this.data.trials.u[this.trial].map((u, t) => {
        for (let k = 0; k < v.length; k++) v[k] += alpha * (u[k] - v[k]);
        const left = start * (1 - alpha) ** (t + 1);
        return { v: original.isRate ? u : Array.from(v), rest: { current: 1 - left, start: left } };
      });
    }
    return this.pathSteps;
  }

  // What acts inside phi: the inputs, which are held; within a trial what they have become by then.
  get drive() {
    return this.time === null ? this.input : this.path[this.time].v;
  }

  // The state that is spoken of, and in words: the trial's, the start of the trajectory, or no activity.
  get state() {
    if (this.time !== null && this.course) {
      return { kappa: this.course.kappa[this.time], ...this.path[this.time], words: "at this moment of the trial" };
    }
    return this.start
      ? { kappa: this.start, v: this.drive, words: "at the start of the trajectory" }
      : { kappa: new Array(this.rank).fill(0), v: this.drive, words: "at κ = 0 under the inputs set here" };
  }

  silence(p, isSilent) {
    if (isSilent) this.silenced.add(p);
    else this.silenced.delete(p);
    this.act(`silence ${[...this.silenced]}`, ` with population ${p + 1} ${isSilent ? "silenced" : "active again"}`);
    this.tell("circuit");
  }

  change(key, value) {
    this[key] = value;
    this.tell(key);
  }

  // The circuit with the present edits, or with one of them at another value.
  build(name, value, silenced = this.silenced) {
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
      for (const p of silenced) {
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
      this.impossible = this.findImpossible();
    }
    // While the hand moves, a circuit of coarse averages runs the trial.
    if (changes.has("circuit")) this.run(this.coarse);
    else if (changes.has("trial")) this.run(this.circuit);
    if (!changes.has("circuit") && !changes.has("input")) return;
    this.search.follow(this.circuit, this.coarse, this.drive);
    this.notice(this.rank === 1);
    if (this.rank > 1) {
      this.frames.work("search", this.search.search(), () => {
        this.notice(true);
        this.frames.ask("points");
      });
    }
  }

  // What a circuit does in the present trial; everything that is drawn of a trial shows this.
  run(circuit) {
    const { trials } = this.data;
    if (trials) this.course = circuit.simulate(trials.u[this.trial]);
  }

  // Populations whose covariances of m and inputs were moved to where no units can have them: some Delta^2 would be negative.
  findImpossible() {
    const { weights } = this.original;
    const moved = new Set([...this.edits.keys()].map((name) => name.split(":")).filter(([, kind, i, j]) => kind === "cov" && i >= weights && j >= weights).map(([p]) => Number(p)));
    return [...moved].filter((p) => !isPossible(this.circuit.populations[p].covariance.slice(weights).map((row) => Array.from(row.slice(weights))))).sort();
  }

  // The points and the value that is being moved, to compare later ones with.
  remember() {
    this.reference = { name: this.moved, value: this.moved ? this.value(this.moved) : null, points: [...this.points] };
  }

  // Fixed points that are no more, or new: in words, as ghosts, and where that happened. While they are still looked for,
  // they can only become fewer.
  notice(isComplete) {
    const { reference } = this;
    const [before, now] = [reference?.points ?? this.points, this.points];
    if (before.length === now.length || (!isComplete && now.length > before.length)) {
      // News stay while the same thing is moved on, and not back over the place where they happened.
      const place = this.newsPlace;
      const isBack = place && place.name === this.moved && Math.sign(this.value(place.name) - place.value) !== place.side;
      if (this.action !== this.newsAction || isBack) {
        this.news = "";
        this.ghosts = [];
      }
      if (isComplete) this.remember();
      return;
    }
    this.newsAction = this.action;
    this.newsPlace = null;
    const count = Math.abs(before.length - now.length);
    const isLoss = now.length < before.length;
    this.ghosts = isLoss ? nearestPairs(before, now).map((p) => p.kappa) : [];
    this.news = this.difference(count, isLoss) + this.cause;
    const name = this.moved;
    const old = reference.name === name ? reference.value : this.grasped?.name === name ? this.grasped.value : null;
    if (name && old !== null && old !== this.value(name)) {
      const [many, from, to] = isLoss ? [before, old, this.value(name)] : [now, this.value(name), old];
      this.frames.work("locate", this.locate(name, [...many], from, to));
    }
    this.remember();
  }

  // Beyond rank 3 the search is too coarse to say that a point was not there before, or is no more.
  difference(count, isLoss) {
    if (this.rank > 3) return isLoss ? `${count} fewer ${count === 1 ? "is" : "are"} found` : `${count} more ${count === 1 ? "was" : "were"} found`;
    return `${count === 1 ? "1 fixed point has" : `${count} fixed points have`} ${isLoss ? "met and vanished" : "appeared"}`;
  }

  // Where the many points that there are at one value stop being so many on the way to another.
  *locate(name, many, from, to) {
    const news = this.news;
    // First where all of them are said to be: if they are not, something else was changed in between.
    for (let i = -1; i < 24 && Math.abs(to - from) > 1e-5 * (1 + Math.abs(from)); i++) {
      const middle = i < 0 ? from : (from + to) / 2;
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
      } else if (i < 0) return;
      else to = middle;
      yield;
    }
    const value = (from + to) / 2;
    const values = (this.bifurcations.get(name) ?? []).filter((x) => Math.abs(x - value) > 2e-3);
    this.bifurcations.set(name, [...values, value].slice(-8));
    if (this.news === news && this.moved === name) {
      this.news = `${news} at ${this.label(name)} = ${fixed(value, 3)}`;
      this.newsPlace = { name, value, side: Math.sign(this.value(name) - value) };
    }
    this.frames.ask("points");
  }

  get isChanged() {
    return this.edits.size > 0 || this.silenced.size > 0;
  }

  // The changed circuit as circuit.json.
  file() {
    return {
      ...this.circuit.file,
      provenance: {
        ...(this.data.circuit.provenance ?? {}), changed: this.isChanged ? "by hand, in the explorer" : "no",
        ...(this.data.inputNames ? { "names of I1, I2, …": this.inputNames.join(", ") } : {}),
      },
    };
  }

  // The state as a short text for links, and back.
  get link() {
    const { weight, population, isWhole } = this.view;
    const state = {
      e: [...this.edits], q: [...this.silenced], i: this.own ?? this.input, s: this.start, t: this.trial, a: this.axes, h: this.held,
      ...(this.time === null ? {} : { n: this.time }), ...(this.showsBasins ? { b: 1 } : {}), ...(this.follows ? { o: 1 } : {}),
      ...(weight === 0 && population < 0 && isWhole ? {} : { v: [weight, population, isWhole ? 1 : 0] }),
      ...(Object.keys(this.filters).length > 0 ? { f: this.filters } : {}),
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
    if (state === null || typeof state !== "object" || !["e", "q", "i"].every((key) => Array.isArray(state[key]))) return false;
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
        && (kind === "mean" || (kind === "cov" && isPlace(j) && (i !== j || entry[1] >= 0)));
      if (isKnown) this.edits.set(entry[0], entry[1]);
    }
    for (const p of Array.isArray(state.q) ? state.q : []) if (Number.isInteger(p) && p >= 0 && p < populations.length) this.silenced.add(p);
    if (isList(state.i, this.input.length)) this.input = state.i;
    if (isList(state.s, this.rank)) this.start = state.s;
    if (Number.isInteger(state.t) && state.t >= 0 && state.t < (this.data.trials?.count ?? 0)) this.trial = state.t;
    if (Array.isArray(state.a) && state.a.length === this.axes.length
      && state.a.every((r) => Number.isInteger(r) && r >= 0 && r < this.rank) && new Set(state.a).size === state.a.length) this.axes = state.a;
    if (isList(state.h, this.rank)) this.held = state.h;
    this.showsBasins = state.b === 1;
    this.follows = state.o === 1;
    if (isList(state.v, 3)) {
      const [weight, population, isWhole] = state.v;
      if (Number.isInteger(weight) && weight >= 0 && weight < this.original.weights) this.view.weight = weight;
      if (Number.isInteger(population) && population >= -1 && population < populations.length) this.view.population = population;
      this.view.isWhole = isWhole !== 0;
    }
    for (const [place, value] of Object.entries(state.f && typeof state.f === "object" ? state.f : {})) {
      if (this.data.trials?.conditions?.[place]?.values.includes(value)) this.filters[place] = value;
    }
    if (Number.isInteger(state.n) && state.n >= 0 && state.n < (this.data.trials?.steps ?? 0)) this.go(state.n);
    this.tell("circuit", "input", "start", "axes", "held", "trial", "time", "showsBasins", "view", "filters");
    return true;
  }
}

// Whether a matrix can be one of covariances: whether Cholesky's factors exist, up to rounding.
export function isPossible(rows) {
  const size = rows.reduce((sum, row, i) => sum + Math.abs(row[i]), 0);
  const a = rows.map((row) => [...row]);
  for (let k = 0; k < a.length; k++) {
    if (a[k][k] < -1e-9 * size) return false;
    for (let i = k + 1; i < a.length; i++) {
      // A variance of zero leaves no covariance.
      if (a[k][k] <= 1e-9 * size) {
        if (Math.abs(a[i][k]) > 1e-6 * size) return false;
        continue;
      }
      const factor = a[i][k] / a[k][k];
      for (let j = k + 1; j < a.length; j++) a[i][j] -= factor * a[k][j];
    }
  }
  return true;
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
