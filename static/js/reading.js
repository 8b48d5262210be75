// How far one has read: told to the server when the end is in sight and somebody looks.

import { attention } from "./attention.js";
import { me, room } from "./page.js";
import { showUnreadLine } from "./rows.js";

const SETTLE_MS = 300;

export class Reading {
  #log;
  #socket;
  #readSeq = room.readSeq;
  #timer = null;
  #onRead;

  /** `onRead` hears how far it is. */
  constructor(log, socket, onRead) {
    this.#log = log;
    this.#socket = socket;
    this.#onRead = onRead;
    const look = () => this.look();
    log.addEventListener("moved", look);
    attention.addEventListener("change", look);
    socket.addEventListener("welcome", ({ detail }) => {
      this.#readSeq = detail.rooms.find(({ id }) => id === room.id)?.read_seq ?? this.#readSeq;
      this.look();
    });
    socket.addEventListener("read", ({ detail }) => {
      if (detail.user === me && detail.room === room.id) {
        this.#readSeq = Math.max(this.#readSeq, detail.seq);
      }
    });
    addEventListener("pagehide", () => {
      if (this.#isSeen()) this.#mark();
    });
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) this.#markAll();
    });
  }

  /** What came while nobody looked gets its line, once. */
  arrived(rows) {
    if (this.#isSeen()) return;
    const first = rows.find((row) => row.dataset.author !== me);
    const line = document.getElementById("unread");
    const isPassed = line && Number(line.nextElementSibling?.dataset.seq) <= this.#readSeq;
    if (first && (!line || isPassed)) this.#log.keepPlace(() => showUnreadLine(first));
  }

  /** Marks what is in sight as read, if it still is in a moment. */
  look() {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      if (this.#isSeen()) this.#mark();
    }, SETTLE_MS);
  }

  #isSeen() {
    return attention.attends && this.#log.isAtEnd;
  }

  #mark() {
    const seq = this.#log.lastSeq;
    if (seq <= this.#readSeq || !this.#socket.isOnline) return;
    this.#readSeq = seq;
    this.#socket.signal({ type: "read", room: room.id, seq });
    this.#onRead(seq);
  }

  #markAll() {
    this.#log.keepPlace(() => showUnreadLine(null));
    this.#mark();
  }
}
