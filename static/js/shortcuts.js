// Keys that work everywhere, and the list of all of them.

import { hasSingleKeys } from "./page.js";

const dialog = document.getElementById("shortcuts");
dialog.addEventListener("click", ({ target }) => {
  if (target === dialog) dialog.close();
});

/** Shows the list. */
export function showKeys() {
  if (!document.querySelector("dialog:modal")) dialog.showModal();
}

addEventListener("keydown", (event) => {
  const { key, altKey, shiftKey, ctrlKey, metaKey } = event;
  if (event.defaultPrevented || event.isComposing || document.querySelector("dialog:modal")) return;
  const isCommand = ctrlKey || metaKey;
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  if (altKey && !isCommand && (key === "ArrowDown" || key === "ArrowUp")) {
    step(key === "ArrowDown" ? 1 : -1, shiftKey);
  } else if (isCommand && !altKey && key === "/") showKeys();
  else if (key === "?" && !isCommand && !altKey && !isTyping && hasSingleKeys()) showKeys();
  else return;
  event.preventDefault();
});

/** To the next room at the side, or the next one with something unread; after the last comes the first. */
function step(by, onlyUnread) {
  const links = [...document.querySelectorAll(".sidebar__rooms a")];
  const at = links.findIndex((link) => link.ariaCurrent === "page");
  const inTurn = [...links.slice(at + 1), ...links.slice(0, Math.max(at, 0))];
  if (by < 0) inTurn.reverse();
  inTurn.find((link) => !onlyUnread || link.dataset.unread)?.click();
}
