// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// The kappa-equations of a Gaussian-mixture circuit, read from circuit.json.
//
//   tau dkappa_r/dt = -kappa_r + E[n_r phi]      tau dv/dt = -v + u      z_o = E[w_o phi] + z0_o
//   E[a phi] = sum_p alpha_p { mean_a <phi>_p + (C_p q)_a <phi'>_p }     mu_p = q . mean_p     Delta_p^2 = q' C_p q
//
// q holds kappa on the vectors m, v on I, 1 on b, the filtered constant v_c on c and the decaying (1 - alpha)^t on x0.
// Rate form: u stands in place of v, and the readout is filtered, tau dzeta/dt = -zeta + E[w phi], z = zeta + z0.
// Time is in units of tau.

import { AVERAGES, COARSE_AVERAGES } from "./averages.js";

export class Circuit {
  // coarse: averages good enough for pictures, several times as fast.
  constructor(file, { coarse = false } = {}) {
    if (file.format !== "kappa-circuit") throw new Error("expected a kappa-circuit, found " + String(file.format));
    if (!(file.version === 1 || file.version === 2)) throw new Error("expected version 1 or 2 of a kappa-circuit");
    if (!Object.hasOwn(AVERAGES, file.transfer)) throw new Error("expected a known transfer function");
    this.file = file;
    this.transfer = file.transfer;
    this.averages = (coarse ? COARSE_AVERAGES : AVERAGES)[file.transfer];
    this.alpha = file.alpha;
    this.rank = file.rank;
    this.inputs = file.inputs;
    this.outputs = file.outputs;
    this.isRate = file.form === "rate";
    this.biasReachesReadout = this.isRate || file.biasReachesReadout !== false;
    this.readoutBias = file.readoutBias ?? new Array(this.outputs).fill(0);
    this.vectors = file.vectors;
    this.weights = this.rank + this.outputs;
    this.drives = this.vectors.slice(this.weights);
    this.biasPlace = this.drives.indexOf("b");
    this.currentPlace = this.drives.indexOf("c");
    this.startPlace = this.drives.indexOf("x0");
    const first = this.weights;
    this.populations = file.populations.map((p) => ({
      fraction: p.fraction, mean: Float64Array.from(p.mean), covariance: p.covariance.map((row) => Float64Array.from(row)),
      // Covariances with the drives, row by row; and the variance of the activation as a form, each pair once.
      couplings: Float64Array.from(p.covariance.flatMap((row) => row.slice(first))),
      form: Float64Array.from(p.covariance.slice(first).flatMap((row, i) => row.slice(first + i).map((x, j) => (j === 0 ? x : 2 * x)))),
    }));
    this.out = new Float64Array(4);
    this.q = new Float64Array(this.drives.length);
    this.h = new Float64Array(this.vectors.length);
  }

  // A circuit of the same kind with other numbers; change gets a deep copy of the populations.
  changed(change) {
    const populations = this.file.populations.map((p) => ({
      fraction: p.fraction, mean: [...p.mean], covariance: p.covariance.map((row) => [...row]),
    }));
    change(populations);
    return new Circuit({ ...this.file, populations });
  }

  // The same circuit for pictures.
  coarse() {
    return new Circuit(this.file, { coarse: true });
  }

  // q at (kappa, the drive of the inputs), everything else as at late times unless said otherwise.
  place(kappa, v, rest) {
    const q = this.q;
    for (let r = 0; r < this.rank; r++) q[r] = kappa[r];
    for (let k = 0; k < this.inputs; k++) q[this.rank + k] = v[k];
    if (this.biasPlace >= 0) q[this.biasPlace] = 1;
    if (this.currentPlace >= 0) q[this.currentPlace] = rest ? rest.current : 1;
    if (this.startPlace >= 0) q[this.startPlace] = rest ? rest.start : 0;
    return q;
  }

