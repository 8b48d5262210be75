// Everything unread, room by room, by the keyboard. Only what one marks is read.

import { hasSingleKeys, send } from "./page.js";

const page = document.getElementById("catch-up");
const sections = () => [...page.querySelectorAll(".catch-up__room")];
const current = () => document.activeElement?.closest(".catch-up__room");

page.addEventListener("submit", (event) => {
  const section = event.target.closest(".catch-up__room");
  if (!section) return;
  event.preventDefault();
  mark(section);
});

addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, dialog, [popover]");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const section = current();
  const isOnSection = event.target === section;
  const letters = hasSingleKeys() && { j: 1, k: -1 };
  const step = { ...letters, ...(isOnSection && { ArrowDown: 1, ArrowUp: -1 }) }[event.key];
  if (step) go(section, step);
  else if (event.key === "e" && letters && section) mark(section);
  else if (event.key === "Enter" && isOnSection) section.querySelector("h2 a").click();
  else return;
  event.preventDefault();
});

function go(from, step) {
  const all = sections();
  const at = from ? all.indexOf(from) + step : 0;
  const next = all[Math.min(Math.max(at, 0), all.length - 1)];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}

async function mark(section) {
  const { room, seq } = section.dataset;
  const button = section.querySelector(".catch-up__read button");
  button.disabled = true;
  try {
    await send("PUT", `/rooms/${room}/read`, { seq: Number(seq) });
  } catch {
    button.disabled = false;
    button.textContent = "That did not work: try again";
    return;
  }
  const all = sections();
  const at = all.indexOf(section);
  const next = all[at + 1] ?? all[at - 1];
  section.remove();
  if (next) return next.focus();
  for (const part of page.querySelectorAll(".catch-up__all, .catch-up__keys")) part.hidden = true;
  const done = document.getElementById("caught-up");
  done.hidden = false;
  done.tabIndex = -1;
  done.focus();
}
