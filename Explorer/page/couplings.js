// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Effective couplings over a trial: what a small change of each drive does to a weight's average, means included; or the part
// of covariance times gain alone.

import { axes, element, fixed, html, path, scale } from "./svg.js";

// Names of the lines stand to the right.
const WIDTH = 480;
const HEIGHT = 220;
const FRAME = { left: 54, right: 312, top: 10, bottom: 176 };
const MOST = 8;

export class Couplings {
  constructor(model, place) {
    this.model = model;
    const { original, data } = model;
    this.count = data.circuit.populations.length;
    this.shown = original.drives.map((_, j) => j).slice(0, MOST);
    const select = (name, entries, change) => html("select", { "aria-label": name, onchange: (event) => {
      change(Number(event.target.value));
      model.tell("view");
    } }, entries.map(([value, words]) => html("option", { value }, [words])));
    this.choices = {
      weight: select("couplings of", original.vectors.slice(0, original.weights).map((name, a) => [a, name]), (a) => { model.view.weight = a; }),
      population: select("through", [[-1, "all populations"], ...Array.from({ length: this.count }, (_, p) => [p, `population ${p + 1}`])], (p) => { model.view.population = p; }),
      isWhole: select("which part", [[1, "whole: means and covariances"], [0, "covariance × gain alone"]], (x) => { model.view.isWhole = x === 1; }),
    };
    this.words = html("p", { class: "quiet" });
    this.place = html("div", { class: "plot" });
    place.append(html("p", { class: "bar" }, [
      html("label", {}, ["of ", this.choices.weight]), ...(this.count > 1 ? [html("label", {}, ["through ", this.choices.population])] : []), this.choices.isWhole,
    ]), this.words, this.place);
    model.listen((changes) => {
      if (changes.has("time")) this.mark();
    });
    model.listenCalmly((changes) => (["circuit", "trial", "view"].some((x) => changes.has(x)) ? this.draw() : null));
    for (const _ of this.draw());
  }

  // lines[p][i][t] of every population, for drive i of those shown.
  *compute() {
    const { model } = this;
    const { weight, isWhole } = model.view;
    const { circuit, coarse, path: steps, course } = model;
    const first = circuit.weights;
    const lines = Array.from({ length: this.count }, () => this.shown.map(() => []));
    for (let t = 0; t < steps.length; t++) {
      const { v, rest } = steps[t];
      if (isWhole) {
        circuit.responses(weight, course.kappa[t], v, rest).forEach((row, p) => this.shown.forEach((j, i) => lines[p][i].push(row[j])));
      } else {
        coarse.gains(course.kappa[t], v, rest).forEach(({ gain }, p) => {
          const { fraction, covariance } = circuit.populations[p];
          this.shown.forEach((j, i) => lines[p][i].push(fraction * covariance[weight][first + j] * gain));
        });
      }
      if (t % 8 === 7) yield;
    }
    return lines;
  }

  *draw() {
    const { model } = this;
    const { alpha } = model.data.trials;
    const { weight, population, isWhole } = model.view;
    for (const [name, select] of Object.entries(this.choices)) select.value = String(Number(model.view[name]));
    const parts = yield* this.compute();
    const sum = this.shown.map((_, i) => parts[0][i].map((_, t) => parts.reduce((total, part) => total + part[i][t], 0)));
    const lines = population < 0 ? sum : parts[population];
    // One scale for all populations and their sum, so that they can be compared.
    let [low, high] = [-0.1, 0.1];
    for (const line of [...parts.flat(), ...sum]) {
      for (const value of line) {
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
    const margin = 0.05 * (high - low);
    const x = scale([0, sum[0].length * alpha], [FRAME.left, FRAME.right]);
    const y = scale([low - margin, high + margin], [FRAME.bottom, FRAME.top]);
    const name = model.vector(weight);
    const own = weight < model.rank ? `m${weight + 1}` : null;
    this.words.textContent = isWhole
      ? `How much the average of ${name}·φ changes for a small change of each κ and each input, at the state of each moment: the whole coupling, ∂⟨${name} φ⟩/∂κ and ∂⟨${name} φ⟩/∂v.`
        + (own && model.rank === 1 ? ` That with κ less 1 is the eigenvalue × τ where κ rests: above 1 small differences grow.` : "")
      : `σ̃ = Σ α σ(${name}, ·) ⟨φ'⟩: without what the populations’ means add, so that signs and sizes can differ from what acts.`;
    const svg = element("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `Effective couplings of ${name} over the trial` }, [
      axes(x, y, FRAME, { xName: "time / τ", yName: isWhole ? "coupling" : "σ̃" }),
      element("line", { x1: FRAME.left, x2: FRAME.right, y1: y(0), y2: y(0), class: "zero" }),
      ...(own && isWhole && model.rank === 1 && high > 0.8 ? [element("line", { x1: FRAME.left, x2: FRAME.right, y1: y(1), y2: y(1), class: "one" }, [element("title", {}, ["1: κ keeps its value"])])] : []),
      ...lines.map((line, i) => element("path", { d: path(line.map((s, t) => [(t + 1) * alpha, s]), x, y), class: `gain population${i % 8}` })),
    ]);
    this.labels = lines.map((_, i) => element("text", { x: FRAME.right + 8, class: `tag population${i % 8}` }));
    this.cursor = element("line", { y1: FRAME.top, y2: FRAME.bottom, class: "cursor" });
    Object.assign(this, { x, y, lines, alpha });
    svg.append(...this.labels, this.cursor);
    this.place.replaceChildren(svg);
    this.mark();
  }

  // The values at the time we are at, or at the end.
  mark() {
    const { model } = this;
    if (!this.lines) return;
    const time = model.time ?? this.lines[0].length - 1;
    const end = this.lines[0].length - 1;
    // From above to below, each a line's height from the one before; pushed up again where they would leave the picture.
    const order = this.lines.map((line, i) => [this.y(line[end]) + 4, i]).sort((a, b) => a[0] - b[0]);
    let free = FRAME.top + 8;
    const places = order.map(([place]) => (free = Math.max(place, free) + 15) - 15);
    let limit = HEIGHT - 4;
    for (let k = places.length - 1; k >= 0; k--) limit = (places[k] = Math.min(places[k], limit)) - 15;
    order.forEach(([, i], k) => {
      const name = this.model.original.drives[this.shown[i]];
      const words = /^m\d+$/.test(name) ? (model.rank === 1 ? "κ" : `κ${name.slice(1)}`) : model.vector(model.original.weights + this.shown[i]);
      this.labels[i].setAttribute("y", places[k]);
      this.labels[i].textContent = `${fixed(this.lines[i][time], 2)}  ${words}`;
    });
    this.cursor.toggleAttribute("hidden", model.time === null);
    if (model.time === null) return;
    const place = this.x((model.time + 1) * this.alpha).toFixed(1);
    this.cursor.setAttribute("x1", place);
    this.cursor.setAttribute("x2", place);
  }
}