  // mu and Delta^2 of one population at the present q.
  argument({ mean, form }) {
    const { q, weights } = this;
    const count = q.length;
    let mu = 0;
    let variance = 0;
    for (let i = 0, next = 0; i < count; i++) {
      mu += mean[weights + i] * q[i];
      let row = 0;
      for (let j = i; j < count; j++) row += form[next++] * q[j];
      variance += row * q[i];
    }
    return { mu, variance: variance > 0 ? variance : 0 };
  }

  // (C q)_a of the vectors from..<to, into h.
  couple({ couplings }, from, to) {
    const { q, h } = this;
    const count = q.length;
    for (let a = from; a < to; a++) {
      let sum = 0;
      for (let j = 0, at = a * count; j < count; j++) sum += couplings[at + j] * q[j];
      h[a] = sum;
    }
    return h;
  }

  // E[a phi] for the weights from..<to, into result.
  expectations(from, to, result) {
    for (let a = from; a < to; a++) result[a - from] = 0;
    for (const population of this.populations) {
      const { mu, variance } = this.argument(population);
      this.averages(mu, variance, this.out);
      const h = this.couple(population, from, to);
      for (let a = from; a < to; a++) {
        result[a - from] += population.fraction * (population.mean[a] * this.out[0] + h[a] * this.out[1]);
      }
    }
    return result;
  }

  // The flow where only coordinates a and b of kappa differ from place to place: a function of the two, into result. What
  // the others contribute is added up once.
  plane(kappa, v, a, b) {
    const R = this.rank;
    const base = Float64Array.from(kappa);
    base[a] = 0;
    if (b !== undefined) base[b] = 0;
    const q = Float64Array.from(this.place(base, v));
    const first = this.weights;
    const [x, y] = [first + a, b === undefined ? -1 : first + b];
    const parts = this.populations.map((p) => {
      this.q.set(q);
      const { mu, variance } = this.argument(p);
      const h = this.couple(p, 0, this.vectors.length);
      const rows = new Float64Array(4 * R);
      for (let r = 0; r < R; r++) {
        rows.set([p.mean[r], h[r], p.covariance[r][x], y < 0 ? 0 : p.covariance[r][y]].map((z) => z * p.fraction), 4 * r);
      }
      return {
        mu, muX: p.mean[x], muY: y < 0 ? 0 : p.mean[y], rows, variance, sX: 2 * h[x], sY: y < 0 ? 0 : 2 * h[y],
        sXX: p.covariance[x][x], sYY: y < 0 ? 0 : p.covariance[y][y], sXY: y < 0 ? 0 : 2 * p.covariance[x][y],
      };
    });
    const { averages, out } = this;
    return (s, t, result) => {
      for (let r = 0; r < R; r++) result[r] = -base[r];
      result[a] -= s;
      if (b !== undefined) result[b] -= t;
      for (const p of parts) {
        const variance = p.variance + s * (p.sX + s * p.sXX + t * p.sXY) + t * (p.sY + t * p.sYY);
        averages(p.mu + s * p.muX + t * p.muY, variance > 0 ? variance : 0, out);
        for (let r = 0, at = 0; r < R; r++, at += 4) {
          result[r] += p.rows[at] * out[0] + (p.rows[at + 1] + s * p.rows[at + 2] + t * p.rows[at + 3]) * out[1];
        }
      }
      return result;
    };
  }

  // tau dkappa/dt.
  flow(kappa, v, result = new Float64Array(this.rank), rest = undefined) {
    this.place(kappa, v, rest);
    this.expectations(0, this.rank, result);
    for (let r = 0; r < this.rank; r++) result[r] -= kappa[r];
    return result;
  }

  // E[w phi], the readout without its constant.
  weighted(kappa, v, result = new Float64Array(this.outputs), rest = undefined) {
    this.place(kappa, v, rest);
    if (this.biasPlace >= 0 && !this.biasReachesReadout) this.q[this.biasPlace] = 0;
    return this.expectations(this.rank, this.weights, result);
  }

