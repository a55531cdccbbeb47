// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// swift-format-ignore-file
// Written by Scripts/explorer-sources from the files of Explorer/: change those, and run it again.

/// The files of Explorer/, as they stand there.
enum ExplorerFiles {
  /// Explorer/circuit/averages.js.
  static let circuit_averages_js = #"""
// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Gaussian averages <f> = E f(mu + Delta Z) of phi and its derivatives, Z standard normal.
//
// average(transfer)(mu, variance, out) fills out = [<phi>, <phi'>, <phi''>, <phi'''>].
//
// erf, ReLU and linear have closed forms. tanh, logistic and softplus are reduced to averages of tanh's
// derivatives and to one of tanh or softplus. Below Delta = 0.6 the trapezoid rule runs over z, where the integrand's
// poles are far (at distance pi / (2 Delta)) and e^{-z^2/2} ends the sum; above, over x = mu + Delta z, where
// tanh' = sech^2 ends it and the poles of tanh at i pi/2 set the step. Both are exact to some 1e-13.

import { density, distribution, erf } from "./special.js";

// The nodes of both rules; a coarse set serves pictures, which are drawn sixty times a second.
function rule(stepZ, reachZ, stepX, reachX) {
  const nodesZ = [];
  for (let z = -reachZ; z <= reachZ + 1e-9; z += stepZ) nodesZ.push([z, (stepZ * Math.exp(-0.5 * z * z)) / Math.sqrt(2 * Math.PI)]);
  const nodesX = [];
  for (let x = -reachX; x <= reachX + 1e-9; x += stepX) {
    const [t, d1, d2, d3] = tanhFamily(x);
    nodesX.push([x, t - erf(C * x), d1, d2, d3]);
  }
  // Softplus has twice tanh's argument: what is left of log(1 + e^x) over the average of a ramp.
  const nodesS = [];
  for (let x = -2.14 * reachX; x <= 2.14 * reachX + 1e-9; x += 2 * stepX) {
    nodesS.push([x, softplus(x) - (x * distribution(x / RAMP) + RAMP * density(x / RAMP))]);
  }
  return { nodesZ, stepX, nodesX, nodesS };
}

// Below this Delta the rule runs over z.
const EDGE = 0.6;
// erf(c x) has tanh's slope at zero; what is left of tanh decays like e^{-2|x|} and has tanh's poles alone.
const C = Math.sqrt(Math.PI) / 2;
const RAMP = 1.6;

function softplus(x) {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

// tanh and its derivatives without cancellation: sech^2 = 4a / (1 + a)^2 with a = e^{-2|x|}.
function tanhFamily(x) {
  const a = Math.exp(-2 * Math.abs(x));
  const s = (4 * a) / ((1 + a) * (1 + a));
  const t = ((x < 0 ? -1 : 1) * (1 - a)) / (1 + a);
  return [t, s, -2 * t * s, -2 * s * (1 - 3 * t * t)];
}

const EXACT = rule(0.3, 9, 0.24, 16.8);
const COARSE = rule(0.45, 5.4, 0.45, 7.2);

// <tanh> and its derivatives, with no exponential of its own for any node: on equally spaced nodes e^{2x} is a geometric
// sequence, and a Gaussian has ratios that are one. That costs some 1e-13 in rounding.
function tanhAverages(mu, variance, out, { nodesZ, stepX, nodesX } = EXACT) {
  const delta = Math.sqrt(variance);
  let a0 = 0, a1 = 0, a2 = 0, a3 = 0;
  if (delta === 0) {
    const f = tanhFamily(mu);
    out[0] = f[0]; out[1] = f[1]; out[2] = f[2]; out[3] = f[3];
    return out;
  }
  if (delta < EDGE) {
    const step = nodesZ[1][0] - nodesZ[0][0];
    // Beyond 30, tanh is one to rounding on all nodes.
    let e = Math.exp(2 * (Math.min(Math.max(mu, -30), 30) + delta * nodesZ[0][0]));
    const ratio = Math.exp(2 * delta * step);
    for (let i = 0; i < nodesZ.length; i++, e *= ratio) {
      const inverse = 1 / (1 + e);
      const s = 4 * e * inverse * inverse;
      const t = (e - 1) * inverse;
      const w = nodesZ[i][1];
      a0 += w * t; a1 += w * s; a2 -= w * 2 * t * s; a3 -= w * 2 * s * (1 - 3 * t * t);
    }
    out[0] = a0; out[1] = a1; out[2] = a2; out[3] = a3;
    return out;
  }
  const last = nodesX.length - 1;
  const centre = Math.min(Math.max(Math.round((mu - nodesX[0][0]) / stepX), 0), last);
  const start = (nodesX[centre][0] - mu) / delta;
  const h = stepX / delta;
  const shrink = Math.exp(-h * h);
  const begin = (stepX / (delta * Math.sqrt(2 * Math.PI))) * Math.exp(-0.5 * start * start);
  // Where the Gaussian is zero on all nodes, nothing is added to the error function.
  for (let side = -1; side <= 1 && begin > 0; side += 2) {
    let w = begin;
    let ratio = Math.exp(-0.5 * h * h - side * h * start);
    for (let i = centre; i >= 0 && i <= last; i += side) {
      // The middle node belongs to one side only.
      if (side < 0 || i !== centre) {
        const node = nodesX[i];
        a0 += w * node[1]; a1 += w * node[2]; a2 += w * node[3]; a3 += w * node[4];
      }
      w *= ratio;
      ratio *= shrink;
    }
  }
  out[0] = a0 + erf((C * mu) / Math.sqrt(1 + 2 * C * C * variance));
  out[1] = a1; out[2] = a2; out[3] = a3;
  return out;
}

// logistic(x) = (1 + tanh(x/2)) / 2.
function logisticAverages(mu, variance, out, nodes = EXACT) {
  tanhAverages(mu / 2, variance / 4, out, nodes);
  out[0] = 0.5 * (1 + out[0]);
  out[1] *= 1 / 4; out[2] *= 1 / 8; out[3] *= 1 / 16;
  return out;
}

// softplus' = logistic.
function softplusAverages(mu, variance, out, nodes = EXACT) {
  tanhAverages(mu / 2, variance / 4, out, nodes);
  const { nodesZ, nodesS, stepX } = nodes;
  const first = 0.5 * (1 + out[0]);
  const second = out[1] / 4;
  const third = out[2] / 8;
  const delta = Math.sqrt(variance);
  let rate = 0;
  if (delta < 2 * EDGE) {
    if (delta === 0) rate = softplus(mu);
    else for (let i = 0; i < nodesZ.length; i++) rate += nodesZ[i][1] * softplus(mu + delta * nodesZ[i][0]);
  } else {
    const scale = (2 * stepX) / (delta * Math.sqrt(2 * Math.PI));
    for (let i = 0; i < nodesS.length; i++) {
      const z = (nodesS[i][0] - mu) / delta;
      if (z > 38 || z < -38) continue;
      rate += scale * Math.exp(-0.5 * z * z) * nodesS[i][1];
    }
    const width = Math.sqrt(RAMP * RAMP + variance);
    rate += mu * distribution(mu / width) + width * density(mu / width);
  }
  out[0] = rate; out[1] = first; out[2] = second; out[3] = third;
  return out;
}

// erf(x), no scaling of its argument.
function erfAverages(mu, variance, out) {
  const s = 1 + 2 * variance;
  const gain = (2 / Math.sqrt(Math.PI * s)) * Math.exp((-mu * mu) / s);
  out[0] = erf(mu / Math.sqrt(s));
  out[1] = gain;
  out[2] = ((-2 * mu) / s) * gain;
  out[3] = ((4 * mu * mu) / (s * s) - 2 / s) * gain;
  return out;
}

function reluAverages(mu, variance, out) {
  const delta = Math.sqrt(variance);
  if (delta === 0) {
    out[0] = Math.max(mu, 0); out[1] = mu > 0 ? 1 : mu < 0 ? 0 : 0.5; out[2] = 0; out[3] = 0;
    return out;
  }
  const t = mu / delta;
  const p = density(t);
  out[1] = distribution(t);
  out[0] = mu * out[1] + delta * p;
  out[2] = p / delta;
  out[3] = (-t * p) / variance;
  return out;
}

function linearAverages(mu, variance, out) {
  out[0] = mu; out[1] = 1; out[2] = 0; out[3] = 0;
  return out;
}

export const AVERAGES = {
  tanh: tanhAverages, erf: erfAverages, relu: reluAverages, softplus: softplusAverages,
  logistic: logisticAverages, linear: linearAverages,
};

// The same for pictures: <phi> and <phi'> to 1e-6.
export const COARSE_AVERAGES = {
  ...AVERAGES,
  tanh: (mu, variance, out) => tanhAverages(mu, variance, out, COARSE),
  logistic: (mu, variance, out) => logisticAverages(mu, variance, out, COARSE),
  softplus: (mu, variance, out) => softplusAverages(mu, variance, out, COARSE),
};
"""#

  /// Explorer/circuit/circuit.js.
  static let circuit_circuit_js = #"""
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
    const first = this.weights;
    const rows = Array.from({ length: R }, () => new Float64Array(R));
    this.place(kappa, v);
    for (const population of this.populations) {
      const { fraction, mean, covariance } = population;
      const { mu, variance } = this.argument(population);
      const [, gain, second, third] = this.averages(mu, variance, this.out);
      this.couple(population, 0, this.vectors.length);
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
"""#

  /// Explorer/circuit/exported.js.
  static let circuit_exported_js = #"""
// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// The end of a module that kappa export writes: FILE is circuit.json, and everything is about this one circuit.

import { AVERAGES } from "./averages.js";
import { Circuit } from "./circuit.js";
import { fixedPoints as search } from "./fixed-points.js";

const FILE = {};

export const circuit = new Circuit(FILE);

// [<phi>, <phi'>, <phi''>, <phi'''>] over a normal activation of this mean and deviation.
export function averages(mean, deviation) {
  return [...AVERAGES[circuit.transfer](mean, deviation * deviation, new Float64Array(4))];
}

// tau dkappa/dt at kappa, with v (in rate form u) held.
export function flow(kappa, v) {
  return [...circuit.flow(kappa, v)];
}

// Its derivative by kappa, row by row.
export function jacobian(kappa, v) {
  return circuit.jacobian(kappa, v).map((row) => [...row]);
}

// One trial of inputs u[t][k], as { kappa[t][r], z[t][o] }, read after the update with u[t]; method "euler" or "rk4".
export function simulate(u, method = "euler") {
  return circuit.simulate(u, { method });
}

// Fixed points under a constant input, each { kappa, eigenvalues [[re, im], ...], stability, output }: complete at rank 1
// up to the grid's spacing, beyond it what Newton's method finds from a grid of starts. Eigenvalues are roots of the
// characteristic polynomial, which is good for ranks up to 8.
export function fixedPoints(input = new Array(circuit.inputs).fill(0), options = {}) {
  return search(circuit, input, options);
}
"""#

  /// Explorer/circuit/fixed-points.js.
  static let circuit_fixed_points_js = #"""
// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Fixed points of the flow under a constant input, by Newton's method from a grid, and their stability.

// Solves A x = b by elimination with pivoting; null where A is singular to rounding.
function solve(rows, b) {
  const n = b.length;
  const a = rows.map((row, i) => [...row, b[i]]);
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let i = column + 1; i < n; i++) if (Math.abs(a[i][column]) > Math.abs(a[pivot][column])) pivot = i;
    if (!(Math.abs(a[pivot][column]) > 1e-14)) return null;
    [a[column], a[pivot]] = [a[pivot], a[column]];
    for (let i = column + 1; i < n; i++) {
      const factor = a[i][column] / a[column][column];
      for (let j = column; j <= n; j++) a[i][j] -= factor * a[column][j];
    }
  }
  const x = new Array(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    let sum = a[i][n];
    for (let j = i + 1; j < n; j++) sum -= a[i][j] * x[j];
    x[i] = sum / a[i][i];
  }
  return x;
}

// Eigenvalues [re, im] of a small matrix: the roots of its characteristic polynomial (Faddeev-LeVerrier), all at once
// by Durand and Kerner's iteration.
export function eigenvalues(rows) {
  const n = rows.length;
  if (n === 1) return [[rows[0][0], 0]];
  if (n === 2) {
    const half = (rows[0][0] + rows[1][1]) / 2;
    // (a - d)^2 / 4 + bc instead of half^2 - det: no cancellation for nearly equal eigenvalues.
    const square = ((rows[0][0] - rows[1][1]) / 2) ** 2 + rows[0][1] * rows[1][0];
    const root = Math.sqrt(Math.abs(square));
    return square >= 0 ? [[half + root, 0], [half - root, 0]] : [[half, root], [half, -root]];
  }
  const coefficients = [1];
  let m = rows.map((row) => row.map(() => 0));
  for (let k = 1; k <= n; k++) {
    for (let i = 0; i < n; i++) m[i][i] += coefficients[k - 1];
    m = rows.map((row) => m[0].map((_, j) => row.reduce((sum, value, l) => sum + value * m[l][j], 0)));
    coefficients.push(-m.reduce((sum, row, i) => sum + row[i], 0) / k);
  }
  const size = 1 + Math.max(...coefficients.map(Math.abs));
  let roots = Array.from({ length: n }, (_, i) => {
    const angle = (2 * Math.PI * i) / n + 0.4;
    return [0.5 * size ** (1 / n) * Math.cos(angle), 0.5 * size ** (1 / n) * Math.sin(angle)];
  });
  const times = ([a, b], [c, d]) => [a * c - b * d, a * d + b * c];
  for (let sweep = 0; sweep < 500; sweep++) {
    let change = 0;
    roots = roots.map((root, i) => {
      let value = [1, 0];
      for (const c of coefficients.slice(1)) value = (([a, b]) => [a + c, b])(times(value, root));
      let product = [1, 0];
      roots.forEach((other, j) => { if (j !== i) product = times(product, [root[0] - other[0], root[1] - other[1]]); });
      const norm = product[0] ** 2 + product[1] ** 2;
      if (!(norm > 0)) return [root[0] + 1e-6, root[1] + 1e-6];
      const step = [(value[0] * product[0] + value[1] * product[1]) / norm, (value[1] * product[0] - value[0] * product[1]) / norm];
      change = Math.max(change, Math.hypot(...step));
      return [root[0] - step[0], root[1] - step[1]];
    });
    if (change < 1e-14 * size) break;
  }
  return roots.map(([re, im]) => [re, Math.abs(im) < 1e-9 * (1 + Math.abs(re)) ? 0 : im]);
}

// Newton's method with steps that halve until the speed falls; null where it leads nowhere.
export function newton(circuit, start, input, limit, tolerance = 1e-10) {
  let kappa = Float64Array.from(start);
  let flow = circuit.flow(kappa, input);
  let speed = Math.hypot(...flow);
  for (let step = 0; step < 60; step++) {
    if (speed < 1e-3 * tolerance) break;
    const direction = solve(circuit.jacobian(kappa, input), Array.from(flow, (x) => -x));
    if (!direction) return null;
    let scale = 1;
    let found = false;
    for (let half = 0; half < 30; half++, scale /= 2) {
      const next = kappa.map((x, r) => x + scale * direction[r]);
      const nextFlow = circuit.flow(next, input);
      const nextSpeed = Math.hypot(...nextFlow);
      if (nextSpeed < speed) {
        kappa = next; flow = nextFlow; speed = nextSpeed; found = true;
        break;
      }
    }
    if (!found) break;
    if (kappa.some((x, r) => Math.abs(x) > 4 * limit[r] + 1)) return null;
  }
  return speed < tolerance ? kappa : null;
}

// An exact point near one of coarse averages; null where there is none near by.
export function refine(circuit, start, input, limit) {
  const found = newton(circuit, start, input, limit);
  return found && Math.hypot(...found.map((x, r) => (x - start[r]) / limit[r])) < 0.05 ? found : null;
}

// Rank 1: all points that a grid can tell apart, found with coarse averages and made exact.
export function scan(coarse, circuit, input, box, count = 401) {
  const found = [];
  let last = null;
  for (let i = 0; i < count; i++) {
    const x = box[0] * ((2 * i) / (count - 1) - 1);
    const f = coarse.flow([x], input)[0];
    // Where the speed nearly touches zero, and within rounding of the coarse averages, the exact ones decide.
    const isNear = Math.abs(f) < 2e-3;
    if (last && (last[1] * f < 0 || isNear || last[2])) {
      const [low, high] = [last[0], x];
      const [a, b] = [circuit.flow([low], input)[0], circuit.flow([high], input)[0]];
      if (a === 0) found.push([low]);
      if (a * b < 0) found.push([bisect(circuit, low, high, a, input)]);
      else if (isNear && a !== 0 && b !== 0) {
        const root = newton(circuit, [(low + high) / 2], input, box);
        if (root && root[0] >= low && root[0] <= high) found.push([root[0]]);
      }
      if (b === 0 && i === count - 1) found.push([high]);
    }
    last = [x, f, isNear];
  }
  return found;
}

// Points of a grid over the box: at rank 1 between the changes of sign, else Newton's method from every node.
export function fixedPoints(circuit, input, { reach = 3, nodes } = {}) {
  const box = circuit.box(reach).map((x) => 1.05 * x + 1e-9);
  const found = [];
  const keep = (kappa) => {
    const near = found.some((p) => Math.hypot(...p.kappa.map((x, r) => (x - kappa[r]) / box[r])) < 1e-6);
    if (!near) found.push(describe(circuit, kappa, input));
  };
  if (circuit.rank === 1) {
    const count = nodes ?? 801;
    let last = null;
    for (let i = 0; i < count; i++) {
      const x = box[0] * ((2 * i) / (count - 1) - 1);
      const f = circuit.flow([x], input)[0];
      if (f === 0) keep([x]);
      else if (last && last[1] * f < 0) keep([bisect(circuit, last[0], x, last[1], input)]);
      else if (last && Math.abs(f) < 1e-3) {
        const root = newton(circuit, [x], input, box);
        if (root && Math.abs(root[0]) <= 1.001 * box[0]) keep(Array.from(root));
      }
      last = f === 0 ? null : [x, f];
    }
  } else {
    const count = nodes ?? (circuit.rank === 2 ? 15 : Math.max(3, Math.floor(1200 ** (1 / circuit.rank))));
    const total = count ** circuit.rank;
    for (let index = 0; index < total; index++) {
      let rest = index;
      const start = box.map((size) => {
        const i = rest % count;
        rest = Math.floor(rest / count);
        return size * ((2 * i) / (count - 1) - 1);
      });
      const root = newton(circuit, start, input, box);
      if (root) keep(Array.from(root));
    }
  }
  return found.sort((a, b) => a.kappa[0] - b.kappa[0]);
}

// The zero within a bracket: false position that halves a value that stays (Illinois), and bisection where that is slow.
function bisect(circuit, low, high, atLow, input) {
  let [a, b, f, g] = [low, high, atLow, circuit.flow([high], input)[0]];
  for (let i = 0; i < 200 && Math.abs(b - a) > 1e-15 * (Math.abs(a) + Math.abs(b)); i++) {
    let middle = i % 8 === 7 ? (a + b) / 2 : (a * g - b * f) / (g - f);
    if (!(middle > Math.min(a, b) && middle < Math.max(a, b))) middle = (a + b) / 2;
    const value = circuit.flow([middle], input)[0];
    if (Math.abs(value) < 1e-16) return middle;
    if (value * g < 0) [a, f] = [b, g];
    else f /= 2;
    [b, g] = [middle, value];
  }
  return b;
}

// Rounding of the flow's Jacobian: what is nearer to zero than this has no sign.
const MARGIN = 1e-9;

export function describe(circuit, kappa, input) {
  const values = eigenvalues(circuit.jacobian(kappa, input).map((row) => Array.from(row)));
  const largest = Math.max(...values.map((v) => v[0]));
  return {
    kappa: Array.from(kappa), eigenvalues: values,
    stability: largest < -MARGIN ? "stable" : largest > MARGIN ? "unstable" : "marginal",
    output: Array.from(circuit.readout(kappa, input)),
  };
}
"""#

  /// Explorer/circuit/special.js.
  static let circuit_special_js = #"""
// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Functions that JavaScript does not have, to rounding.

const SQRT_PI = Math.sqrt(Math.PI);

// erfc(x) for x >= 0.5 by its continued fraction from below (Lentz, evaluated backwards), else 1 - erf.
// The series of erf converges fast below 2; the fraction with 60 terms is exact to rounding from 2 on.
export function erf(x) {
  if (Number.isNaN(x)) return x;
  const a = Math.abs(x);
  if (a < 2) {
    // erf x = 2/sqrt(pi) e^{-x^2} sum 2^n x^{2n+1} / (2n+1)!!: all terms are positive, no cancellation.
    let term = a;
    let sum = a;
    for (let n = 1; n < 60 && term > 1e-17 * sum; n++) {
      term *= (2 * a * a) / (2 * n + 1);
      sum += term;
    }
    const value = (2 / SQRT_PI) * Math.exp(-a * a) * sum;
    return x < 0 ? -value : value;
  }
  const value = 1 - erfcTail(a);
  return x < 0 ? -value : value;
}

export function erfc(x) {
  if (x >= 2) return erfcTail(x);
  return 1 - erf(x);
}

// e^{-x^2}/sqrt(pi) / (x + (1/2)/(x + 1/(x + (3/2)/(x + ...)))) for x >= 2.
function erfcTail(x) {
  if (x > 27) return 0;
  let fraction = x;
  for (let k = 60; k >= 1; k--) fraction = x + (k / 2) / fraction;
  return Math.exp(-x * x) / (SQRT_PI * fraction);
}

// The standard normal's density and distribution function.
export function density(t) {
  return Math.abs(t) > 38 ? 0 : Math.exp(-0.5 * t * t) / Math.sqrt(2 * Math.PI);
}

export function distribution(t) {
  return 0.5 * erfc(-t / Math.SQRT2);
}
"""#

  /// Explorer/page/basins.js.
  static let page_basins_js = #"""
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
"""#

  /// Explorer/page/controls.js.
  static let page_controls_js = #"""
// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Sliders for inputs and for every mean and covariance that acts, by population; switches that silence a population.

import { html, number } from "./svg.js";

// What acts on the dynamics, population by population: names, kinds and how far a slider goes.
export function parameters(model) {
  const { original, data } = model;
  const { vectors, weights } = original;
  const groups = [];
  data.circuit.populations.forEach((population, p) => {
    const errors = data.standardErrors?.[p];
    const size = (i) => Math.sqrt(Math.max(population.covariance[i][i], 0)) || 1;
    const entry = (name, label, value, scale, error) => ({ name, label, value, reach: Math.max(2 * Math.abs(value), 1.5 * scale, 0.1), error });
    const covariance = (i, j) => entry(`${p}:cov:${i}:${j}`, `σ(${model.vector(i)}, ${model.vector(j)})`, population.covariance[i][j], size(i) * size(j), errors?.covariance?.[i]?.[j]);
    const mean = (i) => entry(`${p}:mean:${i}`, `mean ${model.vector(i)}`, population.mean[i], size(i), errors?.mean?.[i]);
    const drives = vectors.map((_, i) => i).filter((i) => i >= weights);
    const selection = vectors.map((_, i) => i).filter((i) => i < original.rank);
    const readout = vectors.map((_, i) => i).filter((i) => i >= original.rank && i < weights);
    groups.push({
      population: p,
      parts: [
        { title: "Recurrence and inputs: n with m and inputs", items: selection.flatMap((a) => drives.map((j) => covariance(a, j))) },
        { title: "Readout: w with m and inputs", items: readout.flatMap((a) => drives.map((j) => covariance(a, j))) },
        { title: "Gain: variances and covariances of m and inputs", items: drives.flatMap((i, x) => drives.slice(x).map((j) => covariance(i, j))) },
        { title: "Means", items: vectors.map((_, i) => mean(i)) },
      ].filter((part) => part.items.length > 0),
    });
  });
  return groups;
}

export class Controls {
  constructor(model, inputPlace, circuitPlace) {
    this.model = model;
    this.rows = [];
    this.inputs = model.inputNames.map((name, k) => this.slider(inputPlace, {
      label: name, reach: inputReach(model, k), value: () => model.input[k], set: (x) => model.setInput(k, x), name: `input:${k}`,
    }));
    if (model.inputNames.length === 0) inputPlace.append(html("p", { class: "quiet" }, ["This circuit has no input."]));
    if (model.data.panels?.length > 0) {
      inputPlace.append(html("div", { class: "buttons" }, model.data.panels.map((panel) =>
        html("button", { type: "button", onclick: () => model.setInputs(panel.input) }, [panel.name]))));
    }
    const fractions = model.data.circuit.populations.map((p) => p.fraction);
    for (const group of parameters(model)) {
      const p = group.population;
      const title = fractions.length === 1 ? "All units" : `Population ${p + 1} (${number(100 * fractions[p], 2)} % of the units)`;
      const body = html("details", { open: p === 0, class: "population" }, [html("summary", {}, [title])]);
      if (fractions.length > 1) {
        const box = html("input", { type: "checkbox", id: `silence${p}`, onchange: (event) => model.silence(p, event.target.checked) });
        this.rows.push(() => { box.checked = model.silenced.has(p); });
        body.append(html("label", { class: "switch", for: `silence${p}` }, [box, " silence this population"]));
      }
      for (const part of group.parts) {
        const inner = html("details", { open: p === 0 && part === group.parts[0] }, [html("summary", {}, [part.title])]);
        for (const item of part.items) {
          this.slider(inner, {
            label: item.label, reach: item.reach, mark: item.value, error: item.error, name: item.name,
            value: () => model.value(item.name), set: (x) => model.set(item.name, x),
          });
        }
        body.append(inner);
      }
      circuitPlace.append(body);
    }
    model.listen(() => this.refresh());
    this.refresh();
  }

