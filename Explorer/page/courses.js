// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Kappa and z over the trial, of the recorded network and of the circuit, with the epochs and the time we are at.

import { windowOf } from "./trials.js";
import { axes, element, path, scale } from "./svg.js";

const WIDTH = 380;
const HEIGHT = 190;
const FRAME = { left: 54, right: 372, top: 18, bottom: 146 };

export class Courses {
  constructor(model, place) {
    this.model = model;
    this.place = place;
    this.draw();
    model.listen((changes) => {
      if (changes.has("circuit") || changes.has("trial")) this.draw();
      else if (changes.has("time")) this.mark();
    });
    model.listenCalmly((changes) => {
      if (changes.has("circuit")) this.draw();
    });
  }

  // A chart for each output and each kappa, made once.
  draw() {
    const { model } = this;
    const { trials } = model.data;
    const { outputs } = model.original;
    const column = (rows, i) => rows?.map((row) => row[i]);
    const b = model.trial;
    const [kappa, z, target] = [trials.kappa?.[b], trials.z?.[b], trials.target?.[b]];
    // The network without the units of the one population that is silent.
    const lesion = model.silenced.size === 1 ? trials.lesions?.[[...model.silenced][0]][b] : undefined;
    const courses = [];
    for (let o = 0; o < Math.min(outputs, 2); o++) {
      courses.push({
        name: outputs === 1 ? "z" : `z${o + 1}`, network: column(z, o), lesion: column(lesion, o), circuit: column(model.course.z, o),
        target: column(target, o), asked: windowOf(trials, b, o),
      });
    }
    for (let r = 0; r < Math.min(model.rank, 4); r++) {
      courses.push({ name: model.rank === 1 ? "κ" : `κ${r + 1}`, network: column(kappa, r), circuit: column(model.course.kappa, r) });
    }
    if (!this.drawn) {
      this.drawn = courses.map(({ name, network }) => new Course(name, trials, Boolean(network)));
      this.place.append(...this.drawn.map((chart) => chart.svg));
    }
    // What the network did with all its units is of another network than the circuit now is.
    courses.forEach((course, i) => this.drawn[i].draw(course, b, model.silenced.size > 0));
    this.mark();
  }

  // Where in time we are.
  mark() {
    const { model } = this;
    for (const { cursor, x } of this.drawn) {
      cursor.toggleAttribute("hidden", model.time === null);
      if (model.time === null) continue;
      const place = x((model.time + 1) * model.data.trials.alpha).toFixed(1);
      cursor.setAttribute("x1", place);
      cursor.setAttribute("x2", place);
    }
  }
}

// One quantity over time: of the network, of the circuit, and what is asked for.
class Course {
  constructor(name, trials, isRecorded) {
    this.name = name;
    this.trials = trials;
    this.alpha = trials.alpha;
    this.x = scale([0, trials.steps * trials.alpha], [FRAME.left, FRAME.right]);
    this.asked = element("rect", { class: "asked", y: FRAME.top, height: FRAME.bottom - FRAME.top, x: 0, width: 0 }, [element("title", {}, ["response window"])]);
    this.epochs = element("g", { class: "epochs" });
    this.axes = element("g");
    this.cursor = element("line", { y1: FRAME.top, y2: FRAME.bottom, class: "cursor" });
    this.kinds = ["target", "network", "lesion", "circuit"];
    this.lines = this.kinds.map((kind) => element("path", { class: kind }));
    this.svg = element("svg", {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img",
      "aria-label": `${name} of ${isRecorded ? "network and circuit" : "the circuit"} over time`,
    }, [this.asked, this.epochs, this.axes, ...this.lines, this.cursor]);
  }

  draw(course, b, isOther) {
    let [low, high] = [0, 0];
    for (const kind of this.kinds) {
      for (const value of course[kind] ?? []) {
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
    const margin = 0.08 * (high - low || 1);
    const y = scale([low - margin, high + margin], [FRAME.bottom, FRAME.top]);
    this.axes.replaceChildren(axes(this.x, y, FRAME, { xName: "time / τ", yName: this.name }));
    this.kinds.forEach((kind, i) => {
      this.lines[i].setAttribute("d", course[kind] ? path(course[kind].map((v, t) => [(t + 1) * this.alpha, v]), this.x, y) : "");
    });
    this.lines[1].classList.toggle("behind", isOther);
    const [from, to] = course.asked ?? [0, 0];
    this.asked.setAttribute("x", this.x(from * this.alpha));
    this.asked.setAttribute("width", this.x(to * this.alpha) - this.x(from * this.alpha));
    if (b !== this.shown) this.drawEpochs(b);
    this.shown = b;
  }

  // Borders of the epochs, and the names that there is room for.
  drawEpochs(b) {
    this.epochs.replaceChildren(...(this.trials.epochs?.[b] ?? []).flatMap(([name, from, to]) => {
      const [left, right] = [this.x(from * this.alpha), this.x(to * this.alpha)];
      const line = element("line", { x1: left, x2: left, y1: FRAME.top, y2: FRAME.bottom }, [element("title", {}, [`${name} begins`])]);
      const hasRoom = right - left > 6.4 * name.length;
      return hasRoom ? [line, element("text", { x: (left + right) / 2, y: FRAME.top - 5, "text-anchor": "middle" }, [name])] : [line];
    }));
  }
}