  // z at a state that has been held: in rate form the filtered readout has then come to rest.
  readout(kappa, v, result = new Float64Array(this.outputs), rest = undefined) {
    this.weighted(kappa, v, result, rest);
    for (let o = 0; o < this.outputs; o++) result[o] += this.readoutBias[o];
    return result;
  }

  // d(tau dkappa_r/dt)/dkappa_s, rows of R numbers.
  jacobian(kappa, v) {
    const R = this.rank;
    const rows = Array.from({ length: R }, () => new Float64Array(R));
    this.place(kappa, v);
    for (const population of this.populations) this.respond(population, 0, R, R, rows);
    for (let r = 0; r < R; r++) rows[r][r] -= 1;
    return rows;
  }

  // Adds to rows[a - from][j] what a small change of the drive j does to E[a phi] through one population, at the present q:
  // alpha d/dq_j { mean_a <phi> + (C q)_a <phi'> }. It is the whole coupling of a weight and a drive there; covariance times
  // gain is its only term where all means and the state are zero.
  respond(population, from, to, columns, rows) {
    const { fraction, mean, covariance } = population;
    const { weights: first, h } = this;
    const { mu, variance } = this.argument(population);
    const [, gain, second, third] = this.averages(mu, variance, this.out);
    this.couple(population, 0, this.vectors.length);
    // Where there is no spread, or what ought to be one is negative and counts as none, it does not change.
    const isSpread = variance > 0 ? 1 : 0;
    for (let a = from; a < to; a++) {
      const row = rows[a - from];
      for (let j = 0; j < columns; j++) {
        const spread = isSpread * h[first + j];
        row[j] += fraction * ((mean[a] * mean[first + j] + covariance[a][first + j]) * gain
          + (mean[a] * spread + h[a] * mean[first + j]) * second + h[a] * spread * third);
      }
    }
  }

  // The whole couplings of one weight with all drives at a state, population by population.
  responses(a, kappa, v, rest) {
    this.place(kappa, v, rest);
    // The readout may not see what all units are biased by.
    if (a >= this.rank && this.biasPlace >= 0 && !this.biasReachesReadout) this.q[this.biasPlace] = 0;
    return this.populations.map((population) => {
      const row = new Float64Array(this.drives.length);
      this.respond(population, a, a + 1, row.length, [row]);
      return row;
    });
  }

  // <phi'> of every population, and its mu and Delta.
  gains(kappa, v, rest) {
    this.place(kappa, v, rest);
    return this.populations.map((population) => {
      const { mu, variance } = this.argument(population);
      return { mu, delta: Math.sqrt(variance), gain: this.averages(mu, variance, this.out)[1] };
    });
  }

  start() {
    return {
      kappa: Float64Array.from(this.file.start?.kappa ?? new Array(this.rank).fill(0)),
      v: Float64Array.from(this.file.start?.v ?? new Array(this.inputs).fill(0)), current: 0, start: 1,
      zeta: Float64Array.from(this.file.start?.readout ?? new Array(this.outputs).fill(0)),
    };
  }

  // One Euler step of alpha under u, in place; kappa and z are read after it.
  step(state, u, alpha = this.alpha) {
    const drive = this.isRate ? u : state.v;
    const change = this.flow(state.kappa, drive, undefined, state);
    const weighted = this.isRate ? this.weighted(state.kappa, drive, undefined, state) : undefined;
    for (let r = 0; r < this.rank; r++) state.kappa[r] += alpha * change[r];
    for (let k = 0; k < this.inputs; k++) state.v[k] += alpha * (u[k] - state.v[k]);
    if (weighted) for (let o = 0; o < this.outputs; o++) state.zeta[o] += alpha * (weighted[o] - state.zeta[o]);
    state.current += alpha * (1 - state.current);
    state.start *= 1 - alpha;
  }

