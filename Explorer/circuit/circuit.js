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
    this.biasReachesReadout = file.biasReachesReadout !== false;
    this.readoutBias = file.readoutBias ?? new Array(this.outputs).fill(0);
    this.vectors = file.vectors;
    this.weights = this.rank + this.outputs;
    this.drives = this.vectors.slice(this.weights);
    this.biasPlace = this.drives.indexOf("b");
    this.currentPlace = this.drives.indexOf("c");
    this.startPlace = this.drives.indexOf("x0");
    this.populations = file.populations.map((p) => ({
      fraction: p.fraction, mean: Float64Array.from(p.mean), covariance: p.covariance.map((row) => Float64Array.from(row)),
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

  // mu, Delta^2 and C q of one population at the present q.
  argument(population) {
    const { mean, covariance } = population;
    const first = this.weights;
    const { q, h } = this;
    let mu = 0;
    for (let j = 0; j < q.length; j++) mu += mean[first + j] * q[j];
    for (let a = 0; a < h.length; a++) {
      let sum = 0;
      const row = covariance[a];
      for (let j = 0; j < q.length; j++) sum += row[first + j] * q[j];
      h[a] = sum;
    }
    let variance = 0;
    for (let j = 0; j < q.length; j++) variance += h[first + j] * q[j];
    return { mu, variance: Math.max(variance, 0) };
  }

  // E[a phi] for the weights from..<to, into result.
  expectations(from, to, result) {
    for (let a = from; a < to; a++) result[a - from] = 0;
    for (const population of this.populations) {
      const { mu, variance } = this.argument(population);
      this.averages(mu, variance, this.out);
      for (let a = from; a < to; a++) {
        result[a - from] += population.fraction * (population.mean[a] * this.out[0] + this.h[a] * this.out[1]);
      }
    }
    return result;
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
    const first = this.weights;
    const rows = Array.from({ length: R }, () => new Float64Array(R));
    this.place(kappa, v);
    for (const { fraction, mean, covariance } of this.populations) {
      const { mu, variance } = this.argument({ mean, covariance });
      const [, gain, second, third] = this.averages(mu, variance, this.out);
      for (let r = 0; r < R; r++) {
        for (let s = 0; s < R; s++) {
          rows[r][s] += fraction * (mean[r] * mean[first + s] * gain + mean[r] * this.h[first + s] * second
            + covariance[r][first + s] * gain + this.h[r] * mean[first + s] * second
            + this.h[r] * this.h[first + s] * third);
        }
      }
    }
    for (let r = 0; r < R; r++) rows[r][r] -= 1;
    return rows;
  }

  // <phi'> of every population, and its mu and Delta.
  gains(kappa, v) {
    this.place(kappa, v);
    return this.populations.map((population) => {
      const { mu, variance } = this.argument(population);
      return { mu, delta: Math.sqrt(variance), gain: this.averages(mu, variance, this.out)[1] };
    });
  }

  // Effective couplings sum_p alpha_p cov_p(a, y) <phi'>_p of weight a on drive y.
  effectiveCoupling(kappa, v, a, y) {
    const gains = this.gains(kappa, v);
    return this.populations.reduce((sum, p, i) => sum + p.fraction * p.covariance[a][this.weights + y] * gains[i].gain, 0);
  }

  start() {
    return {
      kappa: Float64Array.from(this.file.initialKappa ?? new Array(this.rank).fill(0)),
      v: new Float64Array(this.inputs), current: 0, start: 1,
      zeta: Float64Array.from(this.file.initialReadout ?? new Array(this.outputs).fill(0)),
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

  output(state) {
    if (this.isRate) return state.zeta.map((x, o) => x + this.readoutBias[o]);
    return this.readout(state.kappa, state.v, undefined, state);
  }

  // Trials of inputs u[t][k]: kappa[t][r] and z[t][o], read after the update with u[t].
  simulate(u, state = this.start()) {
    const kappa = [];
    const z = [];
    for (const input of u) {
      this.step(state, input);
      kappa.push(Array.from(state.kappa));
      z.push(Array.from(this.output(state)));
    }
    return { kappa, z };
  }

  // A trajectory of the flow from kappa under a constant input, by Runge-Kutta of fourth order; v has come to rest.
  trajectory(kappa, input, { duration = 20, step = 0.1, tolerance = 1e-9 } = {}) {
    const R = this.rank;
    const points = [Array.from(kappa)];
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
      if (!x.every(Number.isFinite)) break;
      points.push(Array.from(x));
      if (speed < tolerance) break;
    }
    return points;
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
