// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Which attractor a state goes to: a grid of states is followed, some each frame.

import { distance } from "./model.js";
import { FRAME } from "./portrait.js";
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
    const { model } = portrait;
    const attractors = model.points.filter((p) => p.stability === "stable");
    this.layer.replaceChildren();
    if (attractors.length === 0) return;
    const rows = portrait.is1D ? 1 : COUNT;
    const [dx, dy] = [(FRAME.right - FRAME.left) / COUNT, (FRAME.bottom - FRAME.top) / rows];
    // One path for each attractor.
    const paths = attractors.map((_, i) => this.layer.appendChild(element("path", { class: `basin basin${i % 6}` })));
    const texts = attractors.map(() => "");
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < COUNT; i++) {
        const [px, py] = [FRAME.left + i * dx, FRAME.top + j * dy];
        const start = portrait.kappa(portrait.x.invert(px + dx / 2), portrait.y.invert(py + dy / 2));
        const end = model.coarse.trajectory(start, model.input, { duration: 60, step: 0.4, tolerance: 1e-3 }).at(-1);
        const distances = attractors.map((p) => distance(p.kappa, end));
        const nearest = distances.indexOf(Math.min(...distances));
        texts[nearest] += `M${px.toFixed(1)} ${py.toFixed(1)}h${(dx + 0.3).toFixed(1)}v${(dy + 0.3).toFixed(1)}h${(-dx - 0.3).toFixed(1)}z`;
        yield;
      }
      paths.forEach((node, i) => node.setAttribute("d", texts[i]));
    }
  }
}
