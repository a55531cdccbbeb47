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
