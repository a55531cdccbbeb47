// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Pictures and files for the reader to keep.

import { element, html } from "./svg.js";

export function download(name, blob) {
  const link = html("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// The portrait with its colours written into it, so that it looks the same elsewhere.
export function picture(portrait) {
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

// An SVG as a PNG of twice its size, without asking anybody.
export function png({ text, width, height }) {
  return new Promise((resolve) => {
    const image = new Image();
    image.addEventListener("load", () => {
      const canvas = html("canvas", { width: 2 * width, height: 2 * height });
      canvas.getContext("2d").drawImage(image, 0, 0, 2 * width, 2 * height);
      canvas.toBlob(resolve);
    });
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text);
  });
}