  slider(place, { label, reach, value, set, mark, error, name }) {
    const output = html("output", {}, []);
    const step = 10 ** Math.floor(Math.log10(reach / 400));
    const input = html("input", { type: "range", min: -reach, max: reach, step, "aria-label": this.model.label(name), "data-parameter": name });
    input.addEventListener("input", () => set(Number(input.value)));
    const row = html("div", { class: "slider" }, [html("span", { class: "label" }, [label]), html("div", { class: "track" }, [input]), output]);
    if (mark !== undefined) {
      // The measured value, and one standard error to either side of it.
      const share = (x) => Math.min(Math.max((x + reach) / (2 * reach), 0), 1).toFixed(4);
      if (error > 0) {
        const band = html("span", { class: "error" });
        band.style.setProperty("--from", share(mark - error));
        band.style.setProperty("--to", share(mark + error));
        row.querySelector(".track").append(band);
      }
      const tick = html("span", { class: "mark" });
      tick.style.setProperty("--at", share(mark));
      row.querySelector(".track").append(tick);
      const reset = html("button", { type: "button", class: "reset", title: `back to ${number(mark)}`, "aria-label": `reset ${this.model.label(name)}`, onclick: () => set(mark) }, ["↺"]);
      row.append(reset);
      this.rows.push(() => { if (reset.disabled !== (value() === mark)) reset.disabled = value() === mark; });
    }
    // Where points met or appeared as this slider was dragged.
    const track = row.querySelector(".track");
    let [shown, places] = [NaN, undefined];
    const refresh = () => {
      const x = value();
      const found = this.model.bifurcations.get(name);
      if (found !== places) {
        places = found;
        for (const old of track.querySelectorAll(".bifurcation")) old.remove();
        for (const at of found ?? []) {
          const sign = html("span", { class: "bifurcation", title: `fixed points met or appeared at ${number(at, 4)}` });
          sign.style.setProperty("--at", Math.min(Math.max((at + reach) / (2 * reach), 0), 1).toFixed(4));
          track.append(sign);
        }
      }
      if (x === shown) return;
      shown = x;
      if (Number(input.value) !== x) input.value = String(x);
      output.textContent = number(x);
      if (mark !== undefined) row.classList.toggle("changed", x !== mark);
    };
    this.rows.push(refresh);
    refresh();
    place.append(row);
    return row;
  }

