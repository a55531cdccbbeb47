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
