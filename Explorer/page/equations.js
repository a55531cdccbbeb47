// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// The kappa-equations with the present numbers, as MathML; changed numbers are marked. Each term is a formula of its own, so
// that lines end between terms on a screen of any width.

const NAMESPACE = "http://www.w3.org/1998/Math/MathML";

function math(name, children = [], attributes = {}) {
  const node = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}
const id = (text) => math("mi", [text]);
const operator = (text) => math("mo", [text]);
const infix = (text) => math("mo", [text], { form: "infix" });
const sub = (base, index) => (index === undefined ? id(base) : math("msub", [id(base), math("mn", [String(index)])]));

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
    const { rank, outputs, weights, isRate } = model.original;
    const lines = [];
    const line = (name, left, groups, more = []) => {
      const node = document.createElement("div");
      node.className = "equation";
      node.setAttribute("role", "group");
      node.setAttribute("aria-label", name);
      groups[0].unshift(left);
      groups.at(-1).push(...more);
      for (const group of groups) {
        const part = document.createElement("div");
        for (const term of group) part.append(math("math", term, { displaystyle: "true" }), " ");
        node.append(part);
      }
      lines.push(node);
    };
    for (let r = 0; r < rank; r++) {
      const kappa = () => sub("κ", rank === 1 ? undefined : r + 1);
      const left = [math("mfrac", [math("mrow", [id("τ"), id("d"), kappa()]), math("mrow", [id("d"), id("t")])]), operator("="), operator("−"), kappa()];
      line(`equation of κ${r + 1}`, left, this.sum(r, weights));
    }
    for (let o = 0; o < outputs; o++) {
      const bias = model.original.readoutBias[o];
      const left = [sub("z", outputs === 1 ? undefined : o + 1), operator("=")];
      line(`equation of z${o + 1}`, left, this.sum(rank + o, weights, true), [
        ...(bias !== 0 ? [[infix(bias < 0 ? "−" : "+"), math("mn", [rounded(Math.abs(bias))])]] : []),
        ...(isRate ? [[math("mtext", ["(filtered by τ)"])]] : [])]);
    }
    this.place.replaceChildren(...lines);
  }

  // The terms of weight a, population by population: couplings times the gain, means times the rate.
  sum(a, weights, isFirst = false) {
    const { model } = this;
    const { drives } = model.original;
    const groups = [];
    let first = isFirst;
    const { populations } = model.circuit;
    populations.forEach((population, p) => {
      const fraction = population.fraction;
      const terms = drives.map((name, j) => [fraction * population.covariance[a][weights + j], name, `${p}:cov:${a}:${weights + j}`]).filter(([x]) => Math.abs(x) > 5e-4);
      const average = (f) => {
        const inner = math("mrow", [operator("⟨"), f === 1 ? math("msup", [id("φ"), operator("′")]) : id("φ"), operator("⟩")]);
        return populations.length > 1 ? math("msub", [inner, math("mn", [String(p + 1)])]) : inner;
      };
      const group = [];
      if (terms.length > 0) {
        terms.forEach(([value, name, key], i) => {
          const isLast = i === terms.length - 1;
          const term = this.term(value, this.drive(name), i === 0, model.edits.has(key));
          group.push([...(i === 0 ? [...(first ? [] : [infix("+")]), average(1), operator("[")] : []), ...term, ...(isLast ? [operator("]")] : [])]);
        });
        first = false;
      }
      const mean = fraction * population.mean[a];
      if (Math.abs(mean) > 5e-4) {
        group.push(this.term(mean, average(0), first, model.edits.has(`${p}:mean:${a}`)));
        first = false;
      }
      // A single term needs no line of its own.
      if (group.length === 1 && groups.length > 0 && groups.at(-1).length < 4) groups.at(-1).push(...group);
      else if (group.length > 0) groups.push(group);
    });
    if (groups.length === 0) groups.push(isFirst ? [[math("mn", ["0"])]] : []);
    return groups;
  }

  term(value, factor, isFirst, isChanged) {
    const size = math("mn", [rounded(Math.abs(value))]);
    if (isChanged) size.setAttribute("class", "changed");
    return [...(value < 0 ? [isFirst ? operator("−") : infix("−")] : isFirst ? [] : [infix("+")]), size, factor];
  }

  drive(name) {
    const { rank, inputs } = this.model.original;
    const match = /^([mI])(\d+)$/.exec(name);
    if (match) return sub(match[1] === "m" ? "κ" : "v", (match[1] === "m" ? rank : inputs) === 1 ? undefined : match[2]);
    return name === "b" ? math("mn", ["1"]) : name === "c" ? sub("v", "c") : math("mtext", ["e⁻ᵗ"]);
  }
}
