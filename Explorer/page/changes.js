// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// What was changed by hand, in words: on the screen, for who opens a link, and on paper.

import { number } from "./svg.js";

const MOST = 6;

export class Changes {
  constructor(model, place) {
    const lesions = document.getElementById("lesion-key");
    const circuit = document.getElementById("circuit-section");
    const draw = () => {
      const { silenced, edits, impossible } = model;
      const sentences = [];
      const populations = [...silenced].sort((a, b) => a - b).map((p) => p + 1);
      if (populations.length > 0) sentences.push(`Population${populations.length === 1 ? "" : "s"} ${populations.join(" and ")} silenced.`);
      if (edits.size > 0) {
        const list = [...edits].slice(0, MOST).map(([name, value]) => `${model.label(name)} ${number(model.measured(name))} → ${number(value)}`);
        sentences.push(`Changed: ${list.join("; ")}${edits.size > MOST ? ` and ${edits.size - MOST} more` : ""}.`);
      }
      for (const p of impossible) {
        sentences.push(`No units can have these covariances${populations.length + model.data.circuit.populations.length > 1 ? ` of population ${p + 1}` : ""}: for some κ and input Δ² would be negative, and is taken as zero there.`);
      }
      if (sentences.length > 0) sentences.push("This is no longer the circuit it was.");
      const words = sentences.join(" ");
      if (place.textContent !== words) place.textContent = words;
      place.hidden = words === "";
      const hasLesion = silenced.size === 1 && model.data.trials?.lesions;
      lesions.hidden = silenced.size === 0 || !model.data.trials?.z;
      lesions.textContent = `${hasLesion ? `Thick blue: z of the network without its units of population ${populations[0]}. ` : ""}Thin blue: the network with all its units.`;
      circuit.classList.toggle("changed", model.isChanged);
    };
    model.listen((changes) => { if (changes.has("circuit")) draw(); });
    draw();
  }
}
