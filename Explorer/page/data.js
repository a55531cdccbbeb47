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
    // Without a response window the last step alone is judged, if it is in the page.
    if (trials.target && !trials.hasWindow) {
      for (const trial of trials.target) for (let t = 0; t + 1 < trials.wholeSteps && t < trial.length; t++) trial[t].fill(NaN);
    }
    trials.lesions = trials.lesions ? unpack(trials.lesions, [circuit.populations.length, ...shape(circuit.outputs)]) : null;
  }
  return data;
}

// A condition's value in words, where it has some.
export function wordFor(condition, value) {
  return condition.words?.[value] ?? number(value);
}
