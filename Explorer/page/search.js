// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Fixed points while numbers move: known ones are followed at once, new ones are looked for in slices.

import { describe, newton, refine, scan } from "../circuit/fixed-points.js";

export class PointSearch {
  constructor() {
    this.points = [];
    this.place = 0;
  }

  // Follows the known points to a changed circuit. Rank 1 is searched completely at once.
  follow(circuit, coarse, input) {
    this.circuit = circuit;
    this.coarse = coarse;
    this.input = input;
    this.box = circuit.box(3).map((x) => 1.05 * x + 1e-9);
    const before = this.points;
    this.points = [];
    if (circuit.rank === 1) {
      for (const kappa of scan(coarse, circuit, input, this.box)) this.keep(kappa);
    } else {
      for (const point of before) this.try(point.kappa, circuit);
    }
    this.sort();
  }

  sort() {
    this.points.sort((a, b) => a.kappa.map((x, r) => x - b.kappa[r]).find((d) => Math.abs(d) > 1e-9) ?? 0);
  }

  try(start, circuit) {
    const found = newton(circuit, start, this.input, this.box, circuit === this.coarse ? 1e-6 : 1e-10);
    if (!found) return;
    const exact = circuit === this.circuit ? found : this.isKnown(found, 1e-3) ? null : refine(this.circuit, found, this.input, this.box);
    if (exact) this.keep(Array.from(exact));
  }

  isKnown(kappa, share) {
    return this.points.some((p) => Math.hypot(...p.kappa.map((x, r) => (x - kappa[r]) / this.box[r])) < share);
  }

  keep(kappa) {
    if (!this.isKnown(kappa, 1e-6)) this.points.push(describe(this.circuit, kappa, this.input));
  }

  // Newton's method from every node of a grid, in an order that jumps about; where it was interrupted it goes on.
  *search() {
    const rank = this.circuit.rank;
    if (rank === 1) return;
    const count = rank === 2 ? 11 : rank === 3 ? 7 : Math.max(3, Math.floor(700 ** (1 / rank)));
    // Beyond rank 6 a grid has too many nodes, and only some of them, spread over all, are tried.
    const total = count ** rank;
    const tries = Math.min(total, 1500);
    const stride = [617, 101, 89, 53, 37].find((x) => total % x !== 0);
    for (let i = 0; i < tries; i++) {
      this.place = (this.place + stride) % total;
      let rest = this.place;
      const start = this.box.map((size) => {
        const index = rest % count;
        rest = Math.floor(rest / count);
        return size * ((2 * index) / (count - 1) - 1);
      });
      this.try(start, this.coarse);
      yield;
    }
    this.sort();
  }
}
