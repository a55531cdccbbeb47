// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Trials over time: kappa and z of the recorded network and of the circuit, with a place to scrub and a button to play.

import { axes, element, html, path, scale } from "./svg.js";

const WIDTH = 640;
const HEIGHT = 210;
const FRAME = { left: 62, right: 626, top: 10, bottom: 160 };

export class Courses {
  constructor(model, place) {
    this.model = model;
    const { trials } = model.data;
    if (!trials) return;
    this.place = place;
    const choice = html("select", { "aria-label": "trial", onchange: (event) => this.choose(Number(event.target.value)) },
      trials.u.map((_, b) => html("option", { value: b }, [trials.labels?.[b] ?? `trial ${b + 1}`])));
    this.choice = choice;
    this.scrub = html("input", { type: "range", min: 0, max: trials.u[0].length - 1, step: 1, value: 0, "aria-label": "time", class: "scrub" });
    this.scrub.addEventListener("input", () => this.go(Number(this.scrub.value)));
    this.playing = false;
    this.button = html("button", { type: "button", class: "play", onclick: () => this.toggle() }, ["▶ play"]);
    const off = html("button", { type: "button", onclick: () => this.stop() }, ["stop"]);
    this.charts = html("div", { class: "charts" });
    place.append(html("div", { class: "bar" }, [choice, this.button, off, this.scrub]), this.charts);
    this.run();
    model.listen((what) => {
      if (what === "circuit") this.run();
      else if (what === "trial" || what === "time") this.draw();
    });
    this.draw();
  }

  choose(trial) {
    this.model.trial = trial;
    this.run();
    this.model.tell("trial");
  }

  // The circuit under the trial's inputs.
  run() {
    const { model } = this;
    model.course = model.circuit.simulate(model.data.trials.u[model.trial]);
    this.choice.value = String(model.trial);
    this.scrub.max = String(model.data.trials.u[model.trial].length - 1);
    this.draw();
  }

  go(time) {
    const { model } = this;
    model.time = time;
    this.scrub.value = String(time);
    if (model.followsTrial !== false) model.input = [...model.data.trials.u[model.trial][time]];
    model.findPoints();
    model.tell("input");
    model.tell("time");
  }

  toggle() {
    this.playing = !this.playing;
    this.button.textContent = this.playing ? "❚❚ pause" : "▶ play";
    if (!this.playing) return;
    const steps = this.model.data.trials.u[this.model.trial].length;
    if (this.model.time === null || this.model.time >= steps - 1) this.go(0);
    let last = 0;
    const frame = (now) => {
      if (!this.playing) return;
      // Twenty-five steps a second: a trial of 75 steps takes three.
      if (now - last > 40) {
        last = now;
        const next = this.model.time + 1;
        if (next >= steps) {
          this.toggle();
          return;
        }
        this.go(next);
      }
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  stop() {
    if (this.playing) this.toggle();
    this.model.time = null;
    this.model.input = this.model.inputNames.map((_, k) => this.model.data.rest?.[k] ?? 0);
    this.model.findPoints();
    this.model.tell("input");
    this.model.tell("time");
  }

  draw() {
    const { model } = this;
    const { trials } = model.data;
    const network = { kappa: trials.kappa[model.trial], z: trials.z[model.trial] };
    const charts = [];
    const chart = (name, recorded, own, target) => {
      const steps = recorded.length;
      const all = [...recorded, ...own, ...(target ?? [])].filter(Number.isFinite);
      const low = Math.min(0, ...all), high = Math.max(0, ...all);
      const margin = 0.08 * (high - low || 1);
      const x = scale([0, steps * trials.alpha], [FRAME.left, FRAME.right]);
      const y = scale([low - margin, high + margin], [FRAME.bottom, FRAME.top]);
      const line = (values, kind) => element("path", { d: path(values.map((v, t) => [(t + 1) * trials.alpha, v]), x, y), class: kind });
      const svg = element("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${name} of network and circuit over time` },
        [axes(x, y, FRAME, { xName: "time /τ", yName: name }), ...(target ? [line(target, "target")] : []), line(recorded, "network"), line(own, "circuit")]);
      if (model.time !== null) svg.append(element("line", { x1: x((model.time + 1) * trials.alpha), x2: x((model.time + 1) * trials.alpha), y1: FRAME.top, y2: FRAME.bottom, class: "cursor" }));
      charts.push(svg);
    };
    for (let o = 0; o < Math.min(model.original.outputs, 2); o++) {
      chart(model.original.outputs === 1 ? "z" : `z${o + 1}`, network.z.map((z) => z[o]), model.course.z.map((z) => z[o]), trials.target?.[model.trial]?.map((z) => z[o]));
    }
    for (let r = 0; r < Math.min(model.rank, 3); r++) chart(`κ${r + 1}`, network.kappa.map((k) => k[r]), model.course.kappa.map((k) => k[r]));
    this.charts.replaceChildren(...charts);
  }
}
