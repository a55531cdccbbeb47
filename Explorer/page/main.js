// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Puts the page together.

import { Controls } from "./controls.js";
import { Courses } from "./courses.js";
import { Equations } from "./equations.js";
import { Gains } from "./gains.js";
import { Model } from "./model.js";
import { Portrait } from "./portrait.js";
import { element, html, number } from "./svg.js";

const data = JSON.parse(document.getElementById("circuit-data").textContent);
const find = (name) => document.getElementById(name);
const model = new Model(data);
if (location.hash.length > 1) model.restore(location.hash);

find("title").textContent = data.title ?? "Circuit";
find("sentence").textContent = data.sentence ?? "";
document.title = data.title ?? "Circuit";

const portrait = new Portrait(model, find("portrait"));
new Controls(model, find("inputs"), find("populations"));
const courses = new Courses(model, find("trials"));
new Gains(model, find("gains"), find("couplings"));
new Equations(model, find("equations"));
if (!data.trials) for (const name of ["trial-section", "coupling-section"]) find(name).hidden = true;

// Which two coordinates are shown, and where the others are held.
if (model.rank > 2) {
  const choose = (axis) => html("select", {
    "aria-label": axis === 0 ? "horizontal coordinate" : "vertical coordinate",
    onchange: (event) => {
      const chosen = Number(event.target.value);
      const next = [...model.axes];
      if (next[1 - axis] === chosen) next[1 - axis] = next[axis];
      next[axis] = chosen;
      model.change("axes", next);
    },
  }, Array.from({ length: model.rank }, (_, r) => html("option", { value: r, selected: model.axes[axis] === r }, [`κ${r + 1}`])));
  find("coordinates").append("shown: ", choose(0), " and ", choose(1));
  for (let r = 0; r < model.rank; r++) {
    const input = html("input", { type: "range", min: -portrait.reach[r], max: portrait.reach[r], step: portrait.reach[r] / 100, value: 0, "aria-label": `κ${r + 1} held` });
    input.addEventListener("input", () => {
      model.held[r] = Number(input.value);
      model.tell("held");
    });
    const row = html("label", { class: "held" }, [`κ${r + 1} held at `, input]);
    find("coordinates").append(row);
    model.listen(() => { row.hidden = model.axes.includes(r); });
    row.hidden = model.axes.includes(r);
  }
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
  find("count").textContent = `${model.points.length} fixed point${model.points.length === 1 ? "" : "s"}, ${stable} stable` + (model.news ? `: ${model.news}` : "");
  find("changed").hidden = !model.isChanged;
}
pointTable();

let pending = null;
model.listen((what) => {
  pointTable();
  if (what === "time") return;
  // The link follows, but not with every pixel of a slider.
  clearTimeout(pending);
  pending = setTimeout(() => {
    try {
      history.replaceState(null, "", model.link);
    } catch {
      // A page inside another one may have no address.
    }
  }, 300);
});
addEventListener("hashchange", () => { if (location.hash !== model.link) model.restore(location.hash); });

find("reset").addEventListener("click", () => {
  if (courses.playing) courses.toggle();
  model.reset();
  model.tell("circuit");
  model.tell("trial");
});
find("basins").addEventListener("change", (event) => model.change("showsBasins", event.target.checked));

function download(name, blob) {
  const link = html("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// The portrait with its colours written into it, so that it looks the same elsewhere.
function picture() {
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

find("save-svg").addEventListener("click", () => download("portrait.svg", new Blob([picture().text], { type: "image/svg+xml" })));
find("save-png").addEventListener("click", () => {
  const { text, width, height } = picture();
  const image = new Image();
  image.addEventListener("load", () => {
    const canvas = html("canvas", { width: 2 * width, height: 2 * height });
    canvas.getContext("2d").drawImage(image, 0, 0, 2 * width, 2 * height);
    canvas.toBlob((blob) => download("portrait.png", blob));
  });
  image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text);
});
find("save-json").addEventListener("click", () => download("circuit.json", new Blob([JSON.stringify(model.file(), null, 2)], { type: "application/json" })));
find("copy-link").addEventListener("click", async () => {
  const text = location.href.split("#")[0] + model.link;
  try {
    await navigator.clipboard.writeText(text);
    find("copy-link").textContent = "copied";
  } catch {
    prompt("Copy this address:", text);
  }
});

globalThis.kappaExplorer = model;
