// What can be done with a message, by whoever may: the server decides anyway.

import { say } from "./announcer.js";
import { Deleting } from "./deleting.js";
import { bodyOf, edit } from "./editing.js";
import { showEdits } from "./edits.js";
import { offerActions } from "./message_menu.js";
import { room } from "./page.js";
import { noteAt, quoteOf, reason, textOf } from "./parts.js";
import { pickEmoji } from "./picker.js";
import { Reactions } from "./reactions.js";
import { timeOf } from "./rows.js";

/** Offers it in a log. `composer` is the field one writes in, if there is one. */
export class Actions {
  #log;
  #composer;
  #reactions;
  #mayEdit;

  constructor(log, composer, markUnread) {
    this.#log = log;
    this.#composer = composer;
    this.#reactions = new Reactions(log, (row, anchor) => this.#pick(row, anchor));
    const deleting = new Deleting(log);
    const isSent = (row) => Boolean(row.dataset.seq) && row.dataset.state === "sent";
    const says = (row) => isSent(row) && !("deleted" in row.dataset) && !("deleting" in row.dataset);
    // Whoever has no field may not write here, or not any more.
    const isOpen = (row) => says(row) && Boolean(document.getElementById("composer"));
    const isMine = ({ dataset }) => "own" in dataset;
    const isNew = (row) => Date.now() - timeOf(row) < room.editMs;
    const mayEdit = (row) => isOpen(row) && isMine(row) && isNew(row);
    this.#mayEdit = mayEdit;
    const hasClipboard = Boolean(navigator.clipboard);
    offerActions(log.element, {
      quick: { can: isOpen, act: (row, _, emoji) => this.#reactions.toggle(row, emoji) },
      react: { can: isOpen, act: (row, anchor) => this.#pick(row, anchor) },
      reply: { can: isOpen, act: (row) => composer.reply(quoteOf(row)) },
      edit: { can: mayEdit, act: (row) => this.#edit(row) },
      copyText: { can: (row) => hasClipboard && says(row), act: (row) => this.#copyText(row) },
      copyLink: { can: (row) => hasClipboard && isSent(row), act: (row) => this.#copyLink(row) },
      unread: { can: isSent, act: markUnread },
      remove: {
        can: (row) => isOpen(row) && ((isMine(row) && isNew(row)) || room.moderates),
        act: (row) => deleting.begin(row),
      },
    });
    log.element.addEventListener("click", ({ target }) => {
      const mark = target.closest(".message__edited");
      if (mark) this.#showEdits(mark.closest(".message"));
    });
    composer?.addEventListener("last", () => this.#editLast());
  }

  #editLast() {
    const last = this.#log.sent.findLast(this.#mayEdit);
    if (last) this.#edit(last);
  }

  async #edit(row) {
    try {
      await edit(row, this.#log, () => this.#composer?.focus());
    } catch (problem) {
      noteAt(row, reason(problem, "It cannot be edited now"));
    }
  }

  async #pick(row, anchor) {
    try {
      const emoji = await pickEmoji(anchor);
      // The bar shows itself, and takes the focus, while its row has it.
      for (const one of [row, anchor]) one.focus({ preventScroll: true });
      if (emoji) this.#reactions.toggle(row, emoji);
    } catch (problem) {
      noteAt(row, reason(problem, "The emoji could not be loaded"));
    }
  }

  async #showEdits(row) {
    try {
      await showEdits(row);
    } catch (problem) {
      noteAt(row, reason(problem, "What it said before is not shown"));
    }
  }

  async #copyText(row) {
    const shown = textOf(row.querySelector(".message__body").innerHTML);
    await this.#copy(await bodyOf(row).catch(() => shown), "The text is copied.");
  }

  #copyLink({ dataset: { seq } }) {
    const link = new URL(`/chat/room/${room.id}?at=${seq}`, location.href);
    return this.#copy(link.href, "The link is copied.");
  }

  async #copy(text, words) {
    const done = await navigator.clipboard.writeText(text).then(() => true, () => false);
    say(done ? words : "That did not work: try again.");
  }
}
