// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Which attractor a state goes to. At rank 1 the fixed points themselves are the borders; beyond, a grid of states is
// followed, some each frame.

import { distance } from "./model.js";
import { element } from "./svg.js";

const COUNT = 49;

export class Basins {
  constructor(portrait) {
    this.portrait = portrait;
    this.layer = portrait.layers.basins;
  }

  // While numbers move there is nothing to show.
  stop() {
    this.layer.replaceChildren();
  }

  *find() {
    const { portrait } = this;
    const { model, frame } = portrait;
    const attractors = model.points.filter((p) => p.stability === "stable");
    this.layer.replaceChildren();
    if (attractors.length === 0) return;
    // One path for each attractor.
    const paths = attractors.map((_, i) => this.layer.appendChild(element("path", { class: `basin basin${i % 6}` })));
    const texts = attractors.map(() => "");
    const rectangle = (left, top, width, height) => `M${left.toFixed(1)} ${top.toFixed(1)}h${width.toFixed(1)}v${height.toFixed(1)}h${(-width).toFixed(1)}z`;
    if (portrait.is1D) {
      const [low, high] = portrait.x.domain;
      const borders = [low, ...model.points.map((p) => p.kappa[0]).filter((x) => x > low && x < high), high];
      for (let i = 0; i + 1 < borders.length; i++) {
        const [from, to] = [borders[i], borders[i + 1]];
        const end = model.circuit.flow([(from + to) / 2], model.drive)[0] > 0
          ? model.points.find((p) => p.kappa[0] >= to - 1e-12) : model.points.findLast((p) => p.kappa[0] <= from + 1e-12);
        const found = attractors.indexOf(end);
        if (found >= 0) texts[found] += rectangle(portrait.x(from), frame.top, portrait.x(to) - portrait.x(from), frame.bottom - frame.top);
      }
      paths.forEach((node, i) => node.setAttribute("d", texts[i]));
      return;
    }
    const [dx, dy] = [(frame.right - frame.left) / COUNT, (frame.bottom - frame.top) / COUNT];
    for (let j = 0; j < COUNT; j++) {
      for (let i = 0; i < COUNT; i++) {
        const [px, py] = [frame.left + i * dx, frame.top + j * dy];
        const start = portrait.kappa(portrait.x.invert(px + dx / 2), portrait.y.invert(py + dy / 2));
        const end = model.coarse.trajectory(start, model.drive, { duration: 60, step: 0.4, tolerance: 1e-3 }).at(-1);
        const distances = attractors.map((p) => distance(p.kappa, end));
        const nearest = distances.indexOf(Math.min(...distances));
        texts[nearest] += rectangle(px, py, dx + 0.3, dy + 0.3);
        yield;
      }
      paths.forEach((node, i) => node.setAttribute("d", texts[i]));
    }
  }
}
