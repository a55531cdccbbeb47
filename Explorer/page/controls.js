// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Sliders for inputs and for every mean and covariance that acts, by population; switches that silence a population.

import { fixed, html, number } from "./svg.js";

// What acts on the dynamics, population by population: names, kinds and how far a slider goes.
export function parameters(model) {
  const { original, data } = model;
  const { vectors, weights } = original;
  const groups = [];
  data.circuit.populations.forEach((population, p) => {
    const errors = data.standardErrors?.[p];
    const size = (i) => Math.sqrt(Math.max(population.covariance[i][i], 0)) || 1;
    const entry = (name, label, value, scale, error) => ({ name, label, value, reach: Math.max(2 * Math.abs(value), 1.5 * scale, 0.1), error });
    // A variance is not negative.
    const covariance = (i, j) => ({ ...entry(`${p}:cov:${i}:${j}`, `σ(${model.vector(i)}, ${model.vector(j)})`, population.covariance[i][j], size(i) * size(j), errors?.covariance?.[i]?.[j]), isVariance: i === j });
    const mean = (i) => entry(`${p}:mean:${i}`, `mean ${model.vector(i)}`, population.mean[i], size(i), errors?.mean?.[i]);
    const drives = vectors.map((_, i) => i).filter((i) => i >= weights);
    const selection = vectors.map((_, i) => i).filter((i) => i < original.rank);
    const readout = vectors.map((_, i) => i).filter((i) => i >= original.rank && i < weights);
    groups.push({
      population: p,
      parts: [
        { title: "Recurrence and inputs: n with m and inputs", items: selection.flatMap((a) => drives.map((j) => covariance(a, j))) },
        { title: "Readout: w with m and inputs", items: readout.flatMap((a) => drives.map((j) => covariance(a, j))) },
        { title: "Spread Δ, which sets the gain: variances and covariances of m and inputs", items: drives.flatMap((i, x) => drives.slice(x).map((j) => covariance(i, j))) },
        { title: "Means", items: vectors.map((_, i) => mean(i)) },
      ].filter((part) => part.items.length > 0),
    });
  });
  return groups;
}

export class Controls {
  constructor(model, inputPlace, silencePlace, circuitPlace) {
    this.model = model;
    this.rows = [];
    this.inputs = model.inputNames.map((name, k) => this.slider(inputPlace, {
      label: name, reach: inputReach(model, k), value: () => model.input[k], set: (x) => model.setInput(k, x), name: `input:${k}`,
    }));
    if (model.inputNames.length === 0) inputPlace.append(html("p", { class: "quiet" }, ["This circuit has no input."]));
    if (model.data.panels?.length > 0) {
      inputPlace.append(html("div", { class: "buttons" }, model.data.panels.map((panel) =>
        html("button", { type: "button", onclick: () => model.setInputs(panel.input, panelName(model, panel)) }, [panelName(model, panel)]))));
    }
    const note = html("p", { class: "quiet" });
    inputPlace.append(note);
    this.rows.push(() => {
      const words = model.time === null ? "" : "The sliders show the trial’s inputs at this moment. Stop brings yours back; moving one leaves the trial.";
      if (note.textContent !== words) note.textContent = words;
    });
    const fractions = model.data.circuit.populations.map((p) => p.fraction);
    for (const group of parameters(model)) {
      const p = group.population;
      const share = `${number(100 * fractions[p], 2)} % of the units`;
      const title = fractions.length === 1 ? "All units" : `Population ${p + 1} (${share})`;
      const mark = html("strong", { class: "silent" });
      const body = html("details", { open: p === 0, class: "population" }, [html("summary", {}, [title, mark])]);
      if (fractions.length > 1) {
        const box = html("input", { type: "checkbox", id: `silence${p}`, "aria-label": `silence population ${p + 1}`, onchange: (event) => model.silence(p, event.target.checked) });
        const row = html("label", { class: "switch silence", for: `silence${p}` }, [
          box, html("span", { class: `key population${p % 8}` }, ["●"]), ` silence population ${p + 1} (${share})`]);
        this.rows.push(() => {
          const isSilent = model.silenced.has(p);
          if (box.checked !== isSilent) box.checked = isSilent;
          if (Boolean(mark.textContent) === isSilent) return;
          mark.textContent = isSilent ? " – silenced" : "";
          row.classList.toggle("silent", isSilent);
        });
        silencePlace.append(row);
      }
      for (const part of group.parts) {
        const inner = html("details", { open: p === 0 && part === group.parts[0] }, [html("summary", {}, [part.title])]);
        for (const item of part.items) {
          this.slider(inner, {
            label: item.label, reach: item.reach, low: item.isVariance ? 0 : -item.reach, mark: item.value, error: item.error, name: item.name,
            value: () => model.value(item.name), set: (x) => model.set(item.name, x),
          });
        }
        body.append(inner);
      }
      circuitPlace.append(body);
    }
    model.listen(() => this.refresh());
    this.refresh();
  }

