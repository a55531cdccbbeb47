// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// <phi'> against Delta with the present Delta of each population moving on it, and the effective couplings over time.

import { axes, element, html, number, path, scale } from "./svg.js";

const WIDTH = 400;
const HEIGHT = 230;
const FRAME = { left: 58, right: 388, top: 10, bottom: 180 };

// Names of the lines stand to the right of the couplings.
const WIDE = { width: 640, height: 250, frame: { left: 62, right: 470, top: 10, bottom: 200 } };

export class Gains {
  constructor(model, place, couplingPlace) {
    this.model = model;
    this.svg = element("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": "Gain of each population against the deviation of its input" });
    place.append(this.svg);
    this.couplings = couplingPlace;
    this.weight = 0;
    const { weights, vectors } = model.original;
    this.population = -1;
    const count = model.data.circuit.populations.length;
    if (weights > 1 || count > 1) {
      const choice = html("select", { onchange: (event) => {
        this.weight = Number(event.target.value);
        this.drawCouplings();
      } }, vectors.slice(0, weights).map((name, a) => html("option", { value: a }, [name])));
      const part = html("select", { onchange: (event) => {
        this.population = Number(event.target.value);
        this.drawCouplings();
      } }, [html("option", { value: -1 }, ["all populations"]), ...Array.from({ length: count }, (_, p) => html("option", { value: p }, [`population ${p + 1}`]))]);
      couplingPlace.before(html("p", { class: "quiet bar" }, [
        html("label", {}, ["of ", choice]), " with m and I ", ...(count > 1 ? [html("label", {}, ["through ", part])] : []),
        " at the state of each moment: σ̃ = Σ α σ ⟨φ'⟩",
      ]));
    }
    model.listen((changes) => {
      if (["circuit", "input", "start", "time", "trial"].some((x) => changes.has(x))) this.draw();
      if (changes.has("time")) this.mark();
    });
    model.listenCalmly((changes) => {
      if (changes.has("circuit") || changes.has("trial")) this.drawCouplings();
    });
    this.draw();
    this.drawCouplings();
  }

  // The state that is spoken of: the played trial's, else the start of the trajectory, else rest.
  get kappa() {
    const { model } = this;
    if (model.time !== null && model.course) return model.course.kappa[model.time];
    return model.start ?? new Array(model.rank).fill(0);
  }

  draw() {
    const { model } = this;
    const now = model.coarse.gains(this.kappa, model.input);
    const reach = Math.max(2, 1.2 * Math.max(...now.map((g) => g.delta)));
    const out = new Float64Array(4);
    // One curve for every population, at its present mean.
    const curves = now.map(({ mu }) => Array.from({ length: 41 }, (_, i) => {
      const delta = (reach * i) / 40;
      model.coarse.averages(mu, delta * delta, out);
      return [delta, out[1]];
    }));
    const high = 1.08 * Math.max(...curves.flat().map(([, g]) => g), 1e-3);
    const x = scale([0, reach], [FRAME.left, FRAME.right]);
    const y = scale([0, high], [FRAME.bottom, FRAME.top]);
    this.svg.replaceChildren(
      axes(x, y, FRAME, { xName: "Δ", yName: "gain ⟨φ'⟩" }),
      ...curves.map((curve, p) => element("path", { d: path(curve, x, y), class: `gain population${p % 8}` })),
      ...now.map((g, p) => element("circle", { cx: x(g.delta), cy: y(g.gain), r: 6, class: `dot population${p % 8}` },
        [element("title", {}, [`population ${p + 1}: Δ = ${number(g.delta)}, μ = ${number(g.mu)}, gain ${number(g.gain)}`])])),
      ...now.map((g, p) => element("text", { x: x(g.delta) + 9, y: y(g.gain) - 7, class: `tag population${p % 8}` }, [`${p + 1}`])));
  }

  drawCouplings() {
    const { model } = this;
    const trials = model.data.trials;
    if (!trials || !model.course) return;
    const u = trials.u[model.trial];
    const names = model.original.drives;
    const shown = names.map((_, y) => y).slice(0, 8);
    // v of the trial, for the gains on the way.
    const v = new Float64Array(model.original.inputs);
    const lines = shown.map(() => []);
    model.course.kappa.forEach((kappa, t) => {
      for (let k = 0; k < v.length; k++) v[k] += trials.alpha * (u[t][k] - v[k]);
      const drive = model.original.isRate ? u[t] : v;
      const gains = model.coarse.gains(kappa, drive);
      shown.forEach((y, i) => {
        const sum = model.circuit.populations.reduce((total, p, q) => total + (this.population < 0 || this.population === q ? p.fraction : 0) * p.covariance[this.weight][model.original.weights + y] * gains[q].gain, 0);
        lines[i].push([(t + 1) * trials.alpha, sum]);
      });
    });
    const all = lines.flat().map(([, s]) => s);
    const low = Math.min(0, ...all), high = Math.max(0, ...all);
    const x = scale([0, u.length * trials.alpha], [WIDE.frame.left, WIDE.frame.right]);
    const y = scale([low - 0.05 * (high - low), high + 0.05 * (high - low || 1)], [WIDE.frame.bottom, WIDE.frame.top]);
    const svg = element("svg", { viewBox: `0 0 ${WIDE.width} ${WIDE.height}`, role: "img", "aria-label": `Effective couplings of ${model.original.vectors[this.weight]} over the trial` },
      [axes(x, y, WIDE.frame, { xName: "time / τ", yName: "effective σ̃" }), ...lines.map((line, i) => element("path", { d: path(line, x, y), class: `gain population${i % 8}` }))]);
    const taken = [];
    lines.forEach((line, i) => {
      let place = y(line.at(-1)[1]) + 4;
      while (taken.some((other) => Math.abs(other - place) < 13)) place -= 2;
      taken.push(place);
      svg.append(element("text", { x: WIDE.frame.right + 8, y: place, class: `tag population${i % 8}` }, [`${model.original.vectors[this.weight]} with ${model.vector(model.original.weights + shown[i])}`]));
    });
    this.cursor = element("line", { y1: WIDE.frame.top, y2: WIDE.frame.bottom, class: "cursor" });
    this.time = x;
    svg.append(this.cursor);
    this.couplings.replaceChildren(svg);
    this.mark();
  }

  mark() {
    const { model } = this;
    if (!this.cursor) return;
    this.cursor.toggleAttribute("hidden", model.time === null);
    if (model.time === null) return;
    const place = this.time((model.time + 1) * model.data.trials.alpha).toFixed(1);
    this.cursor.setAttribute("x1", place);
    this.cursor.setAttribute("x2", place);
  }
}
