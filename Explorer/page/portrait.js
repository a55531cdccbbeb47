// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// The phase portrait: at rank 1 the speed of kappa, at rank 2 and more the flow in two coordinates with its nullclines,
// fixed points, basins on request, trajectories.

import { axes, contour, element, number, path, scale, tenth } from "./svg.js";

const WIDTH = 620;
// A curve needs less height than a plane.
const HEIGHT = { line: 350, plane: 520 };

export class Portrait {
  constructor(model, place) {
    this.model = model;
    const height = this.is1D ? HEIGHT.line : HEIGHT.plane;
    this.frame = { left: 62, right: 606, top: 14, bottom: height - 44 };
    this.svg = element("svg", {
      viewBox: `0 0 ${WIDTH} ${height}`, role: "application", "aria-roledescription": "phase portrait", tabindex: 0, class: "portrait",
      "aria-label": "Phase portrait. Arrow keys move the start of a trajectory, Escape takes it away.",
    });
    place.append(this.svg);
    const box = model.original.box(model.data.reach ?? 3);
    const seen = (r) => Math.max(box[r] * 0.05, ...(model.data.trials?.kappa ?? []).flatMap((trial) => trial.map((k) => Math.abs(k[r]))));
    this.reach = box.map((size, r) => (model.data.trials?.kappa ? Math.min(1.05 * size, 1.6 * seen(r) + 0.15 * size) : 1.05 * size));
    // What leaves the frame is cut off.
    this.svg.append(element("clipPath", { id: "frame" }, [element("rect", {
      x: this.frame.left, y: this.frame.top, width: this.frame.right - this.frame.left, height: this.frame.bottom - this.frame.top,
    })]));
    this.layers = {};
    for (const name of ["basins", "flow", "nullclines", "axes", "recorded", "trajectory", "ghosts", "points", "now"]) {
      this.layers[name] = element("g", { class: name, ...(name === "axes" ? {} : { "clip-path": "url(#frame)" }) });
      this.svg.append(this.layers[name]);
    }
    this.svg.addEventListener("pointerdown", (event) => this.point(event, true));
    this.svg.addEventListener("pointermove", (event) => this.point(event, false));
    for (const end of ["pointerup", "pointercancel"]) this.svg.addEventListener(end, () => { this.isDragging = false; });
    this.svg.addEventListener("keydown", (event) => this.key(event));
    model.listen((changes) => this.draw(changes));
    model.listenCalmly(() => this.finish());
    this.draw(new Set(["circuit"]));
  }

  get is1D() {
    return this.model.rank === 1;
  }

  // kappa for a place in the two coordinates that are shown; the others are held.
  kappa(a, b) {
    const { model } = this;
    const course = model.follows && model.time !== null ? model.course?.kappa[model.time] : null;
    const kappa = [...(course ?? model.held)];
    kappa[this.model.axes[0]] = a;
    if (!this.is1D) kappa[this.model.axes[1]] = b;
    return kappa;
  }

  point(event, isStart) {
    if (!isStart && !this.isDragging) return;
    const matrix = this.svg.getScreenCTM();
    if (!matrix) return;
    const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    if (isStart) {
      // Numbers and names of the axes are no places.
      const { left, right, top, bottom } = this.frame;
      if (place.x < left || place.x > right || place.y < top || place.y > bottom) return;
      this.isDragging = true;
      this.svg.setPointerCapture?.(event.pointerId);
    }
    const limit = (x, [low, high]) => Math.min(Math.max(x, low), high);
    this.model.change("start", this.kappa(limit(this.x.invert(place.x), this.x.domain), limit(this.y.invert(place.y), this.y.domain)));
    event.preventDefault();
  }

