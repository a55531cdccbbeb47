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

// A number with so many decimals, and no sign of a zero.
export function fixed(x, digits) {
  const text = x.toFixed(digits);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
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
