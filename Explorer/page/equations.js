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