  key(event) {
    if (event.key === "Escape") this.model.change("start", null);
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1], Enter: [0, 0] };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const [a, b] = this.model.axes;
    const start = [...(this.model.start ?? this.model.held)];
    start[a] += step[0] * 0.02 * this.reach[a];
    if (!this.is1D) start[b] += step[1] * 0.02 * this.reach[b];
    this.model.change("start", start);
  }

  draw(changes) {
    const { model } = this;
    const has = (...names) => names.some((name) => changes.has(name));
    if (has("circuit", "input", "axes", "held", "time") || (model.follows && has("time"))) {
      const [a, b] = model.axes;
      this.x = scale([-this.reach[a], this.reach[a]], [this.frame.left, this.frame.right]);
      if (this.is1D) this.drawSpeed();
      else {
        this.y = scale([-this.reach[b], this.reach[b]], [this.frame.bottom, this.frame.top]);
        this.drawFlow();
      }
      const key = [this.x.domain, this.y.domain, a, b].join();
      if (key !== this.axesKey) {
        this.axesKey = key;
        this.layers.axes.replaceChildren(axes(this.x, this.y, this.frame, {
          xName: `κ${a + 1}`, yName: this.is1D ? "speed τ dκ/dt" : `κ${b + 1}`,
        }));
      }
      this.basins?.stop();
      this.drawTrajectory(model.coarse);
    } else if (has("start")) this.drawTrajectory(model.coarse);
    if (has("circuit", "input", "axes", "points")) this.drawPoints();
    if (has("circuit", "input", "axes", "time", "trial")) this.drawNow();
  }

  // Exactly, once the hand rests: the trajectory to its end, and the basins.
  *finish() {
    const { model } = this;
    if (model.start) {
      const course = model.circuit.trajectorySteps(model.start, model.drive, { duration: 300, step: 0.1 });
      const points = [];
      for (const point of course) {
        points.push(point);
        yield;
      }
      this.showTrajectory(points);
    }
    if (model.showsBasins && this.basins) yield* this.basins.find();
    else this.layers.basins.replaceChildren();
  }

  drawSpeed() {
    const { model } = this;
    const samples = Array.from({ length: 241 }, (_, i) => this.reach[0] * (i / 120 - 1));
    const curve = (circuit, input) => samples.map((k) => [k, circuit.flow([k], input)[0]]);
    const speeds = curve(model.coarse, model.drive);
    // The scale is that of the circuit as it was, so that changed ones can be compared with it. It grows where the curve would
    // leave the picture between fixed points, in steps, so that it does not tremble under the hand.
    const seen = (list, to) => 1.2 * Math.max(0.05, ...list.map(([k, s]) => (Math.abs(k) < to ? Math.abs(s) : 0)));
    const step = (x) => 2 ** (Math.ceil(2 * Math.log2(x)) / 2);
    this.plain ??= model.original.coarse();
    this.least ??= step(seen(curve(this.plain, new Array(model.original.inputs).fill(0)), 0.8 * this.reach[0]));
    const far = Math.max(...model.points.map((point) => Math.abs(point.kappa[0])), 0.1 * this.reach[0]);
    const size = Math.max(this.least, step(seen(speeds, far)));
    this.y = scale([-size, size], [this.frame.bottom, this.frame.top]);
    const before = model.isChanged ? curve(this.plain, model.drive) : [];
    const arrows = [];
    for (let i = 6; i < samples.length; i += 12) {
      const [k, speed] = speeds[i];
      const length = Math.sign(speed) * Math.min(18, 6 + 200 * Math.abs(speed));
      arrows.push(arrow(this.x(k) - length / 2, this.y(0), this.x(k) + length / 2, this.y(0)));
    }
    this.layers.flow.replaceChildren(
      element("line", { x1: this.frame.left, x2: this.frame.right, y1: this.y(0), y2: this.y(0), class: "zero" }),
      element("path", { d: path(before, this.x, this.y), class: "speed before" }, [element("title", {}, ["the circuit before it was changed"])]),
      element("path", { d: path(speeds.filter(([, s]) => Math.abs(s) <= size), this.x, this.y), class: "speed" }),
      element("path", { d: arrows.join(""), class: "arrow" }));
  }

  drawFlow() {
    const { model } = this;
    const [a, b] = model.axes;
    const count = 33;
    const xs = Array.from({ length: count }, (_, i) => this.reach[a] * ((2 * i) / (count - 1) - 1));
    const ys = Array.from({ length: count }, (_, j) => this.reach[b] * ((2 * j) / (count - 1) - 1));
    const first = new Float64Array(count * count);
    const second = new Float64Array(count * count);
    const flow = new Float64Array(model.rank);
    const at = model.coarse.plane(this.kappa(0, 0), model.drive, a, b);
    for (let j = 0; j < count; j++) {
      for (let i = 0; i < count; i++) {
        at(xs[i], ys[j], flow);
        first[j * count + i] = flow[a];
        second[j * count + i] = flow[b];
      }
    }
    const arrows = [];
    for (let j = 1; j < count; j += 2) {
      for (let i = 1; i < count; i += 2) {
        const u = first[j * count + i], v = second[j * count + i];
        // Pixels for the direction; the length grows slowly with speed, so that slow places can be seen, too.
        const dx = u * (this.x(1) - this.x(0)), dy = v * (this.y(1) - this.y(0));
        const size = Math.hypot(dx, dy);
        if (!(size > 0)) continue;
        const length = 15 * Math.min(1, (size / 120) ** 0.4);
        const [cx, cy] = [this.x(xs[i]), this.y(ys[j])];
        arrows.push(arrow(cx - (dx / size) * length * 0.5, cy - (dy / size) * length * 0.5, cx + (dx / size) * length * 0.5, cy + (dy / size) * length * 0.5));
      }
    }
    this.layers.flow.replaceChildren(element("path", { d: arrows.join(""), class: "arrow" }));
    const line = (values, name) => element("path", {
      d: contour(values, count, count, xs, ys).map((s) => path(s, this.x, this.y)).join(""), class: `nullcline ${name}`,
    });
    this.layers.nullclines.replaceChildren(line(first, "first"), line(second, "second"));
  }

  // Where a point of kappa-space is drawn: at rank 1 on the line of no speed.
  place(kappa) {
    const [a, b] = this.model.axes;
    return [this.x(kappa[a]), this.is1D ? this.y(0) : this.y(kappa[b])];
  }

  drawPoints() {
    const { model } = this;
    this.layers.points.replaceChildren(...model.points.map((point) => {
      const [cx, cy] = this.place(point.kappa);
      const words = `${point.stability} fixed point at κ = (${point.kappa.map((x) => number(x)).join(", ")})`;
      return element("circle", { cx, cy, r: 6.5, class: `fixed ${point.stability}` }, [element("title", {}, [words])]);
    }));
    this.layers.ghosts.replaceChildren(...model.ghosts.map((kappa) => {
      const [cx, cy] = this.place(kappa);
      return element("circle", { cx, cy, r: 11, class: "ghost" }, [element("title", {}, ["a fixed point was here"])]);
    }));
  }

  // A quick one while the hand moves.
  drawTrajectory(circuit) {
    const { model } = this;
    if (!model.start) {
      this.end = null;
      this.layers.trajectory.replaceChildren();
    } else this.showTrajectory(circuit.trajectory(model.start, model.drive, { duration: 30, step: 0.25, tolerance: 1e-4 }));
  }

  showTrajectory(points) {
    const { model } = this;
    this.end = points.at(-1);
    const [a, b] = model.axes;
    const d = this.is1D
      ? path(points.map((k) => [k[0], model.coarse.flow(k, model.drive)[0]]), this.x, this.y)
      : path(points.map((k) => [k[a], k[b]]), this.x, this.y);
    const [sx, sy] = this.place(model.start);
    const [ex, ey] = this.place(this.end);
    this.layers.trajectory.replaceChildren(
      element("path", { d, class: "path" }),
      element("circle", { cx: sx, cy: sy, r: 8, class: "start" }, [element("title", {}, ["start: drag it"])]),
      element("circle", { cx: ex, cy: ey, r: 3.5, class: "end", "data-kappa": JSON.stringify(this.end) }));
  }

  // The trial that is played: the network's course, the circuit's, and where both are now.
  drawNow() {
    const { model } = this;
    const trials = model.data.trials;
    if (!trials || model.time === null) {
      this.layers.recorded.replaceChildren();
      this.layers.now.replaceChildren();
      return;
    }
    const [a, b] = model.axes;
    const course = (kappa) => (this.is1D
      ? path(kappa.slice(0, model.time + 1).map((k) => [k[0], 0]), this.x, this.y)
      : path(kappa.slice(0, model.time + 1).map((k) => [k[a], k[b]]), this.x, this.y));
    const network = trials.kappa?.[model.trial] ?? [];
    const circuit = model.course?.kappa ?? [];
    this.layers.recorded.replaceChildren(
      element("path", { d: course(network), class: "network" }), element("path", { d: course(circuit), class: "circuit" }));
    const dot = (kappa, name) => {
      if (!kappa) return [];
      const [cx, cy] = this.place(kappa);
      return [element("circle", { cx, cy, r: 5, class: name })];
    };
    this.layers.now.replaceChildren(...dot(network[model.time], "network"), ...dot(circuit[model.time], "circuit"));
  }
}

function arrow(x1, y1, x2, y2) {
  const angle = Math.atan2(y2 - y1, x2 - x1);
  const head = (turn) => `${tenth(x2 - 4.5 * Math.cos(angle + turn))} ${tenth(y2 - 4.5 * Math.sin(angle + turn))}`;
  const end = `${tenth(x2)} ${tenth(y2)}`;
  return `M${tenth(x1)} ${tenth(y1)}L${end}M${head(0.5)}L${end}L${head(-0.5)}`;
}