  slider(place, { label, reach, low = -reach, value, set, mark, error, name }) {
    // The slider itself says its value.
    const output = html("output", { "aria-live": "off" }, []);
    const step = 10 ** Math.floor(Math.log10(reach / 400));
    // A round end, so that the slider's steps are round numbers and zero is one of them.
    reach = step * Math.ceil(reach / step - 1e-9);
    low = low === 0 ? 0 : -reach;
    // All values of a slider have as many digits as its steps can tell apart.
    const digits = Math.max(0, -Math.floor(Math.log10(step)));
    const words = (x) => (x === 0 ? "0" : fixed(x, digits));
    const input = html("input", { type: "range", min: low, max: reach, step, "aria-label": this.model.label(name), "data-parameter": name });
    input.addEventListener("input", () => set(Number(input.value)));
    // Keys in three sizes: a hundredth of the way, with shift the slider's own step, Page keys a tenth.
    input.addEventListener("keydown", (event) => {
      const sizes = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
      const size = sizes[event.key];
      if (!size || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      const by = event.shiftKey ? Math.sign(size) * step : (size * (reach - low)) / 100;
      set(Number(Math.min(Math.max(value() + by, low), reach).toFixed(digits)));
    });
    const row = html("div", { class: "slider" }, [html("span", { class: "label" }, [label]), html("div", { class: "track" }, [input]), output]);
    if (mark !== undefined) {
      // The measured value, and one standard error to either side of it.
      const share = (x) => Math.min(Math.max((x - low) / (reach - low), 0), 1).toFixed(4);
      if (error > 0) {
        const band = html("span", { class: "error" });
        band.style.setProperty("--from", share(mark - error));
        band.style.setProperty("--to", share(mark + error));
        row.querySelector(".track").append(band);
      }
      const tick = html("span", { class: "mark" });
      tick.style.setProperty("--at", share(mark));
      row.querySelector(".track").append(tick);
      const reset = html("button", { type: "button", class: "reset", title: `back to ${number(mark)}`, "aria-label": `reset ${this.model.label(name)}`, onclick: () => {
        // The button goes away; the keyboard stays where it was.
        input.focus({ preventScroll: true });
        set(mark);
      } }, ["↺"]);
      row.append(reset);
      this.rows.push(() => { if (reset.disabled !== (value() === mark)) reset.disabled = value() === mark; });
    }
    // Where points met or appeared as this slider was dragged.
    const track = row.querySelector(".track");
    let [shown, places] = [NaN, undefined];
    const refresh = () => {
      const x = value();
      const found = this.model.bifurcations.get(name);
      if (found !== places) {
        places = found;
        for (const old of row.querySelectorAll(".bifurcation, .places")) old.remove();
        for (const at of found ?? []) {
          const sign = html("span", { class: "bifurcation", title: `fixed points met or appeared at ${number(at, 4)}` });
          sign.style.setProperty("--at", Math.min(Math.max((at - low) / (reach - low), 0), 1).toFixed(4));
          track.append(sign);
        }
        if (found?.length > 0) {
          row.append(html("span", { class: "places" }, [`fixed points meet at ${[...found].sort((a, b) => a - b).map((at) => fixed(at, 3)).join(", ")}`]));
        }
      }
      if (x === shown) return;
      shown = x;
      if (Number(input.value) !== x) input.value = String(x);
      output.textContent = words(x);
      input.setAttribute("aria-valuetext", words(x));
      if (mark !== undefined) row.classList.toggle("changed", x !== mark);
    };
    this.rows.push(refresh);
    refresh();
    place.append(row);
    return row;
  }

  refresh() {
    for (const refresh of this.rows) refresh();
  }
}

// An input of the task in words, e.g. "stimulus: colour −0.4, motion 0.4".
export function panelName(model, panel) {
  const parts = panel.input.map((x, k) => (x === 0 ? "" : `${model.inputNames[k]} ${number(x, 2)}`)).filter(Boolean);
  return `${panel.title}: ${parts.join(", ") || "no input"}`;
}

function inputReach(model, k) {
  const seen = model.data.trials ? Math.max(...model.data.trials.u.flatMap((trial) => trial.map((u) => Math.abs(u[k])))) : 0;
  return Math.max(1.5 * seen, ...(model.data.panels ?? []).map((p) => 1.5 * Math.abs(p.input[k])), seen > 0 ? 0 : 1);
}
