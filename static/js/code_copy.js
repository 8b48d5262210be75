// Offers to copy what stands in a block of code.

import { say } from "./announcer.js";
import { fromTemplate } from "./page.js";

/** So long it says that it was done. */
const DONE_MS = 2_000;

/** Every block of code in there has a button, also those that come later. */
export function offerCopies(log) {
  offer(log);
  const observer = new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) if (node instanceof Element) offer(node);
    }
  });
  observer.observe(log, { childList: true, subtree: true });
}

function offer(element) {
  for (const pre of element.querySelectorAll(".message__body pre")) {
    if (pre.parentElement.matches(".code")) continue;
    const frame = document.createElement("div");
    frame.className = "code";
    const button = fromTemplate("code-copy");
    button.addEventListener("click", () => copy(pre, button));
    pre.replaceWith(frame);
    frame.append(pre, button);
  }
}

async function copy(pre, button) {
  const done = await write(pre.textContent).catch(() => select(pre));
  say(done ? "Copied." : "That did not work: it is selected now, copy it by the keyboard.");
  button.toggleAttribute("data-done", done);
  setTimeout(() => button.removeAttribute("data-done"), DONE_MS);
}

async function write(text) {
  await navigator.clipboard.writeText(text);
  return true;
}

// Pages that are not secure have no clipboard.
function select(pre) {
  getSelection().selectAllChildren(pre);
  return document.execCommand("copy");
}
