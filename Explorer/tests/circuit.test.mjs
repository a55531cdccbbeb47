// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Run by `node --test Explorer/tests`: averages against closed forms and published values, a circuit against its own
// derivative, fixed points against the exact condition <phi'>(sigma kappa) = 1/sigma.
import assert from "node:assert/strict";
import { test } from "node:test";

import { AVERAGES, COARSE_AVERAGES } from "../circuit/averages.js";
import { Circuit } from "../circuit/circuit.js";
import { fixedPoints } from "../circuit/fixed-points.js";

const averages = (name, mu, delta) => [...AVERAGES[name](mu, delta * delta, new Float64Array(4))];
const near = (a, b, tolerance) => assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b}`);

test("tanh' at zero mean has its known values", () => {
  const known = [[0.5, 0.826483856567628149], [1, 0.605705509602158826], [2, 0.364738765743060075], [4, 0.194600720536], [8, 0.099103193178]];
  for (const [delta, value] of known) near(averages("tanh", 0, delta)[1], value, 1e-11);
});

test("derivatives by the mean are the next average", () => {
  const h = 1e-3;
  for (const name of ["tanh", "logistic", "softplus", "erf"]) {
    for (const delta of [0.1, 0.59, 0.61, 1.5, 7]) {
      for (const mu of [-2, 0.3, 5]) {
        const [up, here, down] = [mu + h, mu, mu - h].map((m) => averages(name, m, delta));
        for (let i = 0; i < 3; i++) near((up[i] - down[i]) / (2 * h), here[i + 1], 3e-6);
      }
    }
  }
});

test("logistic and softplus follow from tanh", () => {
  for (const [mu, delta] of [[0.4, 0.2], [-1, 3], [6, 11]]) {
    const half = averages("tanh", mu / 2, delta / 2);
    near(averages("logistic", mu, delta)[1], half[1] / 4, 1e-14);
    near(averages("softplus", mu, delta)[1], (1 + half[0]) / 2, 1e-14);
  }
});

function pair(sigma) {
  return new Circuit({
    format: "kappa-circuit", version: 1, transfer: "tanh", alpha: 0.2, rank: 1, inputs: 1, outputs: 1,
    vectors: ["n1", "w1", "m1", "I1"],
    populations: [{ fraction: 1, mean: [0, 0, 0, 0], covariance: [[9, 0, sigma, 2.6], [0, 9, 2.1, 0], [sigma, 2.1, 1, 0], [2.6, 0, 0, 1]] }],
  });
}

test("the decision circuit has its fixed points", () => {
  for (const [sigma, place] of [[1.1, 0.33087], [1.4, 0.73356], [2, 1.33711]]) {
    const found = fixedPoints(pair(sigma), [0]);
    assert.equal(found.length, 3);
    near(found[2].kappa[0], place, 1e-5);
    near(averages("tanh", 0, found[2].kappa[0])[1], 1 / sigma, 1e-10);
    assert.deepEqual(found.map((p) => p.stability), ["stable", "unstable", "stable"]);
  }
  assert.equal(fixedPoints(pair(0.99), [0]).length, 1);
  near(fixedPoints(pair(1.4), [0])[2].eigenvalues[0][0], -0.4632, 1e-4);
});

test("the Jacobian is the flow's derivative", () => {
  const circuit = pair(1.4).changed((populations) => { populations[0].mean = [0.3, -0.2, 0.4, 0.1]; });
  const h = 1e-5;
  for (const kappa of [-0.7, 0.2, 1.1]) {
    const slope = (circuit.flow([kappa + h], [0.3])[0] - circuit.flow([kappa - h], [0.3])[0]) / (2 * h);
    near(circuit.jacobian([kappa], [0.3])[0][0], slope, 1e-9);
  }
});

// A random circuit with means, of several populations.
function crowd(transfer, rank, populations, form = "current") {
  let state = 7;
  const random = () => { state = (state * 1103515245 + 12345) % 2147483648; return state / 1073741824 - 1; };
  const indices = Array.from({ length: rank }, (_, r) => r + 1);
  const vectors = [...indices.map((r) => `n${r}`), "w1", ...indices.map((r) => `m${r}`), "I1", "I2", "b"];
  return new Circuit({
    format: "kappa-circuit", version: 2, transfer, alpha: 0.2, rank, inputs: 2, outputs: 1, form, vectors,
    populations: Array.from({ length: populations }, () => {
      const mixing = vectors.map(() => vectors.map(random));
      return {
        fraction: 1 / populations, mean: vectors.map(() => 0.6 * random()),
        covariance: vectors.map((_, i) => vectors.map((_, j) => mixing[i].reduce((sum, x, l) => sum + x * mixing[j][l], 0) / 4)),
      };
    }),
  });
}

test("whole couplings are what a small change of a drive does, means and all", () => {
  const h = 1e-5;
  for (const [transfer, rank, populations, form] of [["tanh", 1, 1], ["tanh", 2, 3], ["erf", 1, 8, "rate"], ["relu", 3, 2], ["softplus", 2, 2, "rate"], ["logistic", 1, 3], ["linear", 2, 1]]) {
    const circuit = crowd(transfer, rank, populations, form);
    const [kappa, v] = [Array.from({ length: rank }, (_, r) => 0.4 - 0.3 * r), [0.3, -0.2]];
    const values = (k, x) => [...circuit.flow(k, x)].map((f, r) => f + k[r]).concat([...circuit.readout(k, x)]);
    for (let a = 0; a <= rank; a++) {
      const parts = circuit.responses(a, kappa, v);
      assert.equal(parts.length, populations);
      for (let j = 0; j < rank + 2; j++) {
        const at = (by) => values(kappa.map((x, r) => x + (r === j ? by : 0)), v.map((x, k) => x + (k === j - rank ? by : 0)))[a];
        near(parts.reduce((sum, row) => sum + row[j], 0), (at(h) - at(-h)) / (2 * h), 1e-8);
      }
    }
    // Of kappa with kappa they are the Jacobian and what decays.
    circuit.jacobian(kappa, v).forEach((row, r) => row.forEach((x, s) => {
      near(circuit.responses(r, kappa, v).reduce((sum, part) => sum + part[s], 0) - (r === s ? 1 : 0), x, 1e-14);
    }));
  }
});

test("a variance below zero counts as none, in flow and Jacobian alike", () => {
  const circuit = pair(1.4).changed((populations) => { populations[0].covariance[2][2] = -3; });
  const h = 1e-6;
  for (const kappa of [-0.8, 0.5]) {
    const slope = (circuit.flow([kappa + h], [0])[0] - circuit.flow([kappa - h], [0])[0]) / (2 * h);
    near(circuit.jacobian([kappa], [0])[0][0], slope, 1e-9);
  }
});

test("coarse averages are good enough for pictures", () => {
  for (const name of Object.keys(AVERAGES)) {
    for (const mu of [-40, -3, -0.2, 0, 1.1, 6]) {
      for (const delta of [0, 0.1, 0.59, 0.61, 1, 3, 20]) {
        const [exact, coarse] = [AVERAGES, COARSE_AVERAGES].map((a) => [...a[name](mu, delta * delta, new Float64Array(4))]);
        for (let i = 0; i < 2; i++) near(coarse[i], exact[i], 1e-6 * (1 + Math.abs(exact[i])));
      }
    }
  }
});

test("a plane of the flow is the flow", () => {
  const vectors = ["n1", "n2", "n3", "w1", "m1", "m2", "m3", "I1", "b"];
  const row = (i) => vectors.map((_, j) => (i === j ? 1.5 : 0.3 * Math.cos(i * j + i + j)));
  const circuit = new Circuit({
    format: "kappa-circuit", version: 1, transfer: "tanh", alpha: 0.2, rank: 3, inputs: 1, outputs: 1, vectors,
    populations: [0.3, 0.7].map((fraction, p) => ({ fraction, mean: vectors.map((_, i) => 0.2 * Math.sin(i + p)), covariance: vectors.map((_, i) => row(i)) })),
  });
  const at = circuit.plane([9, 0.4, 9], [0.2], 2, 0);
  const result = new Float64Array(3);
  for (const [s, t] of [[0.3, -0.5], [1, 2]]) {
    at(s, t, result);
    const flow = circuit.flow([t, 0.4, s], [0.2]);
    for (let r = 0; r < 3; r++) near(result[r], flow[r], 1e-13);
  }
});

test("steps of Runge and Kutta and a trajectory agree where the input rests", () => {
  const circuit = pair(1.4);
  const state = { ...circuit.start(), kappa: Float64Array.from([0.3]), v: Float64Array.from([0.2]), current: 1, start: 0 };
  for (let t = 0; t < 10; t++) circuit.rungeKutta(state, [0.2], 0.1);
  near(state.kappa[0], circuit.trajectory([0.3], [0.2], { duration: 0.999, step: 0.1 }).at(-1)[0], 1e-13);
});