  refresh() {
    for (const refresh of this.rows) refresh();
  }
}

function inputReach(model, k) {
  const seen = model.data.trials ? Math.max(...model.data.trials.u.flatMap((trial) => trial.map((u) => Math.abs(u[k])))) : 0;
  return Math.max(1.5 * seen, ...(model.data.panels ?? []).map((p) => 1.5 * Math.abs(p.input[k])), seen > 0 ? 0 : 1);
}
"""#

  /// Explorer/page/courses.js.
  static let page_courses_js = #"""
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
"""#

  /// Explorer/page/data.js.
  static let page_data_js = #"""
// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// What the page was given: JSON, with arrays as single precision in base64.

import { number } from "./svg.js";

// Nested arrays of a shape from base64; row-major, least significant byte first.
export function unpack(text, shape) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  const nest = (level) => Array.from({ length: shape[level] }, () => {
    if (level + 1 < shape.length) return nest(level + 1);
    const value = view.getFloat32(at, true);
    at += 4;
    return value;
  });
  return nest(0);
}

export function readData(text) {
  const data = JSON.parse(text);
  const { trials, circuit } = data;
  if (trials) {
    const shape = (width) => [trials.count, trials.steps, width];
    trials.u = unpack(trials.u, shape(circuit.inputs));
    trials.kappa = trials.kappa ? unpack(trials.kappa, shape(circuit.rank)) : null;
    trials.z = trials.z ? unpack(trials.z, shape(circuit.outputs)) : null;
    trials.target = trials.target ? unpack(trials.target, shape(circuit.outputs)) : null;
  }
  return data;
}

// A condition's value in words, where it has some.
export function wordFor(condition, value) {
  return condition.words?.[value] ?? number(value);
}
"""#

  /// Explorer/page/downloads.js.
  static let page_downloads_js = #"""
// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Pictures and files for the reader to keep.

import { element, html } from "./svg.js";

