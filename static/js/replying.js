// Answering a message: the line above the field that says which, and the way from a quote to it.

import { room } from "./page.js";
import { keepReply, readReply } from "./shelf.js";

export class Reply {
  #room = room.id;
  #form;
  #bar;
  #quote = null;

  constructor(form) {
    this.#form = form;
    this.#bar = form.querySelector(".composer__reply");
    this.#bar.querySelector("button").addEventListener("click", () => {
      this.set(null);
      form.elements.body.focus();
    });
    form.elements.body.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing || !this.#quote) return;
      event.preventDefault();
      this.set(null);
    });
    this.set(readReply(this.#room));
  }

  /** What is answered; `null` if nothing is. */
  get quote() {
    return this.#quote;
  }

  /** Answers a message from here on, or none. It is kept with the draft. */
  set(quote) {
    this.#quote = quote;
    keepReply(this.#room, quote);
    this.#bar.hidden = !quote;
    this.#bar.querySelector(".quote__author").textContent = quote?.author ?? "";
    this.#bar.querySelector(".quote__excerpt").textContent = quote?.excerpt ?? "";
  }
}

/** Lets quotes lead to what they quote: in the log if it is there, else around it. */
export function followJumps(log, history) {
  log.element.addEventListener("click", async (event) => {
    const link = event.target.closest(".quote");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const seq = Number(link.dataset.seq);
    try {
      if (!log.at(seq)) await history.showAround(seq);
      log.target(log.at(seq));
    } catch {
      location.assign(link.href);
    }
  });
}
