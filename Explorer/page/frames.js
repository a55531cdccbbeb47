// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Work in its time: drawing once a frame, longer work in slices of a few milliseconds.

// What a frame may spend on work that can wait.
export const SLICE = 3;

// Milliseconds of script in each of the last frames.
export const clock = [];

// Calls draw(set of what has changed) in the next frame, however often it is asked to; calm(set) when changes pause.
export class Frames {
  constructor(draw, calm, pause = 120) {
    this.draw = draw;
    this.calm = calm;
    this.pause = pause;
    this.pending = new Set();
    this.waiting = new Set();
    this.works = new Map();
    this.calmed = new Set();
    this.isAsked = false;
    this.timer = null;
  }

  ask(what) {
    // Calm work that is under way begins anew.
    if (this.works.delete("calm")) for (const change of this.calmed) this.waiting.add(change);
    this.pending.add(what);
    this.waiting.add(what);
    this.request();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.settle(), this.pause);
  }

  // A generator that is run in slices; one of the same name is given up.
  work(name, generator, isDone = () => {}) {
    this.works.set(name, { generator, isDone });
    this.request();
  }

  request() {
    if (this.isAsked) return;
    this.isAsked = true;
    requestAnimationFrame(() => this.frame());
  }

  frame() {
    this.isAsked = false;
    const begin = performance.now();
    if (this.pending.size > 0) {
      const changes = this.pending;
      this.pending = new Set();
      this.draw(changes);
    }
    const end = Math.max(begin + SLICE, Math.min(performance.now() + 1, begin + 2 * SLICE));
    for (const [name, work] of this.works) {
      let isDone = false;
      while (!isDone && performance.now() < end) isDone = work.generator.next().done;
      if (isDone) {
        if (this.works.get(name) === work) this.works.delete(name);
        work.isDone();
      }
      if (performance.now() >= end) break;
    }
    if (this.works.size > 0) this.request();
    clock.push(performance.now() - begin);
    if (clock.length > 1000) clock.shift();
  }

  // What can wait until the hand rests; each listener as a piece of work of its own.
  settle() {
    const changes = this.waiting;
    this.waiting = new Set();
    this.calmed = changes;
    this.work("calm", this.calm(changes));
  }
}
