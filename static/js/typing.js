// Who types in the open room, and that one types oneself.

import { nameOf } from "./names.js";
import { here, isNew, me, room } from "./page.js";

/** Others are told so often; it lasts a little longer with them. */
const EVERY_MS = 3_000;
const MOST_NAMES = 3;

export class Typing {
  #line = document.querySelector("[data-typing]");
  /** Their names and when they are through, by person. */
  #people = new Map();
  #toldAt = -EVERY_MS;

  constructor(socket, form) {
    socket.addEventListener("typing", ({ detail }) => {
      if (detail.room === room.id) this.#begin(detail.user, detail.ttl_ms);
    }, here());
    socket.addEventListener("message", ({ detail }) => {
      const { message } = detail;
      if (detail.room === room.id && isNew(message)) this.#end(message.author.id);
    }, here());
    socket.addEventListener("connection", ({ detail }) => {
      if (detail !== "online") for (const user of [...this.#people.keys()]) this.#end(user);
    }, here());
    const text = form.elements.body;
    text.addEventListener("input", () => {
      if (!text.value.trim() || performance.now() - this.#toldAt < EVERY_MS) return;
      this.#toldAt = performance.now();
      socket.signal({ type: "typing", room: room.id });
    });
    form.addEventListener("submit", () => (this.#toldAt = -EVERY_MS));
  }

  async #begin(user, ttl) {
    if (user === me) return;
    clearTimeout(this.#people.get(user)?.timer);
    const timer = setTimeout(() => this.#end(user), ttl);
    const person = { timer, name: this.#people.get(user)?.name ?? "" };
    this.#people.set(user, person);
    person.name ||= await nameOf(user);
    if (this.#people.get(user) === person) this.#show();
  }

  #end(user) {
    clearTimeout(this.#people.get(user)?.timer);
    if (this.#people.delete(user)) this.#show();
  }

  #show() {
    const people = [...this.#people.values()].filter(({ name }) => name);
    this.#line.dataset.typing = people.length;
    if (people.length === 0) this.#line.replaceChildren();
    else if (people.length > MOST_NAMES) {
      this.#line.replaceChildren(`${people.length} people are typing…`);
    } else {
      const names = people.flatMap(({ name }, place) => [between(place, people.length), bdi(name)]);
      this.#line.replaceChildren(...names, people.length === 1 ? " is typing…" : " are typing…");
    }
  }
}

function between(place, count) {
  if (place === 0) return "";
  return place === count - 1 ? " and " : ", ";
}

// A name runs in its own direction.
function bdi(name) {
  const element = document.createElement("bdi");
  element.textContent = name;
  return element;
}
