// The field one writes in.

import { tell } from "./connection.js";
import { later } from "./loading.js";
import { here, room } from "./page.js";
import { Reply } from "./replying.js";
import { draftKey, keepDraft, readDraft } from "./shelf.js";
import { grow, isEnter, writesOnGlass } from "./writing.js";

/** So near to the limit, what is left is counted. */
const NEAR_LIMIT = 200;

/** Dispatches `last` when one asks for one's last message. */
export class Composer extends EventTarget {
  #room = room.id;
  #form;
  #text;
  #count;
  /** What comes a moment later: the files, and the question before many are called. */
  #attach = null;
  #mayCall = () => true;
  /** The files that came back before there was a place for them. */
  #returned = [];
  #limit;
  #reply;

  /** `send` takes what was written, and promises to have kept it. */
  constructor(form, send) {
    super();
    this.#form = form;
    this.#text = form.elements.body;
    this.#count = form.querySelector(".composer__count");
    this.#limit = Number(form.dataset.limit);
    form.noValidate = true;
    this.#text.value ||= readDraft(this.#room);
    this.#reply = new Reply(form);
    this.#text.addEventListener("input", () => this.#onInput());
    this.#text.addEventListener("keydown", (event) => this.#onKey(event));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit(send);
    });
    const emoji = form.querySelector("[data-tool=emoji]");
    emoji.hidden = false;
    emoji.addEventListener("click", () => this.#pickEmoji(emoji));
    this.#onInput();
    if (!writesOnGlass()) this.focus();
    // What one writes in another tab is here, too, unless one writes here.
    const follow = ({ key, newValue }) => {
      if (key !== draftKey(this.#room) || document.hasFocus()) return;
      this.#text.value = newValue ?? "";
      this.#measure();
    };
    addEventListener("storage", follow, here());
  }

  /** Gets what comes later. */
  equip({ Attach, Completion, completions, mayCall, offerFormatting, offerPreview }) {
    const list = this.#form.querySelector(".completion");
    new Completion(this.#text, list, completions);
    offerFormatting(this.#text);
    offerPreview(this.#form);
    this.#attach = new Attach(this.#form);
    this.#mayCall = mayCall;
    this.#attach.take(this.#returned);
    if (this.#attach.isAwaited) this.#form.requestSubmit();
  }

  focus() {
    this.#text.focus({ preventScroll: true });
    this.#text.setSelectionRange(this.#text.value.length, this.#text.value.length);
  }

  /** Takes back what was not sent; what was written meanwhile follows it. */
  take({ body, attachments, reply_to: quote }) {
    if (this.#attach) this.#attach.take(attachments);
    else this.#returned.push(...attachments);
    this.#text.value = [body, this.#text.value].filter(Boolean).join("\n");
    if (quote) this.#reply.set(quote);
    this.#onInput();
    this.focus();
  }

  /** What is written next answers this. */
  reply(quote) {
    this.#reply.set(quote);
    this.focus();
  }

  /** Puts text in place of what is selected. */
  insert(text) {
    const { selectionStart: start, selectionEnd: end } = this.#text;
    this.#text.setRangeText(text, start, end, "end");
    this.#text.dispatchEvent(new InputEvent("input", { bubbles: true }));
    this.#text.focus({ preventScroll: true });
  }

  async #pickEmoji(button) {
    const chosen = later().then(({ pickEmoji }) => pickEmoji(button));
    const emoji = await chosen.catch(() => tell("The emoji could not be loaded. Try again."));
    if (emoji) this.insert(emoji);
    else this.#text.focus({ preventScroll: true });
  }

  #onKey(event) {
    const isPlain = !event.altKey && !event.ctrlKey && !event.metaKey && !event.isComposing;
    if (event.key === "ArrowUp" && isPlain && !this.#text.value) {
      event.preventDefault();
      this.dispatchEvent(new Event("last"));
    }
    if (!isEnter(event)) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  #onInput() {
    keepDraft(this.#room, this.#text.value);
    this.#measure();
  }

  #measure() {
    const left = this.#left();
    this.#count.hidden = left > NEAR_LIMIT;
    this.#count.toggleAttribute("data-over", left < 0);
    this.#text.ariaInvalid = String(left < 0);
    const characters = Math.abs(left) === 1 ? "character" : "characters";
    this.#count.textContent = `${Math.abs(left)} ${characters} ${left < 0 ? "too many" : "left"}`;
    grow(this.#text);
  }

  // As the server counts: Unicode scalar values, without the space around.
  #left() {
    return this.#limit - [...this.#text.value.trim()].length;
  }

  async #submit(send) {
    this.#text.focus({ preventScroll: true });
    if (this.#left() < 0 || !(await this.#mayCall(this.#text.value))) return;
    const attachments = await this.#attached();
    const body = this.#text.value.trim();
    if (!attachments || (!body && attachments.length === 0)) return;
    const { quote } = this.#reply;
    const kept = send({ body, attachments, reply_to: quote });
    this.#attach?.clear();
    this.#text.value = "";
    this.#measure();
    // Until then it is only here: a tab that crashes finds it again.
    await kept;
    keepDraft(this.#room, this.#text.value);
    if (this.#reply.quote === quote) this.#reply.set(null);
  }

  // What is written waits with its files, and may still be changed: it is sent once.
  async #attached() {
    if (!this.#attach) return [];
    if (this.#form.ariaBusy === "true") return null;
    this.#form.ariaBusy = "true";
    const attachments = await this.#attach.ready();
    this.#form.ariaBusy = "false";
    // Whoever went and came back waits for them in another field.
    const isElsewhere = !this.#form.isConnected && room.id === this.#room;
    return isElsewhere ? null : attachments;
  }
}
