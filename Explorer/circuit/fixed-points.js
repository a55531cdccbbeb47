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
