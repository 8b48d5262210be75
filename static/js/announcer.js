// Reads new messages out, a few at a time. The log itself is silent: history and one's own
// messages would be read again and again.

import { textOf } from "./parts.js";

const BATCH_MS = 1_000;
const MOST = 3;

const region = document.createElement("div");
region.className = "visually-hidden";
region.ariaLive = "polite";
document.body.append(region);

let waiting = [];

/** Says who wrote what, soon. */
export function announce(message) {
  if (waiting.length === 0) setTimeout(speak, BATCH_MS);
  waiting.push(message);
}

function speak() {
  const isFlood = waiting.length > MOST;
  const words = isFlood ? `${waiting.length} new messages` : waiting.map(wordsOf).join(". ");
  waiting = [];
  say(words);
}

function wordsOf({ author, html, attachments }) {
  const said = textOf(html) || attachments.map(({ name }) => name).join(", ");
  return `${author.display_name}: ${said}`;
}

/** Says what was done, to those who do not see it. */
export function say(words) {
  if (document.ariaNotify) document.ariaNotify(words);
  else region.textContent = words;
}
