// Completes `@names` in the composer: the members of the room, and `@room` and `@here`.

import { fromTemplate, get, me, room } from "./page.js";
import { showAvatar } from "./rows.js";

/** So long after the last key the server is asked. */
const SETTLE_MS = 80;
const MOST = 8;
/** What is being typed, from its sign to the caret; `messages::mentions` reads it the same way. */
const TYPED = /(?:^|[^\p{L}\p{N}_\-+/=&%~@])@([\p{L}\p{M}\p{N}._-]{0,32})$/u;
const CALLS = [
  { username: "room", display_name: "Everyone in this room" },
  { username: "here", display_name: "Everyone who is online" },
];

export class MentionPicker {
  #text;
  #list = document.getElementById("mention-list");
  #status = document.getElementById("mention-status");
  #people = [];
  #chosen = 0;
  #timer = null;
  /** Counts the searches: an answer to an earlier one comes too late. */
  #search = 0;
  #known = new Map();

  /** It listens before the composer does: Enter chooses while the list is open. */
  constructor(text) {
    this.#text = text;
    text.addEventListener("input", ({ isComposing }) => {
      if (!isComposing) this.#look();
    });
    text.addEventListener("compositionend", () => this.#look());
    text.addEventListener("keydown", (event) => this.#onKey(event));
    text.addEventListener("blur", () => this.#close());
    text.addEventListener("click", () => this.#look());
    // The field keeps the focus.
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.#list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.#choose([...this.#list.children].indexOf(option));
    });
  }

  get #isOpen() {
    return !this.#list.hidden;
  }

  /** What is typed behind the sign, if the caret stands there. */
  #typed() {
    const { selectionStart: caret, selectionEnd: end, value } = this.#text;
    return caret === end ? TYPED.exec(value.slice(0, caret))?.[1] : undefined;
  }

  #look() {
    clearTimeout(this.#timer);
    const typed = this.#typed();
    if (typed === undefined) return this.#close();
    const wanted = typed.toLowerCase();
    if (this.#known.has(wanted)) this.#find(wanted);
    else this.#timer = setTimeout(() => this.#find(wanted), SETTLE_MS);
  }

  async #find(wanted) {
    const mine = ++this.#search;
    const members = await this.#members(wanted);
    if (mine !== this.#search || this.#typed()?.toLowerCase() !== wanted) return;
    const calls = CALLS.filter(({ username }) => username.startsWith(wanted));
    this.#show([...members, ...calls]);
  }

  async #members(wanted) {
    if (!this.#known.has(wanted)) {
      const path = `/rooms/${room.id}/members?limit=${MOST + 1}&q=${encodeURIComponent(wanted)}`;
      const answer = await get(path).catch(() => null);
      if (!answer) return [];
      const people = answer.members.map(({ user }) => user).filter(({ id }) => id !== me);
      this.#known.set(wanted, people.slice(0, MOST));
    }
    return this.#known.get(wanted);
  }

  #show(people) {
    if (people.length === 0) return this.#close();
    this.#people = people;
    this.#list.replaceChildren(...people.map(optionOf));
    this.#list.hidden = false;
    this.#status.textContent = people.length === 1 ? "1 name" : `${people.length} names`;
    this.#mark(0);
  }

  #close() {
    clearTimeout(this.#timer);
    this.#search += 1;
    if (!this.#isOpen) return;
    this.#list.hidden = true;
    this.#list.replaceChildren();
    this.#status.textContent = "";
    this.#text.removeAttribute("aria-activedescendant");
  }

  #mark(place) {
    const options = [...this.#list.children];
    this.#chosen = (place + options.length) % options.length;
    options.forEach((option, at) => (option.ariaSelected = String(at === this.#chosen)));
    const option = options[this.#chosen];
    this.#text.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
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
    const { username } = this.#people[place];
    const caret = this.#text.selectionStart;
    const start = caret - this.#typed().length;
    const isSpaced = this.#text.value[caret] === " ";
    this.#text.setRangeText(`${username}${isSpaced ? "" : " "}`, start, caret, "end");
    if (isSpaced) this.#text.setSelectionRange(start + username.length + 1, start + username.length + 1);
    this.#close();
    this.#text.dispatchEvent(new InputEvent("input", { bubbles: true }));
    this.#text.focus({ preventScroll: true });
  }
}

function optionOf(person, place) {
  const option = fromTemplate("mention-option");
  option.id = `mention-option-${place}`;
  const avatar = option.querySelector(".avatar");
  if (person.id) showAvatar(avatar, person);
  else avatar.textContent = "@";
  option.querySelector(".mention-option__name").textContent = person.display_name;
  option.querySelector(".mention-option__username").textContent = `@${person.username}`;
  return option;
}
