// Marks what is selected in a text: by the keyboard, and by pasting an address over it.

import { isApple, nameKeys } from "./keys.js";

const MARKS = { b: "**", i: "_", e: "`" };
const STRUCK = "~~";
const FENCE = "```";
const ADDRESS = /^https?:\/\/\S+$/i;

/** Undo takes back each of them. */
export function offerFormatting(text) {
  nameKeys(document.getElementById("formatting"));
  text.addEventListener("keydown", (event) => {
    const mark = markOf(event);
    if (!mark) return;
    event.preventDefault();
    toggle(text, mark);
  });
  text.addEventListener("paste", (event) => {
    const address = event.clipboardData?.getData("text/plain").trim() ?? "";
    const chosen = text.value.slice(text.selectionStart, text.selectionEnd);
    if (!ADDRESS.test(address) || !chosen.trim() || /\n/.test(chosen) || ADDRESS.test(chosen.trim())) return;
    event.preventDefault();
    replace(text, text.selectionStart, text.selectionEnd, `[${chosen}](${address})`);
  });
}

function markOf(event) {
  const { altKey, ctrlKey, metaKey, shiftKey, isComposing } = event;
  const isCommand = isApple ? metaKey && !ctrlKey : ctrlKey && !metaKey;
  if (!isCommand || altKey || isComposing) return undefined;
  const key = event.key.toLowerCase();
  if (shiftKey) return key === "x" ? STRUCK : undefined;
  return MARKS[key];
}

/** Puts a mark around what is selected, or takes it away. */
function toggle(text, mark) {
  const { selectionStart: start, selectionEnd: end, value } = text;
  const chosen = value.slice(start, end);
  const { length } = mark;
  if (mark === MARKS.e && chosen.includes("\n")) {
    const before = start === 0 || value[start - 1] === "\n" ? "" : "\n";
    replace(text, start, end, `${before}${FENCE}\n${chosen}\n${FENCE}`);
    const from = start + before.length + FENCE.length + 1;
    text.setSelectionRange(from, from + chosen.length);
  } else if (value.slice(0, start).endsWith(mark) && value.slice(end).startsWith(mark)) {
    replace(text, start - length, end + length, chosen);
    text.setSelectionRange(start - length, end - length);
  } else {
    replace(text, start, end, mark + chosen + mark);
    text.setSelectionRange(start + length, end + length);
  }
}

/** As if it was typed, so that it can be undone. */
function replace(text, start, end, by) {
  text.focus();
  text.setSelectionRange(start, end);
  if (document.execCommand("insertText", false, by)) return;
  text.setRangeText(by, start, end, "end");
  text.dispatchEvent(new InputEvent("input", { bubbles: true }));
}
