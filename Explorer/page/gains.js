// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// <phi'> against Delta with the present Delta of each population moving on it, and the effective couplings over time.

import { axes, element, number, path, scale } from "./svg.js";

const WIDTH = 400;
const HEIGHT = 230;
const FRAME = { left: 58, right: 388, top: 10, bottom: 180 };

export class Gains {
  constructor(model, place, couplingPlace) {
    this.model = model;
    this.svg = element("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": "Gain of each population against the deviation of its input" });
    place.append(this.svg);
    this.couplings = couplingPlace;
    model.listen((what) => {
      if (what !== "trial") this.draw();
      if (["circuit", "trial", "time"].includes(what)) this.drawCouplings();
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
    const now = model.circuit.gains(this.kappa, model.input);
    const reach = Math.max(2, 1.2 * Math.max(...now.map((g) => g.delta)));
    const out = new Float64Array(4);
    // One curve for every population, at its present mean.
    const curves = now.map(({ mu }) => Array.from({ length: 61 }, (_, i) => {
      const delta = (reach * i) / 60;
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
        const sum = model.circuit.populations.reduce((total, p, q) => total + p.fraction * p.covariance[0][model.original.weights + y] * gains[q].gain, 0);
        lines[i].push([(t + 1) * trials.alpha, sum]);
      });
    });
    const all = lines.flat().map(([, s]) => s);
    const low = Math.min(0, ...all), high = Math.max(0, ...all);
    const x = scale([0, u.length * trials.alpha], [FRAME.left, FRAME.right]);
    const y = scale([low - 0.05 * (high - low), high + 0.05 * (high - low || 1)], [FRAME.bottom, FRAME.top]);
    const svg = element("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": "Effective couplings of n1 over the trial" },
      [axes(x, y, FRAME, { xName: "time /τ", yName: "effective σ̃" }), ...lines.map((line, i) => element("path", { d: path(line, x, y), class: `gain population${i % 8}` }))]);
    const taken = [];
    lines.forEach((line, i) => {
      let place = y(line.at(-1)[1]) + 4;
      while (taken.some((other) => Math.abs(other - place) < 12)) place -= 12;
      taken.push(place);
      svg.append(element("text", { x: FRAME.right - 4, y: place, "text-anchor": "end", class: `tag population${i % 8}` }, [`n1 with ${label(model, names[shown[i]])}`]));
    });
    if (model.time !== null) svg.append(element("line", { x1: x((model.time + 1) * trials.alpha), x2: x((model.time + 1) * trials.alpha), y1: FRAME.top, y2: FRAME.bottom, class: "cursor" }));
    this.couplings.replaceChildren(svg);
  }
}

function label(model, vector) {
  const match = /^I(\d+)$/.exec(vector);
  return match ? model.inputNames[Number(match[1]) - 1] ?? vector : vector;
}
