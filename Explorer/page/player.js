// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Chooses a trial and plays it: beside the portrait, which shows what it does.

import { wordFor } from "./data.js";
import { epochAt, scaleWords, trialName } from "./trials.js";
import { html, number } from "./svg.js";

// Speeds, in units of tau a second.
const SPEEDS = [0.25, 0.5, 1, 2, 5, 10, 20, 50];

export class Player {
  constructor(model, place) {
    this.model = model;
    const { trials } = model.data;
    this.filters = (trials.conditions ?? []).map((condition, index) => {
      const values = [...new Set(condition.values)].sort((a, b) => a - b);
      return values.length < 2 || values.length > 6 ? null : { condition, values, index };
    }).filter(Boolean);
    for (const filter of this.filters) {
      filter.options = filter.values.map((v) => html("option", { value: v }, [wordFor(filter.condition, v)]));
      filter.select = html("select", { "aria-label": `only trials with ${filter.condition.name}`, onchange: (event) => {
        const filters = { ...model.filters };
        if (event.target.value === "") delete filters[filter.index];
        else filters[filter.index] = Number(event.target.value);
        model.change("filters", filters);
        this.list();
      } }, [html("option", { value: "" }, ["any"]), ...filter.options]);
    }
    this.choice = html("select", { id: "trial", onchange: (event) => this.choose(Number(event.target.value)) });
    this.found = html("span", { class: "quiet" });
    this.scrub = html("input", { type: "range", min: 0, max: trials.steps - 1, step: 1, value: 0, "aria-label": "time in the trial", class: "scrub" });
    this.scrub.addEventListener("input", () => model.go(Number(this.scrub.value)));
    this.playing = false;
    this.button = html("button", { type: "button", class: "play", onclick: () => this.toggle() }, ["▶ play"]);
    this.off = html("button", { type: "button", title: "leave the trial; your inputs come back", onclick: () => this.stop() }, ["■ stop"]);
    // A trial takes some ten seconds unless it is said.
    const wanted = (trials.steps * trials.alpha) / 10;
    this.speed = SPEEDS.reduce((best, x) => (Math.abs(Math.log(x / wanted)) < Math.abs(Math.log(best / wanted)) ? x : best));
    const speeds = html("select", { "aria-label": "speed", onchange: (event) => { this.speed = Number(event.target.value); } },
      SPEEDS.map((x) => html("option", { value: x, selected: x === this.speed }, [`${number(x)} τ/s`])));
    this.time = html("span", { class: "time" });
    this.printed = html("p", { class: "printed" });
    const units = scaleWords(trials, model.inputNames, model.data.panels);
    this.more = html("details", {}, [html("summary", {}, ["choose by condition"]),
      html("div", { class: "bar" }, [...this.filters.map((f) => html("label", {}, [`${f.condition.name} `, f.select])), this.found]),
      ...(units.length > 0 ? [html("p", { class: "quiet" }, [`In these names ${units.join("; ")}.`])] : [])]);
    place.append(
      html("div", { class: "bar player" }, [this.button, this.off, this.scrub, this.time, speeds]),
      html("div", { class: "bar" }, [html("label", { class: "trial" }, ["trial ", this.choice]), this.more]), this.printed);
    if (this.filters.length === 0) this.more.hidden = true;
    this.list();
    this.mark();
    model.listen((changes) => {
      if (changes.has("filters")) this.list();
      if (changes.has("trial") || changes.has("time")) this.mark();
    });
  }

  // The trials that the conditions leave; values that would leave none cannot be chosen.
  list() {
    const { trials } = this.model.data;
    const { filters } = this.model;
    if (Object.keys(filters).length > 0) this.more.open = true;
    const fits = (b, except) => this.filters.every((f) => f === except || filters[f.index] === undefined || f.condition.values[b] === filters[f.index]);
    const all = Array.from({ length: trials.count }, (_, b) => b);
    for (const filter of this.filters) {
      const wanted = filters[filter.index];
      filter.select.value = wanted === undefined ? "" : String(wanted);
      filter.options.forEach((option, i) => {
        option.disabled = !all.some((b) => fits(b, filter) && filter.condition.values[b] === filter.values[i]);
      });
    }
    const fitting = all.filter((b) => fits(b));
    this.choice.replaceChildren(...fitting.map((b) => html("option", { value: b }, [trialName(trials, b)])));
    this.found.textContent = fitting.length === 0 ? "No trial of this page is like this."
      : `${fitting.length} of ${trials.count} trials${trials.total > trials.count ? ` (of ${trials.total} there are)` : ""}`;
    if (fitting.length > 0 && !fitting.includes(this.model.trial)) this.choose(fitting[0]);
    this.choice.value = String(this.model.trial);
  }

  // Another trial begins at its beginning if one is played, or is shown at the same time.
  choose(trial) {
    const { model } = this;
    model.change("trial", trial);
    if (model.time !== null) model.go(this.playing ? 0 : model.time);
    this.restart = true;
  }

  toggle() {
    const { model } = this;
    this.show(!this.playing);
    if (!this.playing) return;
    const { steps, alpha } = model.data.trials;
    if (model.time === null || model.time >= steps - 1) model.go(0);
    let [last, left] = [null, 0];
    const frame = (now) => {
      if (!this.playing) return;
      // Somebody has taken hold of an input: that ends it.
      if (model.time === null || model.time >= steps - 1) {
        this.show(false);
        return;
      }
      if (this.restart) [this.restart, left] = [false, 0];
      left += last === null ? 0 : (Math.min(now - last, 200) / 1000) * (this.speed / alpha);
      last = now;
      const stride = Math.floor(left);
      left -= stride;
      if (stride > 0) model.go(Math.min(model.time + stride, steps - 1));
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  show(isPlaying) {
    this.playing = isPlaying;
    this.button.textContent = isPlaying ? "❚❚ pause" : "▶ play";
  }

  stop() {
    this.show(false);
    this.model.leave();
  }

  // Which trial, and where in time we are.
  mark() {
    const { model } = this;
    const { trials } = model.data;
    const time = model.time === null ? "" : `t = ${((model.time + 1) * trials.alpha).toFixed(1)} of ${number(trials.steps * trials.alpha)} τ`;
    const epoch = model.time === null ? "" : epochAt(trials, model.trial, model.time);
    this.time.textContent = time ? `${time}${epoch ? `, ${epoch}` : ""}` : "not in a trial";
    this.scrub.value = String(model.time ?? 0);
    this.scrub.setAttribute("aria-valuetext", this.time.textContent);
    if (this.choice.value !== String(model.trial)) this.choice.value = String(model.trial);
    this.printed.textContent = `Trial ${trialName(trials, model.trial)}${time ? `; ${this.time.textContent}` : ""}`;
  }
}
