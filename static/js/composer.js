// The field one writes in.

import { mayCall } from "./call_question.js";
import { MentionPicker } from "./mention_picker.js";
import { room } from "./page.js";
import { keepDraft, readDraft } from "./shelf.js";

/** So near to the limit, what is left is counted. */
const NEAR_LIMIT = 200;

const isTouch = matchMedia("(pointer: coarse)");

export class Composer {
  #form;
  #text;
  #count;
  #limit;

  /** `send` takes what was written, and promises to have kept it. */
  constructor(form, send) {
    this.#form = form;
    this.#text = form.elements.body;
    this.#count = form.querySelector(".composer__count");
    this.#limit = Number(form.dataset.limit);
    form.noValidate = true;
    this.#text.value ||= readDraft(room.id);
    new MentionPicker(this.#text);
    this.#text.addEventListener("input", () => this.#onInput());
    this.#text.addEventListener("keydown", (event) => this.#onKey(event));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit(send);
    });
    this.#onInput();
    if (!isTouch.matches) this.focus();
  }

  focus() {
    this.#text.focus({ preventScroll: true });
    this.#text.setSelectionRange(this.#text.value.length, this.#text.value.length);
  }

  #onKey(event) {
    // While an input method composes, Enter chooses a word (229 is how Safari says so); on glass
    // it makes a new line.
    const isComposing = event.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || isComposing || isTouch.matches) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  #onInput() {
    keepDraft(room.id, this.#text.value);
    this.#measure();
  }

  #measure() {
    const left = this.#left();
    this.#count.hidden = left > NEAR_LIMIT;
    this.#count.toggleAttribute("data-over", left < 0);
    this.#text.ariaInvalid = String(left < 0);
    this.#count.textContent =
      left < 0 ? `${-left} characters too many` : `${left} characters left`;
    this.#grow();
  }

  // As the server counts: Unicode scalar values, without the space around.
  #left() {
    return this.#limit - [...this.#text.value.trim()].length;
  }

  async #submit(send) {
    const body = this.#text.value.trim();
    this.#text.focus({ preventScroll: true });
    if (!body || this.#left() < 0 || !(await mayCall(body))) return;
    const kept = send(body);
    this.#text.value = "";
    this.#measure();
    // Until then it is only here: a tab that crashes finds it again.
    await kept;
    keepDraft(room.id, this.#text.value);
  }

  #grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.#text.style.blockSize = "auto";
    this.#text.style.blockSize = `${this.#text.scrollHeight}px`;
  }
}
