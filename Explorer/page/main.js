// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Puts the page together.

import { Basins } from "./basins.js";
import { Changes } from "./changes.js";
import { Controls } from "./controls.js";
import { Couplings } from "./couplings.js";
import { Courses } from "./courses.js";
import { readData } from "./data.js";
import { download, picture, png } from "./downloads.js";
import { Equations } from "./equations.js";
import { clock } from "./frames.js";
import { Gains } from "./gains.js";
import { legend } from "./legend.js";
import { Model } from "./model.js";
import { Player } from "./player.js";
import { Portrait } from "./portrait.js";
import { Score } from "./score.js";
import { html, number } from "./svg.js";

const find = (name) => document.getElementById(name);
const data = readData(find("circuit-data").textContent);
const model = new Model(data);

const title = data.title ?? "Circuit";
find("title").textContent = document.title = title;
// Within another page the title is no heading of that page's first order.
if (window.parent !== window) find("title").setAttribute("aria-level", "3");
find("sentence").textContent = data.sentence ?? "";
if (data.task) {
  find("task").hidden = false;
  find("task").append(html("strong", {}, [`Task: ${data.task.name}. `]), data.task.words);
}
find("letters").append(legend(model));

const portrait = new Portrait(model, find("portrait"));
portrait.basins = new Basins(portrait);
new Controls(model, find("inputs"), find("silence"), find("populations"));
const player = data.trials ? new Player(model, find("player")) : null;
new Gains(model, find("charts"), find("gains"));
if (data.trials) new Courses(model, find("charts"));
if (data.trials) {
  globalThis.kappaCouplings = new Couplings(model, find("couplings"));
  new Score(model, find("score"));
  find("gain-title").hidden = true;
} else for (const name of ["trial-section", "coupling-section", "score-section", "play-words"]) find(name).hidden = true;
new Equations(model, find("equations"));
new Changes(model, find("changes"));
if (data.trials && !data.trials.z) find("network-key").hidden = true;
find(model.rank === 1 ? "plane-words" : "line-words").hidden = true;
if (data.circuit.populations.length === 1) for (const name of ["silence-words", "silence-section"]) find(name).hidden = true;
const drives = model.original.inputs > 1 ? model.inputNames.map((name, k) => `v${k + 1} ${name}`) : [];
if (data.inputNames && drives.length > 0) find("drive-names").textContent = `Here ${drives.join(", ")}.`;

// Which two coordinates are shown, and where the others are held.
if (model.rank > 2) {
  find("coordinates").hidden = false;
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

// What the circuit's own steps of size alpha make of a point, where that is not what its flow in continuous time does.
function ownSteps({ stability, eigenvalues }) {
  const { alpha } = model.original;
  const largest = Math.max(...eigenvalues.map(([re, im]) => Math.hypot(1 + alpha * re, alpha * im)));
  const isLeft = largest > 1 + 1e-9;
  return stability === "marginal" || isLeft === (stability === "unstable") ? "" : `; ${isLeft ? "unstable" : "stable"} in steps of ${number(alpha)} τ`;
}

// Eight numbers in a cell need lines.
if (model.rank > 3 || model.original.outputs > 3) find("points").classList.add("long");

// Fixed points as a table, and what has changed in words.
function pointTable() {
  // What is left of zero after rounding is zero, beside the largest number of the table.
  const largest = Math.max(...model.points.flatMap((point) => point.kappa.map(Math.abs)), 1e-3);
  const clean = (x) => (Math.abs(x) < 1e-9 * largest ? 0 : x);
  // A line of points may be found in a hundred places.
  const shown = model.points.slice(0, 30);
  find("points-more").textContent = shown.length < model.points.length ? `and ${model.points.length - shown.length} more` : "";
  find("points").replaceChildren(...shown.map((point) => {
    const rate = Math.max(...point.eigenvalues.map(([re]) => re));
    return html("tr", {}, [
      html("td", {}, [point.kappa.map((x) => number(clean(x), 4)).join(", ")]),
      html("td", {}, [point.stability + ownSteps(point)]),
      html("td", {}, [point.output.map((x) => number(clean(x))).join(", ")]),
      html("td", {}, [point.eigenvalues.map(([re, im]) => number(re) + (im ? ` ${im < 0 ? "−" : "+"} ${number(Math.abs(im))}i` : "")).join(", ")]),
      html("td", {}, [point.stability === "stable" ? number(-1 / rate) : "–"]),
    ]);
  }));
  const stable = model.points.filter((p) => p.stability === "stable").length;
  const words = `${model.points.length} fixed point${model.points.length === 1 ? "" : "s"}${model.rank > 3 ? " found" : ""}, ${stable} stable` + (model.news ? `. ${model.news}` : "");
  if (find("count").textContent !== words) find("count").textContent = words;
  find("points-about").textContent = model.time === null ? "under the inputs set here" : "under what the inputs have become at this moment of the trial";
}
pointTable();

model.listen((changes) => {
  if (["circuit", "input", "points", "time"].some((x) => changes.has(x))) pointTable();
  if (find("basins").checked !== model.showsBasins) find("basins").checked = model.showsBasins;
});
// A link that was copied is not that of a later state; the address follows once the hand rests.
model.listen(() => { if (find("copy-link").textContent !== "copy link") find("copy-link").textContent = "copy link"; });
model.listenCalmly(() => {
  try {
    history.replaceState(null, "", model.link);
  } catch {
    // A page inside another one may have no address.
  }
});
// An address without a state is the page as it was; of one that is not this page's, nothing is taken.
function restore() {
  if (location.hash.length <= 1) model.reset();
  else if (!model.restore(location.hash)) {
    model.news = "The address holds a state that is not this page’s; it was not used";
    model.tell("points");
  }
}
addEventListener("hashchange", () => {
  if (location.hash === model.link) return;
  player?.show(false);
  restore();
});
if (location.hash.length > 1) restore();

find("reset").addEventListener("click", () => {
  player?.show(false);
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
    setTimeout(() => { find("copy-link").textContent = "copy link"; }, 2000);
  } catch {
    prompt("Copy this address:", text);
  }
});

// For tests, and for those who open the console.
globalThis.kappaExplorer = model;
globalThis.kappaPortrait = portrait;
globalThis.kappaClock = clock;
