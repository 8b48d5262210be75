// Completes what is being typed in a field: one list, whatever it is that fits.

import { say } from "./announcer.js";
import { fromTemplate } from "./page.js";

/** So long after the last key a source is asked that has to ask the server. */
const SETTLE_MS = 80;

/**
 * A source has `typed`, an expression that matches up to the caret, with what is typed behind its
 * sign as the only group; `knows(typed)`, whether it answers at once; and `find(typed)`, which
 * promises options: `{text, name, hint, face(avatar), chosen()}`, of which `text` takes the place of
 * the sign and what is behind it, and `chosen`, if there is one, is told so.
 */
export class Completion {
  #text;
  #list;
  #sources;
  #options = [];
  #chosen = 0;
  #timer = null;
  /** Counts the searches: an answer to an earlier one comes too late. */
  #search = 0;

  /** It hears keys before the field's owner does: Enter chooses while the list is open. */
  constructor(text, list, sources) {
    this.#text = text;
    this.#list = list;
    this.#sources = sources;
    text.addEventListener("input", ({ isComposing }) => {
      if (!isComposing) this.#look();
    });
    text.addEventListener("compositionend", () => this.#look());
    text.addEventListener("keydown", (event) => this.#onKey(event), { capture: true });
    text.addEventListener("blur", () => this.#close());
    text.addEventListener("click", () => this.#look());
    // The field keeps the focus.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.#choose([...list.children].indexOf(option));
    });
    this.#look();
  }

  get #isOpen() {
    return !this.#list.hidden;
  }

  /** What is typed, and whose it is, if the caret stands behind a sign. */
  #typed() {
    const { selectionStart: caret, selectionEnd: end, value } = this.#text;
    if (caret !== end) return null;
    const before = value.slice(0, caret);
    for (const source of this.#sources) {
      const found = source.typed.exec(before);
      if (found) return { source, typed: found[1].toLowerCase() };
    }
    return null;
  }

  #look() {
    clearTimeout(this.#timer);
    const now = this.#typed();
    if (!now) this.#close();
    else if (now.source.knows(now.typed)) this.#find(now);
    else this.#timer = setTimeout(() => this.#find(now), SETTLE_MS);
  }

  async #find({ source, typed }) {
    const mine = ++this.#search;
    const options = await source.find(typed);
    const now = this.#typed();
    if (mine !== this.#search || now?.source !== source || now.typed !== typed) return;
    this.#show(options);
  }

  #show(options) {
    if (options.length === 0) return this.#close();
    this.#options = options;
    this.#list.replaceChildren(...options.map((option, place) => this.#item(option, place)));
    this.#list.hidden = false;
    say(options.length === 1 ? "1 suggestion" : `${options.length} suggestions`);
    this.#mark(0);
  }

  #item({ name, hint, face }, place) {
    const item = fromTemplate("completion-option");
    item.id = `${this.#list.id}-option-${place}`;
    face(item.querySelector(".avatar"));
    item.querySelector(".completion__name").textContent = name;
    item.querySelector(".completion__hint").textContent = hint;
    return item;
  }

  #close() {
    clearTimeout(this.#timer);
    this.#search += 1;
    if (!this.#isOpen) return;
    this.#list.hidden = true;
    this.#list.replaceChildren();
    this.#text.removeAttribute("aria-activedescendant");
  }

  #mark(place) {
    const items = [...this.#list.children];
    this.#chosen = (place + items.length) % items.length;
    items.forEach((item, at) => (item.ariaSelected = String(at === this.#chosen)));
    const item = items[this.#chosen];
    this.#text.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  }

  #onKey(event) {
    if (!this.#isOpen || event.isComposing || event.keyCode === 229) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const isPlain = !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!isPlain) return;
    if (step) this.#mark(this.#chosen + step);
    else if (event.key === "Enter" || event.key === "Tab") this.#choose(this.#chosen);
    else if (event.key === "Escape") this.#close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  #choose(place) {
    const { text, chosen } = this.#options[place];
    const typed = this.#typed();
    const caret = this.#text.selectionStart;
    const start = caret - typed.typed.length - 1;
    const isSpaced = this.#text.value[caret] === " ";
    this.#text.setRangeText(`${text}${isSpaced ? "" : " "}`, start, caret, "end");
    const end = start + text.length + 1;
    this.#text.setSelectionRange(end, end);
    this.#close();
    chosen?.();
    this.#text.dispatchEvent(new InputEvent("input", { bubbles: true }));
    this.#text.focus({ preventScroll: true });
  }
}
