// Deleting a message. For a moment it can be undone; then the server is told.

import { fromTemplate, here, room, send } from "./page.js";
import { noteAt, reason } from "./parts.js";
import { keepAboutToGo } from "./shelf.js";

const UNDO_MS = 5_000;

export class Deleting {
  #path = `/rooms/${room.id}/messages`;
  #log;
  /** What is about to be deleted: each message's timer. */
  #waiting = new Map();

  constructor(log) {
    this.#log = log;
    addEventListener("pagehide", () => this.#leave(), here());
    here().signal.addEventListener("abort", () => this.#leave());
  }

  /** Deletes it soon. */
  begin(row) {
    if (this.#waiting.has(row)) return;
    const undo = fromTemplate("message-undo");
    const button = undo.querySelector("button");
    button.addEventListener("click", () => {
      this.#end(row);
      row.focus({ preventScroll: true });
    });
    this.#log.keepPlace(() => {
      noteAt(row, null);
      row.dataset.deleting = "";
      row.querySelector(".message__bubble").append(undo);
    });
    button.focus({ preventScroll: true });
    keepAboutToGo(this.#pathOf(row), Date.now() + UNDO_MS);
    this.#waiting.set(row, setTimeout(() => this.#commit(row), UNDO_MS));
  }

  // Whoever leaves has not undone it. If this is lost with the page, the next one says it.
  #leave() {
    for (const [row, timer] of this.#waiting) {
      clearTimeout(timer);
      const path = this.#pathOf(row);
      const said = send("DELETE", path, undefined, { keepalive: true });
      said.then(() => keepAboutToGo(path, null), () => {});
    }
    this.#waiting.clear();
  }

  #pathOf({ dataset }) {
    return `${this.#path}/${dataset.messageId}`;
  }

  #end(row) {
    clearTimeout(this.#waiting.get(row));
    this.#waiting.delete(row);
    keepAboutToGo(this.#pathOf(row), null);
    this.#log.keepPlace(() => {
      delete row.dataset.deleting;
      row.querySelector(".message__undo")?.remove();
    });
  }

  async #commit(row) {
    const path = this.#pathOf(row);
    const hadFocus = row.contains(document.activeElement);
    clearTimeout(this.#waiting.get(row));
    this.#waiting.delete(row);
    try {
      const answer = await send("DELETE", path);
      if (answer?.message) this.#log.put([answer.message]);
      this.#end(row);
    } catch (problem) {
      this.#end(row);
      noteAt(row, reason(problem, "Not deleted"));
    }
    if (hadFocus) row.focus({ preventScroll: true });
  }
}
