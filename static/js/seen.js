// Who has read how far, in small rooms: under the latest message that each of the others saw.

import { here, me, room } from "./page.js";
import { seqOf } from "./rows.js";

/** So many names are written out. */
const MOST_NAMES = 3;

export class Seen {
  #log;
  #marks = new Map(Object.entries(room.seen));
  #lines = [];
  #isWaiting = false;

  constructor(log, socket) {
    this.#log = log;
    socket.addEventListener("read", ({ detail: { room: id, user, seq } }) => {
      if (id === room.id && user !== me) this.#see(user, seq);
    }, here());
    socket.addEventListener("message", ({ detail: { room: id, message } }) => {
      // Whoever writes has read, if that is shown at all.
      const { author, seq } = message;
      if (id === room.id && this.#marks.has(author.id)) {
        this.#see(author.id, Math.max(seq, this.#marks.get(author.id)));
      }
    }, here());
    log.addEventListener("moved", () => this.#showSoon());
    this.#showSoon();
  }

  #see(user, seq) {
    this.#marks.set(user, seq);
    this.#showSoon();
  }

  #showSoon() {
    if (this.#isWaiting || (this.#marks.size === 0 && !this.#shown.length)) return;
    this.#isWaiting = true;
    requestAnimationFrame(() => {
      this.#isWaiting = false;
      this.#show();
    });
  }

  get #shown() {
    return (this.#lines = this.#lines.filter(({ isConnected }) => isConnected));
  }

  #show() {
    const wanted = new Map();
    const rows = this.#log.messages;
    const last = rows.at(-1);
    for (const [user, seq] of this.#marks) {
      const row = rows.findLast((row) => seqOf(row) <= seq);
      const isNews = row && row.dataset.author !== user;
      const isTheEdge = row === last && this.#log.has("after");
      if (isNews && !isTheEdge) wanted.set(row, [...(wanted.get(row) ?? []), nameOf(user)]);
    }
    const isRight = (line) => wanted.get(line.closest(".message"))?.sort().join() === line.dataset.names;
    const wrong = this.#shown.filter((line) => !isRight(line));
    for (const line of this.#shown) {
      if (isRight(line)) wanted.delete(line.closest(".message"));
    }
    const isLast = (line) => line.parentElement === last;
    const isInPlace = (line) => "last" in line.dataset === isLast(line);
    if (wrong.length === 0 && wanted.size === 0 && this.#shown.every(isInPlace)) return;
    this.#log.keepPlace(() => {
      for (const line of wrong) line.remove();
      for (const [row, names] of wanted) {
        const line = lineOf(names.sort());
        row.append(line);
        this.#lines.push(line);
      }
      for (const line of this.#shown) line.toggleAttribute("data-last", isLast(line));
    });
  }
}

function lineOf(names) {
  const line = document.createElement("p");
  line.className = "message__seen";
  line.dataset.names = names.join();
  const others = names.length - MOST_NAMES;
  const written = names.slice(0, MOST_NAMES).join(", ");
  line.textContent = `Seen by ${written}${others > 0 ? ` and ${others} more` : ""}`;
  if (others > 0) line.title = names.join(", ");
  return line;
}

function nameOf(user) {
  const person = document.querySelector(`.details__people [data-user="${CSS.escape(user)}"]`);
  return person?.querySelector(".details__name").textContent ?? "someone";
}
