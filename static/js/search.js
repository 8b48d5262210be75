// The page of what was searched for.

import "./found.js";
import { hasSingleKeys } from "./page.js";

const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
for (const time of document.querySelectorAll(".hit__time")) {
  time.textContent = day.format(new Date(time.dateTime));
}

const field = document.getElementById("q");
const hits = [...document.querySelectorAll(".hit__link")];

document.addEventListener("keydown", (event) => {
  const { key, ctrlKey, metaKey, altKey, isComposing } = event;
  if (ctrlKey || metaKey || altKey || isComposing) return;
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  if (key === "/" && !isTyping && hasSingleKeys()) {
    event.preventDefault();
    field.select();
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[key];
  if (!step || !hits.length) return;
  const at = hits.indexOf(document.activeElement);
  if (isTyping && (event.target !== field || step < 0)) return;
  event.preventDefault();
  if (at === 0 && step < 0) field.focus();
  else hits[Math.min(Math.max(at + step, 0), hits.length - 1)].focus();
});
