// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// <phi'> against Delta, with the present Delta of each population moving on it.

import { axes, element, fixed, html, number, path, scale } from "./svg.js";

const WIDTH = 380;
const HEIGHT = 190;
const FRAME = { left: 54, right: 372, top: 18, bottom: 146 };

// The largest gain that an average can have.
const LARGEST = { tanh: 1, erf: 2 / Math.sqrt(Math.PI), relu: 1, softplus: 1, logistic: 0.25, linear: 1 };

export class Gains {
  constructor(model, place, words) {
    this.model = model;
    this.svg = element("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", class: "gains", "aria-label": "Gain of each population against the spread of its input" });
    place.append(this.svg);
    // The same in words, and the state that it is about.
    this.about = html("span");
    this.readings = model.data.circuit.populations.map((_, p) => html("span", { class: "reading" }));
    words.append(html("p", { class: "quiet" }, ["Gain ", this.about, ":"]), html("p", { class: "readings" }, this.readings));
    this.curves = model.data.circuit.populations.map((_, p) => element("path", { class: `gain population${p % 8}` }));
    this.axes = element("g");
    this.dots = element("g");
    this.svg.append(this.axes, ...this.curves, this.dots);
    // Axes that stay: up to the largest gain there is, and as far as Delta comes in some trials.
    this.y = scale([0, 1.06 * LARGEST[model.original.transfer]], [FRAME.bottom, FRAME.top]);
    this.reach = 0;
    this.widen(this.usual());
    model.listen((changes) => {
      if (["circuit", "input", "start", "time", "trial"].some((x) => changes.has(x))) this.draw();
    });
    this.draw();
  }

  // The largest Delta of the circuit in a few trials, or far out in its box.
  usual() {
    const { original, data } = this.model;
    const coarse = original.coarse();
    const largest = (kappa, v) => Math.max(...coarse.gains(kappa, v).map((g) => g.delta));
    const { trials } = data;
    if (!trials?.kappa) return largest(original.box(data.reach ?? 3).map((x) => 0.6 * x), new Array(original.inputs).fill(0));
    let most = 0;
    for (let b = 0; b < Math.min(trials.count, 6); b++) {
      for (let t = 0; t < trials.steps; t += Math.ceil(trials.steps / 12)) most = Math.max(most, largest(trials.kappa[b][t], trials.u[b][t]));
    }
    return most;
  }

  // The axis grows by doubling and does not shrink.
  widen(delta) {
    const reach = 2 ** Math.ceil(Math.log2(Math.max(1.05 * delta, 0.25)));
    if (!(reach > this.reach) || !Number.isFinite(reach)) return;
    this.reach = reach;
    this.x = scale([0, reach], [FRAME.left, FRAME.right]);
    this.axes.replaceChildren(axes(this.x, this.y, FRAME, { xName: "Δ, spread of the input over units", yName: "gain ⟨φ'⟩" }));
  }

  draw() {
    const { model, x, y } = this;
    const { kappa, v, rest, words } = model.state;
    const now = model.coarse.gains(kappa, v, rest);
    this.widen(Math.max(...now.map((g) => g.delta)));
    const out = new Float64Array(4);
    now.forEach(({ mu }, p) => {
      const curve = Array.from({ length: 41 }, (_, i) => {
        const delta = (this.reach * i) / 40;
        model.coarse.averages(mu, delta * delta, out);
        return [delta, out[1]];
      });
      this.curves[p].setAttribute("d", path(curve, this.x, y));
      this.curves[p].classList.toggle("silent", model.silenced.has(p));
    });
    const labels = [];
    // Labels of dots that lie together stand below one another.
    const order = now.map((_, p) => p).sort((a, b) => y(now[a].gain) - y(now[b].gain));
    for (const p of order) {
      const left = this.x(now[p].delta) + 11;
      let top = y(now[p].gain) + 5;
      while (labels.some((other) => Math.abs(other.left - left) < 60 && Math.abs(other.top - top) < 13)) top += 1;
      labels.push({ p, left, top });
    }
    this.dots.replaceChildren(
      ...now.map((g, p) => element("circle", { cx: this.x(g.delta), cy: y(g.gain), r: 5.5, class: `dot population${p % 8}${model.silenced.has(p) ? " silent" : ""}` },
        [element("title", {}, [`population ${p + 1}: Δ = ${number(g.delta)}, μ = ${number(g.mu)}, gain ${number(g.gain)}`])])),
      ...(now.length === 1 ? [] : labels.map(({ p, left, top }) => element("text", { x: left, y: top, class: `tag population${p % 8}` },
        [model.silenced.has(p) ? `${p + 1} silenced` : `${p + 1}`]))));
    this.about.textContent = words;
    now.forEach((g, p) => {
      const name = now.length === 1 ? "" : `${p + 1}: `;
      this.readings[p].replaceChildren(html("span", { class: `key population${p % 8}` }, ["● "]), `${name}${g.gain.toFixed(3)} `,
        html("span", { class: "quiet" }, [`Δ ${g.delta.toFixed(2)}${Math.abs(g.mu) > 5e-3 ? `, μ ${fixed(g.mu, 2)}` : ""}${model.silenced.has(p) ? ", silenced" : ""}`]));
    });
  }
}
