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