  // tau d/dt of everything in a state.
  rates(state, u) {
    const drive = this.isRate ? u : state.v;
    const weighted = this.isRate ? this.weighted(state.kappa, drive, undefined, state) : undefined;
    return {
      kappa: this.flow(state.kappa, drive, undefined, state), v: state.v.map((x, k) => u[k] - x),
      current: 1 - state.current, start: -state.start, zeta: state.zeta.map((x, o) => (weighted ? weighted[o] - x : 0)),
    };
  }

  // One step of Runge and Kutta's method of fourth order over h, in units of tau, under a constant u, in place.
  rungeKutta(state, u, h) {
    const moved = (k, by) => ({
      kappa: state.kappa.map((x, i) => x + by * k.kappa[i]), v: state.v.map((x, i) => x + by * k.v[i]),
      current: state.current + by * k.current, start: state.start + by * k.start,
      zeta: state.zeta.map((x, i) => x + by * k.zeta[i]),
    });
    const k1 = this.rates(state, u);
    const k2 = this.rates(moved(k1, h / 2), u);
    const k3 = this.rates(moved(k2, h / 2), u);
    const k4 = this.rates(moved(k3, h), u);
    const sum = (a, b, c, d) => (h / 6) * (a + 2 * b + 2 * c + d);
    for (const name of ["kappa", "v", "zeta"]) {
      for (let i = 0; i < state[name].length; i++) state[name][i] += sum(k1[name][i], k2[name][i], k3[name][i], k4[name][i]);
    }
    for (const name of ["current", "start"]) state[name] += sum(k1[name], k2[name], k3[name], k4[name]);
  }

  output(state) {
    if (this.isRate) return state.zeta.map((x, o) => x + this.readoutBias[o]);
    return this.readout(state.kappa, state.v, undefined, state);
  }

  // One trial of inputs u[t][k]: kappa[t][r] and z[t][o], read after the update with u[t]. Steps are Euler's of alpha, or
  // Runge and Kutta's over the same time, under inputs that are constant within a step.
  simulate(u, { state = this.start(), method = "euler" } = {}) {
    const kappa = [];
    const z = [];
    for (const input of u) {
      if (method === "rk4") this.rungeKutta(state, input, this.alpha);
      else this.step(state, input);
      kappa.push(Array.from(state.kappa));
      z.push(Array.from(this.output(state)));
    }
    return { kappa, z };
  }

  // A trajectory of the flow from kappa under a constant input, by Runge-Kutta of fourth order; v has come to rest.
  *trajectorySteps(kappa, input, { duration = 20, step = 0.1, tolerance = 1e-9 } = {}) {
    const R = this.rank;
    yield Array.from(kappa);
    let x = Float64Array.from(kappa);
    const at = (k, h) => this.flow(x.map((value, r) => value + h * (k ? k[r] : 0)), input);
    for (let t = 0; t < duration; t += step) {
      const k1 = at(null, 0), k2 = at(k1, step / 2), k3 = at(k2, step / 2), k4 = at(k3, step);
      let speed = 0;
      for (let r = 0; r < R; r++) {
        const d = (k1[r] + 2 * k2[r] + 2 * k3[r] + k4[r]) / 6;
        x[r] += step * d;
        speed = Math.max(speed, Math.abs(d));
      }
      if (!x.every(Number.isFinite)) return;
      yield Array.from(x);
      if (speed < tolerance) return;
    }
  }

  trajectory(kappa, input, options) {
    return [...this.trajectorySteps(kappa, input, options)];
  }

  // A box that holds every fixed point where phi is bounded: |kappa_r| <= sup |phi| E|n_r|; else what `reach` says.
  box(reach = 3) {
    const bounded = ["tanh", "erf", "logistic"].includes(this.transfer);
    return Array.from({ length: this.rank }, (_, r) => {
      const size = this.populations.reduce(
        (sum, p) => sum + p.fraction * Math.sqrt(p.covariance[r][r] + p.mean[r] * p.mean[r]), 0);
      return bounded ? size : Math.max(size, reach);
    });
  }
}