export function download(name, blob) {
  const link = html("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// The portrait with its colours written into it, so that it looks the same elsewhere.
export function picture(portrait) {
  const copy = portrait.svg.cloneNode(true);
  const properties = ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-size", "font-family"];
  const [from, to] = [portrait.svg.querySelectorAll("*"), copy.querySelectorAll("*")];
  from.forEach((node, i) => {
    const style = getComputedStyle(node);
    for (const property of properties) to[i].setAttribute(property, style.getPropertyValue(property));
  });
  const [width, height] = portrait.svg.getAttribute("viewBox").split(" ").slice(2);
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.prepend(element("rect", { width, height, fill: getComputedStyle(document.body).backgroundColor }));
  return { text: new XMLSerializer().serializeToString(copy), width: Number(width), height: Number(height) };
}

// An SVG as a PNG of twice its size, without asking anybody.
export function png({ text, width, height }) {
  return new Promise((resolve) => {
    const image = new Image();
    image.addEventListener("load", () => {
      const canvas = html("canvas", { width: 2 * width, height: 2 * height });
      canvas.getContext("2d").drawImage(image, 0, 0, 2 * width, 2 * height);
      canvas.toBlob(resolve);
    });
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text);
  });
}
"""#

  /// Explorer/page/equations.js.
  static let page_equations_js = #"""
// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// The kappa-equations with the present numbers, as MathML; changed numbers are marked.

const NAMESPACE = "http://www.w3.org/1998/Math/MathML";

function math(name, children = [], attributes = {}) {
  const node = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}
const id = (text) => math("mi", [text]);
const operator = (text) => math("mo", [text]);
const sub = (base, index) => math("msub", [id(base), index === undefined ? math("mrow") : math("mn", [String(index)])]);

function rounded(x) {
  return String(Number(x.toPrecision(3)));
}

export class Equations {
  constructor(model, place) {
    this.model = model;
    this.place = place;
    model.listenCalmly((changes) => { if (changes.has("circuit")) this.draw(); });
    this.draw();
  }

  draw() {
    const { model } = this;
    const { rank, outputs, weights, drives, isRate } = model.original;
    const rows = [];
    for (let r = 0; r < rank; r++) {
      rows.push(math("mrow", [math("mfrac", [math("mrow", [id("τ"), id("d"), sub("κ", r + 1)]), math("mrow", [id("d"), id("t")])]),
        operator("="), operator("−"), sub("κ", r + 1), ...this.sum(r, drives, weights)]));
    }
    for (let o = 0; o < outputs; o++) {
      const bias = model.original.readoutBias[o];
      rows.push(math("mrow", [sub("z", o + 1), operator("="), ...this.sum(rank + o, drives, weights, true),
        ...(bias !== 0 ? [operator(bias < 0 ? "−" : "+"), math("mn", [rounded(Math.abs(bias))])] : []),
        ...(isRate ? [math("mtext", ["  (filtered by τ)"])] : [])]));
    }
    this.place.replaceChildren(...rows.map((row) => {
      const line = document.createElement("div");
      line.className = "equation";
      line.tabIndex = 0;
      line.append(math("math", [row], { display: "block" }));
      return line;
    }));
  }

  // The terms of weight a: couplings times the gain of each population, means times its rate.
  sum(a, drives, weights, isFirst = false) {
    const { model } = this;
    const nodes = [];
    let first = isFirst;
    model.circuit.populations.forEach((population, p) => {
      const fraction = population.fraction;
      const terms = drives.map((name, j) => [fraction * population.covariance[a][weights + j], name, `${p}:cov:${a}:${weights + j}`]).filter(([x]) => Math.abs(x) > 5e-4);
      const index = model.circuit.populations.length > 1 ? p + 1 : undefined;
      const average = (f) => math("msub", [math("mrow", [operator("⟨"), f === 1 ? math("msup", [id("φ"), operator("′")]) : id("φ"), operator("⟩")]), index === undefined ? math("mrow") : math("mn", [String(index)])]);
      if (terms.length > 0) {
        if (!first) nodes.push(operator("+"));
        first = false;
        nodes.push(average(1), operator("["));
        terms.forEach(([value, name, key], i) => nodes.push(...this.term(value, drive(name), i === 0, model.edits.has(key))));
        nodes.push(operator("]"));
      }
      const mean = fraction * population.mean[a];
      if (Math.abs(mean) > 5e-4) {
        nodes.push(...this.term(mean, average(0), first, model.edits.has(`${p}:mean:${a}`)));
        first = false;
      }
    });
    if (nodes.length === 0 && isFirst) nodes.push(math("mn", ["0"]));
    return nodes;
  }

  term(value, factor, isFirst, isChanged) {
    const size = math("mn", [rounded(Math.abs(value))]);
    if (isChanged) size.setAttribute("class", "changed");
    return [...(value < 0 ? [operator("−")] : isFirst ? [] : [operator("+")]), size, factor];
  }
}

function drive(name) {
  const match = /^([mI])(\d+)$/.exec(name);
  if (match) return sub(match[1] === "m" ? "κ" : "v", match[2]);
  return name === "b" ? math("mn", ["1"]) : name === "c" ? sub("v", "c") : math("mtext", ["e⁻ᵗ"]);
}
"""#

  /// Explorer/page/frames.js.
  static let page_frames_js = #"""
// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Work in its time: drawing once a frame, longer work in slices of a few milliseconds.

// What a frame may spend on work that can wait.
export const SLICE = 3;

// Milliseconds of script in each of the last frames.
export const clock = [];

// Calls draw(set of what has changed) in the next frame, however often it is asked to; calm(set) when changes pause.
export class Frames {
  constructor(draw, calm, pause = 120) {
    this.draw = draw;
    this.calm = calm;
    this.pause = pause;
    this.pending = new Set();
    this.waiting = new Set();
    this.works = new Map();
    this.calmed = new Set();
    this.isAsked = false;
    this.timer = null;
  }

  ask(what) {
    // Calm work that is under way begins anew.
    if (this.works.delete("calm")) for (const change of this.calmed) this.waiting.add(change);
    this.pending.add(what);
    this.waiting.add(what);
    this.request();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.settle(), this.pause);
  }

  // A generator that is run in slices; one of the same name is given up.
  work(name, generator, isDone = () => {}) {
    this.works.set(name, { generator, isDone });
    this.request();
  }

  request() {
    if (this.isAsked) return;
    this.isAsked = true;
    requestAnimationFrame(() => this.frame());
  }

  frame() {
    this.isAsked = false;
    const begin = performance.now();
    if (this.pending.size > 0) {
      const changes = this.pending;
      this.pending = new Set();
      this.draw(changes);
    }
    const end = Math.max(begin + SLICE, Math.min(performance.now() + 1, begin + 2 * SLICE));
    for (const [name, work] of this.works) {
      let isDone = false;
      while (!isDone && performance.now() < end) isDone = work.generator.next().done;
      if (isDone) {
        if (this.works.get(name) === work) this.works.delete(name);
        work.isDone();
      }
      if (performance.now() >= end) break;
    }
    if (this.works.size > 0) this.request();
    clock.push(performance.now() - begin);
    if (clock.length > 1000) clock.shift();
  }

  // What can wait until the hand rests; each listener as a piece of work of its own.
  settle() {
    const changes = this.waiting;
    this.waiting = new Set();
    this.calmed = changes;
    this.work("calm", this.calm(changes));
  }
}
"""#

  /// Explorer/page/gains.js.
  static let page_gains_js = #"""
// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// <phi'> against Delta with the present Delta of each population moving on it, and the effective couplings over time.

import { axes, element, html, number, path, scale } from "./svg.js";

const WIDTH = 400;
const HEIGHT = 230;
const FRAME = { left: 58, right: 388, top: 10, bottom: 180 };

// Names of the lines stand to the right of the couplings.
const WIDE = { width: 640, height: 250, frame: { left: 62, right: 470, top: 10, bottom: 200 } };

export class Gains {
  constructor(model, place, couplingPlace) {
    this.model = model;
    this.svg = element("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": "Gain of each population against the deviation of its input" });
    place.append(this.svg);
    this.couplings = couplingPlace;
    this.weight = 0;
    const { weights, vectors } = model.original;
    this.population = -1;
    const count = model.data.circuit.populations.length;
    if (weights > 1 || count > 1) {
      const choice = html("select", { onchange: (event) => {
        this.weight = Number(event.target.value);
        this.drawCouplings();
      } }, vectors.slice(0, weights).map((name, a) => html("option", { value: a }, [name])));
      const part = html("select", { onchange: (event) => {
        this.population = Number(event.target.value);
        this.drawCouplings();
      } }, [html("option", { value: -1 }, ["all populations"]), ...Array.from({ length: count }, (_, p) => html("option", { value: p }, [`population ${p + 1}`]))]);
      couplingPlace.before(html("p", { class: "quiet bar" }, [
        html("label", {}, ["of ", choice]), " with m and I ", ...(count > 1 ? [html("label", {}, ["through ", part])] : []),
        " at the state of each moment: σ̃ = Σ α σ ⟨φ'⟩",
      ]));
    }
    model.listen((changes) => {
      if (["circuit", "input", "start", "time", "trial"].some((x) => changes.has(x))) this.draw();
      if (changes.has("time")) this.mark();
    });
    model.listenCalmly((changes) => {
      if (changes.has("circuit") || changes.has("trial")) this.drawCouplings();
    });
    this.draw();
    this.drawCouplings();
  }

  // The state that is spoken of: the played trial's, else the start of the trajectory, else rest.
  get kappa() {
    const { model } = this;
    if (model.time !== null && model.course) return model.course.kappa[model.time];
    return model.start ?? new Array(model.rank).fill(0);
  }

  draw() {
    const { model } = this;
    const now = model.coarse.gains(this.kappa, model.input);
    const reach = Math.max(2, 1.2 * Math.max(...now.map((g) => g.delta)));
    const out = new Float64Array(4);
    // One curve for every population, at its present mean.
    const curves = now.map(({ mu }) => Array.from({ length: 41 }, (_, i) => {
      const delta = (reach * i) / 40;
      model.coarse.averages(mu, delta * delta, out);
      return [delta, out[1]];
    }));
    const high = 1.08 * Math.max(...curves.flat().map(([, g]) => g), 1e-3);
    const x = scale([0, reach], [FRAME.left, FRAME.right]);
    const y = scale([0, high], [FRAME.bottom, FRAME.top]);
    this.svg.replaceChildren(
      axes(x, y, FRAME, { xName: "Δ", yName: "gain ⟨φ'⟩" }),
      ...curves.map((curve, p) => element("path", { d: path(curve, x, y), class: `gain population${p % 8}` })),
      ...now.map((g, p) => element("circle", { cx: x(g.delta), cy: y(g.gain), r: 6, class: `dot population${p % 8}` },
        [element("title", {}, [`population ${p + 1}: Δ = ${number(g.delta)}, μ = ${number(g.mu)}, gain ${number(g.gain)}`])])),
      ...now.map((g, p) => element("text", { x: x(g.delta) + 9, y: y(g.gain) - 7, class: `tag population${p % 8}` }, [`${p + 1}`])));
  }

  drawCouplings() {
    const { model } = this;
    const trials = model.data.trials;
    if (!trials || !model.course) return;
    const u = trials.u[model.trial];
    const names = model.original.drives;
    const shown = names.map((_, y) => y).slice(0, 8);
    // v of the trial, for the gains on the way.
    const v = new Float64Array(model.original.inputs);
    const lines = shown.map(() => []);
    model.course.kappa.forEach((kappa, t) => {
      for (let k = 0; k < v.length; k++) v[k] += trials.alpha * (u[t][k] - v[k]);
      const drive = model.original.isRate ? u[t] : v;
      const gains = model.coarse.gains(kappa, drive);
      shown.forEach((y, i) => {
        const sum = model.circuit.populations.reduce((total, p, q) => total + (this.population < 0 || this.population === q ? p.fraction : 0) * p.covariance[this.weight][model.original.weights + y] * gains[q].gain, 0);
        lines[i].push([(t + 1) * trials.alpha, sum]);
      });
    });
    const all = lines.flat().map(([, s]) => s);
    const low = Math.min(0, ...all), high = Math.max(0, ...all);
    const x = scale([0, u.length * trials.alpha], [WIDE.frame.left, WIDE.frame.right]);
    const y = scale([low - 0.05 * (high - low), high + 0.05 * (high - low || 1)], [WIDE.frame.bottom, WIDE.frame.top]);
    const svg = element("svg", { viewBox: `0 0 ${WIDE.width} ${WIDE.height}`, role: "img", "aria-label": `Effective couplings of ${model.original.vectors[this.weight]} over the trial` },
      [axes(x, y, WIDE.frame, { xName: "time / τ", yName: "effective σ̃" }), ...lines.map((line, i) => element("path", { d: path(line, x, y), class: `gain population${i % 8}` }))]);
    const taken = [];
    lines.forEach((line, i) => {
      let place = y(line.at(-1)[1]) + 4;
      while (taken.some((other) => Math.abs(other - place) < 13)) place -= 2;
      taken.push(place);
      svg.append(element("text", { x: WIDE.frame.right + 8, y: place, class: `tag population${i % 8}` }, [`${model.original.vectors[this.weight]} with ${model.vector(model.original.weights + shown[i])}`]));
    });
    this.cursor = element("line", { y1: WIDE.frame.top, y2: WIDE.frame.bottom, class: "cursor" });
    this.time = x;
    svg.append(this.cursor);
    this.couplings.replaceChildren(svg);
    this.mark();
  }

  mark() {
    const { model } = this;
    if (!this.cursor) return;
    this.cursor.toggleAttribute("hidden", model.time === null);
    if (model.time === null) return;
    const place = this.time((model.time + 1) * model.data.trials.alpha).toFixed(1);
    this.cursor.setAttribute("x1", place);
    this.cursor.setAttribute("x2", place);
  }
}
"""#

  /// Explorer/page/main.js.
  static let page_main_js = #"""
// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Puts the page together.

import { Basins } from "./basins.js";
import { Controls } from "./controls.js";
import { Courses } from "./courses.js";
import { readData } from "./data.js";
import { download, picture, png } from "./downloads.js";
import { Equations } from "./equations.js";
import { clock } from "./frames.js";
import { Gains } from "./gains.js";
import { Model } from "./model.js";
import { Portrait } from "./portrait.js";
import { Score } from "./score.js";
import { html, number } from "./svg.js";

const find = (name) => document.getElementById(name);
const data = readData(find("circuit-data").textContent);
const model = new Model(data);

find("title").textContent = data.title ?? "Circuit";
find("sentence").textContent = data.sentence ?? "";
document.title = data.title ?? "Circuit";

const portrait = new Portrait(model, find("portrait"));
portrait.basins = new Basins(portrait);
new Controls(model, find("inputs"), find("populations"));
const courses = new Courses(model, find("trials"));
new Gains(model, find("gains"), find("couplings"));
new Equations(model, find("equations"));
if (data.trials) new Score(model, find("score"));
else for (const name of ["trial-section", "coupling-section", "score-section"]) find(name).hidden = true;
if (data.trials && !data.trials.z) find("network-key").hidden = true;
find(model.rank === 1 ? "plane-words" : "line-words").hidden = true;
if (data.circuit.populations.length === 1) find("silence-words").hidden = true;

// Which two coordinates are shown, and where the others are held.
if (model.rank > 2) {
  const choices = [0, 1].map((axis) => html("select", {
    "aria-label": axis === 0 ? "horizontal coordinate" : "vertical coordinate",
    onchange: (event) => {
      const chosen = Number(event.target.value);
      const next = [...model.axes];
      if (next[1 - axis] === chosen) next[1 - axis] = next[axis];
      next[axis] = chosen;
      model.change("axes", next);
    },
  }, Array.from({ length: model.rank }, (_, r) => html("option", { value: r }, [`κ${r + 1}`]))));
  find("coordinates").append("shown: ", choices[0], " and ", choices[1]);
  const rows = [];
  for (let r = 0; r < model.rank; r++) {
    const input = html("input", { type: "range", min: -portrait.reach[r], max: portrait.reach[r], step: portrait.reach[r] / 100, value: 0, "aria-label": `κ${r + 1} held at` });
    input.addEventListener("input", () => {
      model.held[r] = Number(input.value);
      model.tell("held");
    });
    const row = html("label", { class: "held" }, [`κ${r + 1} held at `, input]);
    find("coordinates").append(row);
    rows.push([row, input]);
  }
  if (data.trials) {
    const box = html("input", { type: "checkbox", onchange: (event) => {
      model.follows = event.target.checked;
      model.tell("held");
    } });
    find("coordinates").append(html("label", { class: "switch" }, [box, " the others follow the trial"]));
  }
  const refresh = () => {
    choices.forEach((choice, axis) => { choice.value = String(model.axes[axis]); });
    rows.forEach(([row, input], r) => {
      row.hidden = model.axes.includes(r) || model.follows;
      input.value = String(model.held[r]);
    });
  };
  model.listen((changes) => { if (["axes", "held", "circuit"].some((x) => changes.has(x))) refresh(); });
  refresh();
}

// Fixed points as a table, and what has changed in words.
function pointTable() {
  find("points").replaceChildren(...model.points.map((point) => html("tr", {}, [
    html("td", {}, [point.kappa.map((x) => number(x, 4)).join(", ")]),
    html("td", {}, [point.stability]),
    html("td", {}, [point.eigenvalues.map(([re, im]) => number(re) + (im ? ` ${im < 0 ? "−" : "+"} ${number(Math.abs(im))}i` : "")).join(", ")]),
    html("td", {}, [point.output.map((x) => number(x)).join(", ")]),
  ])));
  const stable = model.points.filter((p) => p.stability === "stable").length;
  const words = `${model.points.length} fixed point${model.points.length === 1 ? "" : "s"}, ${stable} stable` + (model.news ? `. ${model.news}` : "");
  if (find("count").textContent !== words) find("count").textContent = words;
  find("changed").hidden = !model.isChanged;
}
pointTable();

model.listen((changes) => {
  if (["circuit", "input", "points"].some((x) => changes.has(x))) pointTable();
  if (find("basins").checked !== model.showsBasins) find("basins").checked = model.showsBasins;
});
// The link follows once the hand rests.
model.listenCalmly(() => {
  try {
    history.replaceState(null, "", model.link);
  } catch {
    // A page inside another one may have no address.
  }
});
addEventListener("hashchange", () => { if (location.hash !== model.link) model.restore(location.hash); });
if (location.hash.length > 1) model.restore(location.hash);

find("reset").addEventListener("click", () => {
  if (courses.playing) courses.toggle();
  model.reset();
});
find("basins").addEventListener("change", (event) => model.change("showsBasins", event.target.checked));
find("save-svg").addEventListener("click", () => download("portrait.svg", new Blob([picture(portrait).text], { type: "image/svg+xml" })));
find("save-png").addEventListener("click", async () => download("portrait.png", await png(picture(portrait))));
find("save-json").addEventListener("click", () => download("circuit.json", new Blob([JSON.stringify(model.file(), null, 2)], { type: "application/json" })));
// Within another page there is no address that could be passed on.
if (!/^(https?|file):$/.test(location.protocol)) find("copy-link").hidden = true;
find("copy-link").addEventListener("click", async () => {
  const text = location.href.split("#")[0] + model.link;
  try {
    await navigator.clipboard.writeText(text);
    find("copy-link").textContent = "link copied";
  } catch {
    prompt("Copy this address:", text);
  }
});

// For tests, and for those who open the console.
globalThis.kappaExplorer = model;
globalThis.kappaPortrait = portrait;
globalThis.kappaClock = clock;
"""#

  /// Explorer/page/model.js.
  static let page_model_js = #"""
// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// What the page shows: the circuit as changed so far, the input, the start of a trajectory, the trial. One object, one
// list of listeners; everything drawn is made from it.

import { Circuit } from "../circuit/circuit.js";
import { newton, scan } from "../circuit/fixed-points.js";
import { Frames } from "./frames.js";
import { PointSearch } from "./search.js";

export class Model {
  constructor(data) {
    this.data = data;
    this.original = new Circuit(data.circuit);
    this.rank = this.original.rank;
    this.inputNames = Array.from({ length: this.original.inputs }, (_, k) => data.inputNames?.[k] ?? (this.original.inputs === 1 ? "u" : `u${k + 1}`));
    this.listeners = [];
    this.calmListeners = [];
    this.frames = new Frames((changes) => this.draw(changes), (changes) => this.settle(changes));
    this.search = new PointSearch();
    this.isMoving = false;
    this.clear();
    this.update(new Set(["circuit"]));
    // Up to rank 3 a first search takes less than a moment; beyond, points come in one by one.
    if (this.rank <= 3) {
      this.frames.works.delete("search");
      for (const _ of this.search.search());
      this.remember();
    }
  }

  clear() {
    this.edits = new Map();
    this.silenced = new Set();
    this.input = new Array(this.original.inputs).fill(0);
    this.start = null;
    this.trial = 0;
    this.time = null;
    this.showsBasins = false;
    this.axes = this.rank === 1 ? [0] : [0, 1];
    this.held = new Array(this.rank).fill(0);
    this.follows = false;
    this.news = "";
    this.ghosts = [];
    this.bifurcations = new Map();
    this.moved = null;
    this.action = this.newsAction = null;
  }

  reset() {
    this.clear();
    this.tell("circuit", "start", "axes", "trial", "time", "showsBasins");
  }

  // listener(changes) in the next frame; calm listeners are generators or functions for when the hand rests.
  listen(listener) {
    this.listeners.push(listener);
  }

  listenCalmly(listener) {
    this.calmListeners.push(listener);
  }

  tell(...changes) {
    this.isMoving = true;
    for (const what of changes) this.frames.ask(what);
  }

  draw(changes) {
    this.update(changes);
    for (const listener of this.listeners) listener(changes);
  }

  *settle(changes) {
    this.isMoving = false;
    for (const listener of this.calmListeners) {
      const work = listener(changes);
      if (work) yield* work;
      yield;
    }
  }

  // Parameters are named p:kind:i:j, e.g. 0:cov:1:3 or 2:mean:4, inputs input:k; edits hold the new values.
  value(name) {
    if (name.startsWith("input:")) return this.input[Number(name.slice(6))];
    return this.edits.get(name) ?? this.measured(name);
  }

  measured(name) {
    const [p, kind, i, j] = name.split(":");
    const population = this.data.circuit.populations[p];
    return kind === "mean" ? population.mean[i] : population.covariance[i][j];
  }

  // A vector as people call it: those of inputs by the inputs' names, where there are any.
  vector(i) {
    const name = this.original.vectors[i];
    const match = /^I(\d+)$/.exec(name);
    return (match && this.data.inputNames?.[Number(match[1]) - 1]) ?? name;
  }

