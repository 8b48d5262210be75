// Editing a message in its place: loaded when it is first asked for.

import { Completion } from "./completion.js";
import { completions } from "./completions.js";
import { get, fromTemplate, room, send } from "./page.js";
import { reason } from "./parts.js";
import { grow, isEnter } from "./writing.js";

/** Lets one change what a message says. `done` is called when it is over. */
export async function edit(row, log, done) {
  if (row.dataset.editing !== undefined) return row.querySelector(".editor__text").focus();
  const body = await bodyOf(row);
  const editor = new Editor(row, log, body, done);
  editor.focus();
}

/** What a message says, as its author wrote it. */
export async function bodyOf({ dataset: { seq, messageId } }) {
  const { messages } = await get(`/rooms/${room.id}/messages?around=${seq}&limit=1`);
  return messages.find(({ id }) => id === messageId).body;
}

class Editor {
  #row;
  #log;
  #body;
  #done;
  #form = fromTemplate("message-editor");
  #text = this.#form.querySelector("textarea");
  #problem = this.#form.querySelector("[role=alert]");

  constructor(row, log, body, done) {
    this.#row = row;
    this.#log = log;
    this.#body = body;
    this.#done = done;
    const list = this.#form.querySelector(".completion");
    list.id = `completion-${row.dataset.seq}`;
    this.#text.setAttribute("aria-controls", list.id);
    this.#text.value = body;
    new Completion(this.#text, list, completions);
    this.#text.addEventListener("input", () => log.keepPlace(() => grow(this.#text)));
    this.#form.addEventListener("keydown", (event) => this.#onKey(event));
    this.#form.querySelector("[data-action=cancel]").addEventListener("click", () => this.#close());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    log.keepPlace(() => {
      row.dataset.editing = "";
      row.querySelector(".message__body").after(this.#form);
      grow(this.#text);
    });
  }

  focus() {
    this.#text.focus({ preventScroll: true });
    this.#text.setSelectionRange(this.#text.value.length, this.#text.value.length);
    this.#row.scrollIntoView({ block: "nearest" });
  }

  #onKey(event) {
    // The keys of the log are not meant.
    event.stopPropagation();
    if (event.key === "Escape" && !event.isComposing) {
      event.preventDefault();
      this.#close();
    } else if (event.target === this.#text && isEnter(event)) {
      event.preventDefault();
      this.#form.requestSubmit();
    }
  }

  async #save() {
    const body = this.#text.value.trim();
    if (body === this.#body.trim()) return this.#close();
    this.#problem.textContent = "";
    const path = `/rooms/${room.id}/messages/${this.#row.dataset.messageId}`;
    try {
      const { message } = await send("PATCH", path, { body });
      this.#log.put([message]);
      this.#close();
    } catch (problem) {
      // What was typed stays, to be tried again.
      this.#problem.textContent = reason(problem, "Not saved");
    }
  }

  #close() {
    this.#log.keepPlace(() => {
      delete this.#row.dataset.editing;
      this.#form.remove();
    });
    this.#done(this.#row);
  }
}
