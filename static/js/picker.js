// The picker of emoji: loaded when it is first opened.

import { groups, search } from "./emoji.js";
import { emojiTone, keepEmojiTone, recentEmoji, rememberEmoji } from "./shelf.js";
import { writesOnGlass } from "./writing.js";

const MARGIN = 8;
const MOST_FOUND = 90;
const ICONS = ["🕘", "😀", "👋", "🐻", "🍔", "🚗", "⚽", "💡", "💠", "🏁"];

const dialog = document.getElementById("emoji-picker");
const part = (name) => dialog.querySelector(`.picker__${name}`);
const [field, tone, tabs, body] = ["search", "tone", "groups", "body"].map(part);
/** What each button stands for. */
const meaning = new WeakMap();

let chosen = null;
let styles = null;
let all = null;

/** Promises the emoji that one chooses; `null` if one does not. */
export async function pickEmoji(anchor) {
  if (dialog.open) return null;
  chosen = null;
  await Promise.all([loadStyles(), load()]);
  field.value = "";
  tone.value = emojiTone();
  showAll();
  dialog.showModal();
  place(anchor);
  field.focus();
  await new Promise((done) => dialog.addEventListener("close", done, { once: true }));
  if (chosen) rememberEmoji(chosen);
  return chosen;
}

function loadStyles() {
  styles ??= new Promise((done, failed) => {
    const link = document.createElement("link");
    Object.assign(link, { rel: "stylesheet", href: dialog.dataset.styles });
    link.onload = done;
    link.onerror = () => failed((styles = null));
    document.head.append(link);
  });
  return styles;
}

async function load() {
  all ??= await groups();
}

field.addEventListener("input", showFound);
tone.addEventListener("change", () => {
  keepEmojiTone(Number(tone.value));
  showFound();
});
dialog.addEventListener("click", ({ target }) => {
  if (target === dialog) return dialog.close();
  const emoji = meaning.get(target.closest("button"));
  if (!emoji) return;
  chosen = emoji.toned;
  dialog.close();
});
tabs.addEventListener("click", ({ target }) => {
  const tab = target.closest("button");
  if (!tab) return;
  body.querySelector(`[data-group="${tab.dataset.leads}"]`)?.scrollIntoView();
  body.querySelector(`[data-group="${tab.dataset.leads}"] button`)?.focus({ preventScroll: true });
});
for (const type of ["pointerover", "focusin"]) {
  body.addEventListener(type, ({ target }) => showName(meaning.get(target.closest("button"))));
}
field.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const first = body.querySelector("button");
  if (event.key === "ArrowDown") first?.focus();
  else if (event.key === "Enter") first?.click();
  else return;
  event.preventDefault();
});
body.addEventListener("keydown", (event) => {
  const from = event.target.closest("button");
  const to = from && neighbour(from, event.key);
  if (!to) return;
  event.preventDefault();
  to.focus();
});

function neighbour(from, key) {
  const buttons = [...body.querySelectorAll("button")];
  const at = buttons.indexOf(from);
  const isRtl = getComputedStyle(body).direction === "rtl";
  if (key === "ArrowRight" || key === "ArrowLeft") {
    return buttons[at + ((key === "ArrowRight") === !isRtl ? 1 : -1)];
  }
  if (key === "Home") return buttons[0];
  if (key === "End") return buttons.at(-1);
  if (key !== "ArrowUp" && key !== "ArrowDown") return null;
  const { left, top } = from.getBoundingClientRect();
  const way = key === "ArrowUp" ? buttons.slice(0, at).reverse() : buttons.slice(at + 1);
  const boxes = way.slice(0, 40).map((button) => [button, button.getBoundingClientRect()]);
  const row = boxes.find(([, box]) => Math.abs(box.top - top) > 4)?.[1].top;
  if (row === undefined) return key === "ArrowUp" ? field : null;
  const inRow = boxes.filter(([, box]) => Math.abs(box.top - row) <= 4);
  const distance = ([, box]) => Math.abs(box.left - left);
  return inRow.reduce((one, other) => (distance(other) < distance(one) ? other : one))[0];
}

async function showFound() {
  const wanted = field.value.trim();
  if (!wanted) return showAll();
  const found = await search(wanted);
  if (wanted !== field.value.trim()) return;
  tabs.hidden = true;
  if (found.length) show([["Found", found.slice(0, MOST_FOUND)]]);
  else body.replaceChildren(note("Nothing is called so."));
}

function showAll() {
  const byGlyph = new Map(all.flatMap(([, emoji]) => emoji).map((emoji) => [emoji.glyph, emoji]));
  const recent = recentEmoji().map((glyph) => byGlyph.get(glyph) ?? { glyph, toned: glyph, name: "", codes: [] });
  const shown = [["Used last", recent], ...all];
  tabs.hidden = false;
  tabs.replaceChildren(...shown.map(([name], at) => tab(name, at)));
  show(shown);
}

function tab(name, at) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", textContent: ICONS[at], ariaLabel: name, title: name });
  button.dataset.leads = name;
  return button;
}

function show(parts) {
  body.replaceChildren(...parts.map(section));
  body.querySelector("button").tabIndex = 0;
  body.scrollTop = 0;
  showName(null);
}

function section([name, emoji]) {
  const section = document.createElement("section");
  section.dataset.group = name;
  section.ariaLabel = name;
  const heading = document.createElement("h3");
  heading.textContent = name;
  const grid = document.createElement("div");
  grid.className = "picker__grid";
  grid.append(...emoji.map(buttonOf));
  section.append(heading, grid);
  return section;
}

function buttonOf(emoji) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", textContent: emoji.toned, tabIndex: -1 });
  button.ariaLabel = emoji.name || emoji.glyph;
  meaning.set(button, emoji);
  return button;
}

function note(words) {
  const line = document.createElement("p");
  Object.assign(line, { className: "picker__note", role: "status", textContent: words });
  return line;
}

function showName(emoji) {
  part("shown").textContent = emoji?.toned ?? "";
  const code = emoji?.codes[0];
  part("name").textContent = !emoji ? "Choose an emoji" : code ? `${emoji.name} :${code}:` : emoji.name;
}

/** Beside what it was opened from; where one writes on glass, at the edge of the screen. */
function place(anchor) {
  dialog.toggleAttribute("data-sheet", writesOnGlass());
  const box = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = dialog;
  const above = box.top - height - MARGIN;
  const top = above > MARGIN ? above : Math.min(box.bottom + MARGIN, innerHeight - height - MARGIN);
  const left = Math.min(Math.max(MARGIN, box.right - width), innerWidth - width - MARGIN);
  Object.assign(dialog.style, { top: `${Math.max(MARGIN, top)}px`, left: `${left}px` });
}