  // What people call a parameter.
  label(name) {
    if (name.startsWith("input:")) return this.inputNames[Number(name.slice(6))];
    const [p, kind, i, j] = name.split(":");
    const words = kind === "mean" ? `mean ${this.vector(i)}` : `σ(${this.vector(i)}, ${this.vector(j)})`;
    return this.data.circuit.populations.length > 1 ? `${words} of population ${Number(p) + 1}` : words;
  }

  set(name, value) {
    if (value === this.measured(name)) this.edits.delete(name);
    else this.edits.set(name, value);
    this.moved = this.action = name;
    this.tell("circuit");
  }

  setInput(k, value) {
    this.input[k] = value;
    this.moved = this.action = `input:${k}`;
    this.tell("input");
  }

  setInputs(values) {
    this.input = [...values];
    this.moved = null;
    this.action = `inputs ${values}`;
    this.tell("input");
  }

  silence(p, isSilent) {
    if (isSilent) this.silenced.add(p);
    else this.silenced.delete(p);
    this.moved = null;
    this.action = `silence ${[...this.silenced]}`;
    this.tell("circuit");
  }

  change(key, value) {
    this[key] = value;
    this.tell(key);
  }

  // The circuit with the present edits, or with one of them at another value.
  build(name, value) {
    const weights = this.original.weights;
    return this.original.changed((populations) => {
      const edits = name && !name.startsWith("input:") ? [...this.edits, [name, value]] : this.edits;
      for (const [edit, number] of edits) {
        const [p, kind, i, j] = edit.split(":");
        if (kind === "mean") populations[p].mean[i] = number;
        else {
          populations[p].covariance[i][j] = number;
          populations[p].covariance[j][i] = number;
        }
      }
      // A silent population's rates act on nothing: its n and w count as zero.
      for (const p of this.silenced) {
        for (let a = 0; a < weights; a++) {
          populations[p].mean[a] = 0;
          populations[p].covariance[a].fill(0);
          for (const row of populations[p].covariance) row[a] = 0;
        }
      }
    });
  }

  inputWith(name, value) {
    if (!name?.startsWith("input:")) return this.input;
    const input = [...this.input];
    input[Number(name.slice(6))] = value;
    return input;
  }

  get points() {
    return this.search.points;
  }

  update(changes) {
    if (changes.has("circuit")) {
      this.circuit = this.build();
      this.coarse = this.circuit.coarse();
    }
    if (!changes.has("circuit") && !changes.has("input")) return;
    this.search.follow(this.circuit, this.coarse, this.input, true);
    this.notice();
    if (this.rank > 1) {
      this.frames.work("search", this.search.search(), () => {
        this.notice();
        this.remember();
        this.frames.ask("points");
      });
    }
  }

  // The points and the value that is being moved, to compare later ones with.
  remember() {
    this.reference = { name: this.moved, value: this.moved ? this.value(this.moved) : null, points: [...this.points] };
  }

  // Fixed points that are no more, or new: in words, as ghosts, and where that happened.
  notice() {
    const { reference } = this;
    const [before, now] = [reference?.points ?? this.points, this.points];
    if (before.length === now.length) {
      // News stay while the same thing is moved on.
      if (this.action !== this.newsAction) {
        this.news = "";
        this.ghosts = [];
      }
      this.remember();
      return;
    }
    this.newsAction = this.action;
    const count = Math.abs(before.length - now.length);
    const points = count === 1 ? "1 fixed point has" : `${count} fixed points have`;
    const isLoss = now.length < before.length;
    this.ghosts = isLoss ? nearestPairs(before, now).map((p) => p.kappa) : [];
    this.news = isLoss ? `${points} met and vanished` : `${points} appeared`;
    const name = this.moved;
    if (name && reference?.name === name && reference.value !== this.value(name)) {
      const [many, from, to] = isLoss ? [before, reference.value, this.value(name)] : [now, this.value(name), reference.value];
      this.frames.work("locate", this.locate(name, [...many], from, to));
    }
    this.remember();
  }

  // Where the many points that there are at one value stop being so many on the way to another.
  *locate(name, many, from, to) {
    const news = this.news;
    for (let i = 0; i < 24 && Math.abs(to - from) > 1e-5 * (1 + Math.abs(from)); i++) {
      const middle = (from + to) / 2;
      const [circuit, input] = [this.build(name, middle), this.inputWith(name, middle)];
      const box = circuit.box(3).map((x) => 1.05 * x + 1e-9);
      let found = [];
      if (this.rank === 1) found = scan(circuit.coarse(), circuit, input, box);
      else {
        for (const point of many) {
          const kappa = newton(circuit, point.kappa, input, box);
          if (kappa && !found.some((other) => distance(other, kappa) < 1e-6)) found.push(Array.from(kappa));
          yield;
        }
      }
      if (found.length >= many.length) {
        from = middle;
        many = found.map((kappa) => ({ kappa }));
      } else to = middle;
      yield;
    }
    const value = (from + to) / 2;
    const values = (this.bifurcations.get(name) ?? []).filter((x) => Math.abs(x - value) > 2e-3);
    this.bifurcations.set(name, [...values, value].slice(-8));
    if (this.news === news) this.news = `${news} at ${this.label(name)} = ${value.toFixed(3)}`;
    this.frames.ask("points");
  }

  size() {
    return Math.max(...this.original.box(this.data.reach ?? 3));
  }

  get isChanged() {
    return this.edits.size > 0 || this.silenced.size > 0;
  }

  // The changed circuit as circuit.json.
  file() {
    return {
      ...this.circuit.file,
      provenance: { ...(this.data.circuit.provenance ?? {}), changed: this.isChanged ? "by hand, in the explorer" : "no" },
    };
  }

  // The state as a short text for links, and back.
  get link() {
    const state = {
      e: [...this.edits], q: [...this.silenced], i: this.input, s: this.start, t: this.trial, a: this.axes, h: this.held,
    };
    return "#" + encodeURIComponent(JSON.stringify(state));
  }

  restore(hash) {
    let state;
    try {
      state = JSON.parse(decodeURIComponent(hash.slice(1)));
    } catch {
      return false;
    }
    if (state === null || typeof state !== "object") return false;
    const isNumber = (x) => typeof x === "number" && Number.isFinite(x) && Math.abs(x) < 1e6;
    const isList = (list, count) => Array.isArray(list) && list.length === count && list.every(isNumber);
    this.clear();
    const populations = this.data.circuit.populations;
    const count = this.original.vectors.length;
    const isPlace = (i) => /^\d+$/.test(i ?? "") && Number(i) < count;
    for (const entry of Array.isArray(state.e) ? state.e : []) {
      if (!Array.isArray(entry) || typeof entry[0] !== "string" || !isNumber(entry[1])) continue;
      const [p, kind, i, j] = entry[0].split(":");
      const isKnown = /^\d+$/.test(p) && Number(p) < populations.length && isPlace(i)
        && (kind === "mean" || (kind === "cov" && isPlace(j)));
      if (isKnown) this.edits.set(entry[0], entry[1]);
    }
    for (const p of Array.isArray(state.q) ? state.q : []) if (Number.isInteger(p) && p >= 0 && p < populations.length) this.silenced.add(p);
    if (isList(state.i, this.input.length)) this.input = state.i;
    if (isList(state.s, this.rank)) this.start = state.s;
    if (Number.isInteger(state.t) && state.t >= 0 && state.t < (this.data.trials?.count ?? 0)) this.trial = state.t;
    if (Array.isArray(state.a) && state.a.length === this.axes.length
      && state.a.every((r) => Number.isInteger(r) && r >= 0 && r < this.rank) && new Set(state.a).size === state.a.length) this.axes = state.a;
    if (isList(state.h, this.rank)) this.held = state.h;
    this.reference = null;
    this.tell("circuit", "start", "axes", "trial", "time");
    return true;
  }
}

export function distance(a, b) {
  return Math.hypot(...a.map((x, i) => x - b[i]));
}

// The points of a set that are farthest from any of another.
function nearestPairs(before, now) {
  const far = before.map((p) => [Math.min(...now.map((q) => distance(p.kappa, q.kappa)), Infinity), p]);
  far.sort((a, b) => b[0] - a[0]);
  return far.slice(0, before.length - now.length).map(([, p]) => p);
}
"""#

  /// Explorer/page/page.html.
  static let page_page_html = #"""
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data: blob:; style-src 'sha256-{{styleHash}}'; script-src 'sha256-{{scriptHash}}'; base-uri 'none'; form-action 'none'">
<title>Circuit</title>
<style>{{style}}</style>
</head>
<body>
<header>
<h1 id="title"></h1>
<p id="sentence"></p>
<details class="help"><summary>What to try</summary>
<ul>
<li><span id="line-words">The curve is the speed of κ: where it crosses zero, κ rests.</span><span id="plane-words">The arrows are the flow of κ; on the green line the horizontal coordinate rests, on the dashed one the vertical, and where they cross, both.</span> Filled dots attract, open ones repel.</li>
<li>Click into the picture: a trajectory starts there. Drag its start across a border between basins.</li>
<li>Move an input, then a coupling. A dashed ring marks where a fixed point has just vanished, and a line below the slider at which value.</li>
<li id="silence-words">Silence one population after the other, and see in the table of the trials what the circuit no longer does.</li>
<li>Play a trial: the dots in the picture of the gain show how much gain each population has at each moment.</li>
</ul></details>
</header>
<main>
<section class="picture" aria-label="Phase portrait">
<div id="portrait"></div>
<p class="legend"><span class="swatch stable"></span>stable <span class="swatch unstable"></span>unstable <span class="swatch marginal"></span>marginal. Click or drag to start a trajectory; with the keyboard, arrow keys.</p>
<div class="bar">
<label class="switch"><input type="checkbox" id="basins"> basins</label>
<span id="coordinates"></span>
<button type="button" id="reset">reset all</button>
<button type="button" id="copy-link">copy link</button>
<button type="button" id="save-svg">SVG</button>
<button type="button" id="save-png">PNG</button>
<button type="button" id="save-json">circuit.json</button>
</div>
<p class="news"><strong id="count" aria-live="polite"></strong> <span id="changed" hidden>The numbers were changed by hand: this is no longer the circuit it was.</span></p>
<div class="scroll"><table>
<thead><tr><th scope="col">κ</th><th scope="col"></th><th scope="col">eigenvalues × τ</th><th scope="col">z</th></tr></thead>
<tbody id="points"></tbody>
</table></div>
<div id="score-section">
<h2>On the trials of this page</h2>
<div id="score" class="scroll"></div>
</div>
</section>
<section class="controls" aria-label="Inputs and parameters">
<h2>Input</h2>
<div id="inputs"></div>
<h2>Gain</h2>
<div id="gains"></div>
<h2>Circuit</h2>
<div id="populations"></div>
</section>
<section class="wide" id="trial-section">
<h2>Trials: <span id="network-key"><span class="key network">the network</span> and </span><span class="key circuit">the circuit</span></h2>
<div id="trials"></div>
</section>
<section class="wide" id="coupling-section">
<h2>Effective couplings over the trial</h2>
<div id="couplings"></div>
</section>
<section class="wide">
<h2>Equations</h2>
<div id="equations"></div>
</section>
</main>
<script type="application/json" id="circuit-data">{{data}}</script>
<script>{{script}}</script>
</body>
</html>
"""#

  /// Explorer/page/portrait.js.
  static let page_portrait_js = #"""
// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// The phase portrait: at rank 1 the speed of kappa, at rank 2 and more the flow in two coordinates with its nullclines,
// fixed points, basins on request, trajectories.

import { axes, contour, element, number, path, scale, tenth } from "./svg.js";

const WIDTH = 620;
const HEIGHT = 560;
export const FRAME = { left: 62, right: 606, top: 14, bottom: 510 };

export class Portrait {
  constructor(model, place) {
    this.model = model;
    this.svg = element("svg", {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "application", "aria-roledescription": "phase portrait", tabindex: 0, class: "portrait",
      "aria-label": "Phase portrait. Arrow keys move the start of a trajectory, Escape takes it away.",
    });
    place.append(this.svg);
    const box = model.original.box(model.data.reach ?? 3);
    const seen = (r) => Math.max(box[r] * 0.05, ...(model.data.trials?.kappa ?? []).flatMap((trial) => trial.map((k) => Math.abs(k[r]))));
    this.reach = box.map((size, r) => (model.data.trials?.kappa ? Math.min(1.05 * size, 1.6 * seen(r) + 0.15 * size) : 1.05 * size));
    // What leaves the frame is cut off.
    this.svg.append(element("clipPath", { id: "frame" }, [element("rect", {
      x: FRAME.left, y: FRAME.top, width: FRAME.right - FRAME.left, height: FRAME.bottom - FRAME.top,
    })]));
    this.layers = {};
    for (const name of ["basins", "flow", "nullclines", "axes", "recorded", "trajectory", "ghosts", "points", "now"]) {
      this.layers[name] = element("g", { class: name, ...(name === "axes" ? {} : { "clip-path": "url(#frame)" }) });
      this.svg.append(this.layers[name]);
    }
    this.svg.addEventListener("pointerdown", (event) => this.point(event, true));
    this.svg.addEventListener("pointermove", (event) => this.point(event, false));
    this.svg.addEventListener("pointerup", () => { this.isDragging = false; });
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
    if (isStart) {
      this.isDragging = true;
      this.svg.setPointerCapture?.(event.pointerId);
    }
    if (!this.isDragging) return;
    const matrix = this.svg.getScreenCTM();
    if (!matrix) return;
    const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
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
    if (has("circuit", "input", "axes", "held") || (model.follows && has("time"))) {
      const [a, b] = model.axes;
      this.x = scale([-this.reach[a], this.reach[a]], [FRAME.left, FRAME.right]);
      if (this.is1D) this.drawSpeed();
      else {
        this.y = scale([-this.reach[b], this.reach[b]], [FRAME.bottom, FRAME.top]);
        this.drawFlow();
      }
      const key = [this.x.domain, this.y.domain, a, b].join();
      if (key !== this.axesKey) {
        this.axesKey = key;
        this.layers.axes.replaceChildren(axes(this.x, this.y, FRAME, {
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
      const course = model.circuit.trajectorySteps(model.start, model.input, { duration: 300, step: 0.1 });
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
    const speeds = samples.map((k) => [k, model.coarse.flow([k], model.input)[0]]);
    // The scale follows the curve in steps, so that it does not tremble under the hand.
    const seen = Math.max(0.05, ...speeds.map(([k, s]) => (Math.abs(k) < 0.8 * this.reach[0] ? Math.abs(s) : 0))) * 1.2;
    const size = 2 ** (Math.ceil(2 * Math.log2(seen)) / 2);
    this.y = scale([-size, size], [FRAME.bottom, FRAME.top]);
    const arrows = [];
    for (let i = 6; i < samples.length; i += 12) {
      const [k, speed] = speeds[i];
      const length = Math.sign(speed) * Math.min(18, 6 + 200 * Math.abs(speed));
      arrows.push(arrow(this.x(k) - length / 2, this.y(0), this.x(k) + length / 2, this.y(0)));
    }
    this.layers.flow.replaceChildren(
      element("line", { x1: FRAME.left, x2: FRAME.right, y1: this.y(0), y2: this.y(0), class: "zero" }),
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
    const at = model.coarse.plane(this.kappa(0, 0), model.input, a, b);
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
    } else this.showTrajectory(circuit.trajectory(model.start, model.input, { duration: 30, step: 0.25, tolerance: 1e-4 }));
  }

  showTrajectory(points) {
    const { model } = this;
    this.end = points.at(-1);
    const [a, b] = model.axes;
    const d = this.is1D
      ? path(points.map((k) => [k[0], model.coarse.flow(k, model.input)[0]]), this.x, this.y)
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
"""#

  /// Explorer/page/score.js.
  static let page_score_js = #"""
// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// How the circuit, as it now is, does on all trials of the page: against the targets' signs, and against the network.

import { wordFor } from "./data.js";
import { html, number } from "./svg.js";

// The mean of an output over the steps at which something is asked for.
function decision(z, target, o) {
  let [sum, wanted, count] = [0, 0, 0];
  for (let t = 0; t < target.length; t++) {
    if (Number.isNaN(target[t][o])) continue;
    sum += z[t][o];
    wanted += target[t][o];
    count += 1;
  }
  return count === 0 || wanted === 0 ? null : Math.sign(sum) === Math.sign(wanted);
}

export class Score {
  constructor(model, place) {
    this.model = model;
    this.place = place;
    const { trials } = model.data;
    const conditions = (trials.conditions ?? []).filter((c) => new Set(c.values).size <= 3 && new Set(c.values).size > 1);
    const condition = conditions.find((c) => /context|modality/.test(c.name)) ?? conditions[0];
    const all = Array.from({ length: trials.count }, (_, b) => b);
    this.groups = condition
      ? [...new Set(condition.values)].sort((a, b) => a - b).map((value) => ({
        name: `${condition.name} ${wordFor(condition, value)}`, trials: all.filter((b) => condition.values[b] === value),
      }))
      : [{ name: "all trials of the page", trials: all }];
    model.listenCalmly((changes) => (changes.has("circuit") ? this.run() : null));
    for (const _ of this.run());
  }

  *run() {
    const { model } = this;
    const { trials } = model.data;
    const isChoice = trials.target && trials.target.flat(2).every((x) => Number.isNaN(x) || x === 0 || Math.abs(Math.abs(x) - 1) < 1e-6);
    const rows = [];
    for (const group of this.groups) {
      let [count, right, recorded, difference, size] = [0, 0, 0, 0, 0];
      for (const b of group.trials) {
        const { z } = model.coarse.simulate(trials.u[b]);
        for (let o = 0; o < model.original.outputs; o++) {
          const answer = isChoice ? decision(z, trials.target[b], o) : null;
          if (answer !== null) {
            count += 1;
            right += answer;
            if (trials.z) recorded += decision(trials.z[b], trials.target[b], o);
          }
          if (trials.z) {
            for (let t = 0; t < trials.steps; t++) {
              difference += (z[t][o] - trials.z[b][t][o]) ** 2;
              size += trials.z[b][t][o] ** 2;
            }
          }
        }
        yield;
      }
      rows.push([
        group.name, ...(isChoice ? [`${right} of ${count}`, ...(trials.z ? [`${recorded} of ${count}`] : [])] : []),
        ...(trials.z ? [size > 0 ? `${number(100 * Math.sqrt(difference / size), 2)} %` : "–"] : []),
      ]);
    }
    const head = ["", ...(isChoice ? ["circuit decides right", ...(trials.z ? ["network does"] : [])] : []), ...(trials.z ? ["z differs by"] : [])];
    if (head.length === 1) {
      document.getElementById("score-section").hidden = true;
      return;
    }
    const cells = (name, row) => row.map((text, i) => html(i === 0 ? "th" : name, i === 0 ? { scope: "row" } : {}, [text]));
    this.place.replaceChildren(html("table", {}, [
      html("thead", {}, [html("tr", {}, head.map((text) => html("th", { scope: "col" }, [text])))]),
      html("tbody", {}, rows.map((row) => html("tr", {}, cells("td", row)))),
    ]));
  }
}
"""#

  /// Explorer/page/search.js.
  static let page_search_js = #"""
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
  follow(circuit, coarse, input, isKeeping = true) {
    this.circuit = circuit;
    this.coarse = coarse;
    this.input = input;
    this.box = circuit.box(3).map((x) => 1.05 * x + 1e-9);
    const before = isKeeping ? this.points : [];
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
"""#

  /// Explorer/page/style.css.
  static let page_style_css = #"""
:root {
  color-scheme: light dark;
  --ink: #1d2129; --paper: #fff; --quiet: #5b6472; --line: #c3cad4; --soft: #f2f5f9;
  --network: #0072b2; --circuit: #c24f00; --stable: #0072b2; --unstable: #fff; --accent: #8f4b78;
  --p0: #0072b2; --p1: #c24f00; --p2: #00805d; --p3: #9a5580; --p4: #8a7a00; --p5: #2787bf; --p6: #a3322a; --p7: #5b6472;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6e9ee; --paper: #15181d; --quiet: #a3acb9; --line: #4a535f; --soft: #20252d;
    --network: #4aa8e0; --circuit: #f07a2a; --stable: #4aa8e0; --unstable: #15181d; --accent: #e0a3c4;
    --p0: #4aa8e0; --p1: #f07a2a; --p2: #2fc79b; --p3: #e0a3c4; --p4: #c2b136; --p5: #8fd0f5; --p6: #f2938c; --p7: #a3acb9;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1340px; padding: 1rem; font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h1 { font-size: 1.35rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1rem; margin: 1.1rem 0 .4rem; }
header p { margin: .2rem 0 .8rem; color: var(--quiet); max-width: 75ch; overflow-wrap: anywhere; }
main { display: grid; grid-template-columns: minmax(0, 1.35fr) minmax(0, 1fr); gap: 0 2rem; }
.wide { grid-column: 1 / -1; }
svg { display: block; width: 100%; height: auto; }
svg text { font: 12px system-ui, sans-serif; fill: var(--quiet); }
svg .name { fill: var(--ink); font-size: 13px; }
.frame { fill: none; stroke: var(--line); }
.axes line { stroke: var(--line); }
.portrait { touch-action: pan-y; cursor: crosshair; }
.portrait:focus-visible, .equation:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.arrow { fill: none; stroke: var(--quiet); stroke-width: 1.2; }
.speed { fill: none; stroke: var(--ink); stroke-width: 2; }
.zero { stroke: var(--line); }
.nullcline { fill: none; stroke-width: 1.8; }
.nullcline.first { stroke: var(--p2); }
.nullcline.second { stroke: var(--p3); stroke-dasharray: 6 4; }
.fixed { stroke: var(--stable); stroke-width: 2.2; }
.fixed.stable { fill: var(--stable); }
.fixed.unstable { fill: var(--unstable); }
.fixed.marginal { fill: var(--line); }
.ghost { fill: none; stroke: var(--circuit); stroke-width: 1.5; stroke-dasharray: 3 3; }
.trajectory .path { fill: none; stroke: var(--circuit); stroke-width: 2.2; }
.trajectory .start { fill: var(--paper); stroke: var(--circuit); stroke-width: 2.5; cursor: grab; }
.trajectory .end { fill: var(--circuit); }
path.network { fill: none; stroke: var(--network); stroke-width: 2.2; }
path.circuit { fill: none; stroke: var(--circuit); stroke-width: 2; stroke-dasharray: 7 4; }
path.target { fill: none; stroke: var(--line); stroke-width: 1.5; }
circle.network { fill: var(--network); }
circle.circuit { fill: var(--circuit); }
.cursor { stroke: var(--accent); stroke-width: 1.4; }
.cursor[hidden] { display: none; }
.basin { opacity: .2; }
.basin0 { fill: var(--p0); } .basin1 { fill: var(--p1); } .basin2 { fill: var(--p2); }
.basin3 { fill: var(--p3); } .basin4 { fill: var(--p4); } .basin5 { fill: var(--p5); }
.gain { fill: none; stroke-width: 1.8; }
.gain.population0 { stroke: var(--p0); } .gain.population1 { stroke: var(--p1); } .gain.population2 { stroke: var(--p2); } .gain.population3 { stroke: var(--p3); }
.gain.population4 { stroke: var(--p4); } .gain.population5 { stroke: var(--p5); } .gain.population6 { stroke: var(--p6); } .gain.population7 { stroke: var(--p7); }
.dot.population0, svg .tag.population0 { fill: var(--p0); } .dot.population1, svg .tag.population1 { fill: var(--p1); }
.dot.population2, svg .tag.population2 { fill: var(--p2); } .dot.population3, svg .tag.population3 { fill: var(--p3); }
.dot.population4, svg .tag.population4 { fill: var(--p4); } .dot.population5, svg .tag.population5 { fill: var(--p5); }
.dot.population6, svg .tag.population6 { fill: var(--p6); } .dot.population7, svg .tag.population7 { fill: var(--p7); }
.legend, .quiet { color: var(--quiet); font-size: .9rem; margin: .3rem 0; }
.swatch { display: inline-block; width: .75em; height: .75em; border-radius: 50%; border: 2px solid var(--stable); vertical-align: -.05em; margin: 0 .25em 0 .6em; }
.swatch.stable { background: var(--stable); } .swatch.marginal { background: var(--line); }
.bar, .buttons { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: .4rem 0; }
button, select { font: inherit; color: inherit; background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: .25rem .6rem; max-width: 100%; }
button:focus-visible, input:focus-visible, select:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
button:disabled { opacity: .35; }
.slider { display: grid; grid-template-columns: minmax(5.5rem, 9rem) minmax(0, 1fr) 4.2rem 2rem; gap: .5rem; align-items: center; margin: .1rem 0; }
.slider .label { overflow-wrap: anywhere; }
.slider output { font-variant-numeric: tabular-nums; text-align: right; }
.slider.changed output { color: var(--circuit); font-weight: 600; }
.slider .reset { padding: 0 .35rem; }
.track { position: relative; }
.track input { width: 100%; margin: 0; display: block; accent-color: var(--network); }
.bifurcation { position: absolute; bottom: -7px; height: 7px; width: 0; border-left: 2px dashed var(--circuit); left: calc(7px + (100% - 16px) * var(--at)); }
.help { color: var(--quiet); margin: 0 0 .8rem; max-width: 75ch; } .help ul { margin: .3rem 0; padding-left: 1.2rem; }
summary { cursor: pointer; }
.news { min-height: 1.45em; }
[hidden] { display: none; }
/* A range's thumb stays inside its track: marks are set in by half a thumb on either side. */
.mark, .error { position: absolute; bottom: -2px; height: 6px; pointer-events: none; }
.mark { left: calc(7px + (100% - 16px) * var(--at)); width: 2px; background: var(--ink); }
.error { left: calc(8px + (100% - 16px) * var(--from)); width: calc((100% - 16px) * (var(--to) - var(--from))); background: var(--accent); opacity: .45; }
.scrub { flex: 1 1 12rem; accent-color: var(--network); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: .5rem 1.5rem; }
#couplings { max-width: 640px; }
.key.network { color: var(--network); } .key.circuit { color: var(--circuit); }
.population > details { margin-left: .8rem; }
.switch, .held { display: inline-flex; gap: .4rem; align-items: center; margin: .2rem .8rem .2rem 0; }
.scroll, .equation { overflow-x: auto; }
.equation { padding: .25rem 0; }
.equation math { width: max-content; margin: 0; }
.equation .changed { color: var(--circuit); font-weight: 600; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .15rem .9rem .15rem 0; font-weight: 400; }
th { color: var(--quiet); }
#changed { color: var(--circuit); }
@media (max-width: 820px) {
  main { grid-template-columns: minmax(0, 1fr); }
  body { padding: .7rem; }
  .slider { grid-template-columns: minmax(4.5rem, 6.5rem) minmax(0, 1fr) 3.8rem 2rem; }
}
@media (max-width: 520px) {
  .portrait text { font-size: 18px; }
  .portrait .name { font-size: 19px; }
}
@media print {
  .controls #populations, .bar, .buttons, .scrub { display: none; }
}
"""#

  /// Explorer/page/svg.js.
  static let page_svg_js = #"""
// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Small helpers to draw with SVG; text is always set as text, never as markup.

const NAMESPACE = "http://www.w3.org/2000/svg";

export function element(name, attributes = {}, children = []) {
  const node = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  node.append(...children);
  return node;
}

export function html(name, attributes = {}, children = []) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "class") node.className = value;
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, "");
    else if (value !== false && value !== undefined) node.setAttribute(key, String(value));
  }
  node.append(...children);
  return node;
}

// A linear scale from numbers to places and back.
export function scale([low, high], [from, to]) {
  const factor = (to - from) / (high - low || 1);
  const map = (x) => from + (x - low) * factor;
  map.invert = (place) => low + (place - from) / factor;
  map.domain = [low, high];
  return map;
}

// Round numbers inside a range.
export function ticks([low, high], count = 5) {
  const raw = (high - low) / count;
  if (!(raw > 0) || !Number.isFinite(raw)) return [];
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((x) => x * power).find((x) => x >= raw);
  const result = [];
  for (let i = Math.ceil(low / step); i * step <= high + 1e-9 * step; i++) result.push(Number((i * step).toPrecision(12)));
  return result;
}

// A number for people, with a real minus sign.
export function number(x, digits = 3) {
  if (!Number.isFinite(x)) return "–";
  // Rounding of what is zero.
  if (Math.abs(x) < 1e-11) return "0";
  if (x !== 0 && (Math.abs(x) < 1e-3 || Math.abs(x) >= 1e5)) return x.toExponential(digits - 1).replace("-", "−");
  return Number(x.toPrecision(digits)).toString().replace("-", "−");
}

// Axes of a chart with their names.
export function axes(x, y, frame, { xName, yName }) {
  const group = element("g", { class: "axes" });
  const { left, right, top, bottom } = frame;
  group.append(element("rect", { x: left, y: top, width: right - left, height: bottom - top, class: "frame" }));
  for (const value of ticks(x.domain)) {
    group.append(
      element("line", { x1: x(value), x2: x(value), y1: bottom, y2: bottom + 4 }),
      element("text", { x: x(value), y: bottom + 16, "text-anchor": "middle" }, [number(value)]));
  }
  for (const value of ticks(y.domain)) {
    group.append(
      element("line", { x1: left - 4, x2: left, y1: y(value), y2: y(value) }),
      element("text", { x: left - 7, y: y(value) + 4, "text-anchor": "end" }, [number(value)]));
  }
  group.append(
    element("text", { x: (left + right) / 2, y: bottom + 32, "text-anchor": "middle", class: "name" }, [xName]),
    element("text", {
      x: left - 42, y: (top + bottom) / 2, "text-anchor": "middle", class: "name",
      transform: `rotate(-90 ${left - 42} ${(top + bottom) / 2})`,
    }, [yName]));
  return group;
}

// A place to a tenth of a unit; several times as fast as toFixed.
export function tenth(x) {
  return Math.round(10 * x) / 10;
}

// The path of points, broken where they are not numbers.
export function path(points, x, y) {
  let text = "";
  let isDrawn = false;
  for (const [a, b] of points) {
    if (!Number.isFinite(a) || !Number.isFinite(b)) {
      isDrawn = false;
      continue;
    }
    text += `${isDrawn ? "L" : "M"}${tenth(x(a))} ${tenth(y(b))}`;
    isDrawn = true;
  }
  return text;
}

// Line segments where a field on a grid is zero (marching squares).
export function contour(values, columns, rows, xs, ys) {
  const segments = [];
  const cross = (a, b, p, q) => p + ((q - p) * a) / (a - b);
  for (let j = 0; j + 1 < rows; j++) {
    for (let i = 0; i + 1 < columns; i++) {
      const a = values[j * columns + i], b = values[j * columns + i + 1];
      const c = values[(j + 1) * columns + i + 1], d = values[(j + 1) * columns + i];
      const points = [];
      if (a * b < 0) points.push([cross(a, b, xs[i], xs[i + 1]), ys[j]]);
      if (b * c < 0) points.push([xs[i + 1], cross(b, c, ys[j], ys[j + 1])]);
      if (d * c < 0) points.push([cross(d, c, xs[i], xs[i + 1]), ys[j + 1]]);
      if (a * d < 0) points.push([xs[i], cross(a, d, ys[j], ys[j + 1])]);
      if (points.length === 2) segments.push(points);
      else if (points.length === 4) segments.push([points[0], points[3]], [points[1], points[2]]);
    }
  }
  return segments;
}
"""#
}
