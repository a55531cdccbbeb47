// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Trials over time: kappa and z of the recorded network and of the circuit, with a place to scrub and a button to play.

import { wordFor } from "./data.js";
import { axes, element, html, number, path, scale } from "./svg.js";

const WIDTH = 460;
const HEIGHT = 200;
const FRAME = { left: 62, right: 450, top: 10, bottom: 152 };

export class Courses {
  constructor(model, place) {
    this.model = model;
    const { trials } = model.data;
    if (!trials) return;
    this.filters = (trials.conditions ?? []).map((condition) => {
      const values = [...new Set(condition.values)].sort((a, b) => a - b);
      return values.length < 2 || values.length > 6 ? null : { condition, values, chosen: null };
    }).filter(Boolean);
    const filters = this.filters.map((filter) => html("label", {}, [`${filter.condition.name} `, html("select", {
      onchange: (event) => {
        filter.chosen = event.target.value === "" ? null : Number(event.target.value);
        this.list();
      },
    }, [html("option", { value: "" }, ["any"]), ...filter.values.map((v) => html("option", { value: v }, [wordFor(filter.condition, v)]))])]));
    this.choice = html("select", { id: "trial", onchange: (event) => this.choose(Number(event.target.value)) });
    this.scrub = html("input", { type: "range", min: 0, max: trials.steps - 1, step: 1, value: 0, "aria-label": "time in the trial", class: "scrub" });
    this.scrub.addEventListener("input", () => this.go(Number(this.scrub.value)));
    this.playing = false;
    this.button = html("button", { type: "button", class: "play", onclick: () => this.toggle() }, ["▶ play"]);
    const off = html("button", { type: "button", onclick: () => this.stop() }, ["stop"]);
    this.charts = html("div", { class: "charts" });
    place.append(
      html("div", { class: "bar" }, [...filters, html("label", { for: "trial" }, ["trial "]), this.choice]),
      html("div", { class: "bar" }, [this.button, off, this.scrub]), this.charts);
    this.list();
    this.run(model.circuit);
    model.listen((changes) => {
      // While the hand moves, a circuit of coarse averages runs the trial.
      if (changes.has("circuit") || changes.has("trial")) this.run(changes.has("circuit") ? model.coarse : model.circuit);
      else if (changes.has("time")) this.mark();
    });
    model.listenCalmly((changes) => {
      if (changes.has("circuit")) this.run(model.circuit);
    });
  }

  // The trials that the conditions leave.
  list() {
    const { trials } = this.model.data;
    const fitting = Array.from({ length: trials.count }, (_, b) => b)
      .filter((b) => this.filters.every((f) => f.chosen === null || f.condition.values[b] === f.chosen));
    const words = (b) => (trials.conditions ?? []).map((c) => `${c.name} ${wordFor(c, c.values[b])}`).join(", ");
    this.choice.replaceChildren(...fitting.map((b) => html("option", { value: b }, [words(b) ? `${b + 1}: ${words(b)}` : `trial ${b + 1}`])));
    if (fitting.length > 0 && !fitting.includes(this.model.trial)) this.choose(fitting[0]);
    this.choice.value = String(this.model.trial);
  }

  choose(trial) {
    this.model.change("trial", trial);
  }

  // The circuit under the trial's inputs.
  run(circuit) {
    const { model } = this;
    model.course = circuit.simulate(model.data.trials.u[model.trial]);
    if (this.choice.value !== String(model.trial)) this.choice.value = String(model.trial);
    this.draw();
  }

  go(time) {
    const { model } = this;
    model.time = time;
    model.input = [...model.data.trials.u[model.trial][time]];
    model.moved = null;
    model.action = "play";
    model.tell("input", "time");
  }

  toggle() {
    this.playing = !this.playing;
    this.button.textContent = this.playing ? "❚❚ pause" : "▶ play";
    if (!this.playing) return;
    const { model } = this;
    const { steps } = model.data.trials;
    if (model.time === null || model.time >= steps - 1) this.go(0);
    let last = 0;
    const frame = (now) => {
      if (!this.playing) return;
      // Twenty-five steps a second, or the whole trial in eight: a trial of 75 steps takes three.
      const stride = Math.max(1, Math.round(steps / 200));
      if (now - last > 40) {
        last = now;
        if (model.time === null || model.time >= steps - 1) {
          this.toggle();
          return;
        }
        this.go(Math.min(model.time + stride, steps - 1));
      }
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  stop() {
    const { model } = this;
    if (this.playing) this.toggle();
    model.time = null;
    model.input = model.inputNames.map(() => 0);
    model.moved = null;
    model.action = "stop";
    model.tell("input", "time");
  }

  // A chart for each output and each kappa, made once.
  draw() {
    const { model } = this;
    const { trials } = model.data;
    const { outputs } = model.original;
    const column = (rows, i) => rows?.map((row) => row[i]);
    const [kappa, z, target] = [trials.kappa?.[model.trial], trials.z?.[model.trial], trials.target?.[model.trial]];
    const courses = [];
    for (let o = 0; o < Math.min(outputs, 2); o++) {
      courses.push([outputs === 1 ? "z" : `z${o + 1}`, column(z, o), column(model.course.z, o), column(target, o)]);
    }
    for (let r = 0; r < Math.min(model.rank, 4); r++) {
      courses.push([model.rank === 1 ? "κ" : `κ${r + 1}`, column(kappa, r), column(model.course.kappa, r)]);
    }
    if (!this.drawn) {
      this.drawn = courses.map(([name, recorded]) => new Course(name, trials, Boolean(recorded)));
      this.charts.replaceChildren(...this.drawn.map((chart) => chart.svg));
    }
    courses.forEach(([, ...lines], i) => this.drawn[i].draw(...lines));
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
    this.scrub.value = String(model.time ?? 0);
    this.scrub.setAttribute("aria-valuetext", model.time === null ? "not playing" : `${number((model.time + 1) * model.data.trials.alpha)} τ`);
  }
}

// One quantity over time: of the network, of the circuit, and what is asked for.
class Course {
  constructor(name, trials, isRecorded) {
    this.name = name;
    this.alpha = trials.alpha;
    this.x = scale([0, trials.steps * trials.alpha], [FRAME.left, FRAME.right]);
    this.axes = element("g");
    this.cursor = element("line", { y1: FRAME.top, y2: FRAME.bottom, class: "cursor" });
    this.lines = ["target", "network", "circuit"].map((kind) => element("path", { class: kind }));
    this.svg = element("svg", {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img",
      "aria-label": `${name} of ${isRecorded ? "network and circuit" : "the circuit"} over time`,
    }, [this.axes, ...this.lines, this.cursor]);
  }

  draw(recorded, own, target) {
    let [low, high] = [0, 0];
    for (const values of [recorded, own, target]) {
      for (const value of values ?? []) {
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
    const margin = 0.08 * (high - low || 1);
    const y = scale([low - margin, high + margin], [FRAME.bottom, FRAME.top]);
    this.axes.replaceChildren(axes(this.x, y, FRAME, { xName: "time / τ", yName: this.name }));
    [target, recorded, own].forEach((values, i) => {
      this.lines[i].setAttribute("d", values ? path(values.map((v, t) => [(t + 1) * this.alpha, v]), this.x, y) : "");
    });
  }
}
