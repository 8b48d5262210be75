// How far one has read: told to the server when the end is in sight and somebody looks.

import { attention } from "./attention.js";
import { get, here, me, room, send } from "./page.js";
import { showUnreadLine } from "./rows.js";

const SETTLE_MS = 300;

export class Reading {
  #room = room.id;
  #log;
  #socket;
  #readSeq = room.readSeq;
  /** Up to where the server has said that one has read. */
  #told = room.readSeq;
  /** Whether one marked something unread: it stays so until one leaves, writes, or says otherwise. */
  #isHeld = false;
  #timer = null;
  #onRead;

  /** `onRead` hears how far it is. */
  constructor(log, socket, onRead) {
    this.#log = log;
    this.#socket = socket;
    this.#onRead = onRead;
    const look = () => this.look();
    log.addEventListener("moved", look);
    attention.addEventListener("change", look, here());
    socket.addEventListener("welcome", ({ detail }) => {
      const seq = detail.rooms.find(({ id }) => id === this.#room)?.read_seq ?? this.#told;
      if (seq < this.#told) return this.#wasPutBack(seq);
      this.#told = this.#readSeq = seq;
      this.look();
    }, here());
    socket.addEventListener("read", ({ detail }) => {
      if (detail.user === me && detail.room === this.#room) this.#hear(detail.seq);
    }, here());
    const leave = () => {
      if (this.#isSeen()) this.#mark();
    };
    addEventListener("pagehide", leave, here());
    here().signal.addEventListener("abort", () => clearTimeout(this.#timer));
    addEventListener("keydown", (event) => {
      const isTaken = event.defaultPrevented || event.isComposing;
      if (event.key === "Escape" && !isTaken && !document.querySelector(FLOATING)) this.markAll();
    }, here());
  }

  /** Whether what comes is read at once: somebody looks at the end. */
  get isAttended() {
    return this.#isSeen();
  }

  /** What came while nobody looked gets its line, once, with how much it is. */
  arrived(rows) {
    if (this.#isSeen()) return;
    const news = rows.filter((row) => row.dataset.author !== me);
    if (news.length === 0) return;
    const line = document.getElementById("unread");
    const isPassed = line && Number(line.nextElementSibling?.dataset.seq) <= this.#readSeq;
    this.#log.keepPlace(() => {
      if (!line || isPassed) showUnreadLine(news[0], news.length);
      else showUnreadLine(line.nextElementSibling, Number(line.dataset.count) + news.length);
    });
  }

  /** Marks what is in sight as read, if it still is in a moment. */
  look() {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      if (this.#isSeen()) this.#mark();
    }, SETTLE_MS);
  }

  /** From this row on, nothing is read, on every device. */
  async markUnread(row) {
    const before = this.#isHeld;
    const seq = Number(row.dataset.seq) - 1;
    this.#isHeld = true;
    try {
      const answer = await send("PUT", `/rooms/${this.#room}/read`, { seq, unread: true });
      this.#hold(seq, answer.room.unread);
    } catch (failure) {
      this.#isHeld = before;
      throw failure;
    }
  }

  /** Everything is read, and the line goes. */
  markAll() {
    this.#isHeld = false;
    this.#log.keepPlace(() => showUnreadLine(null));
    this.#mark();
  }

  /** Whoever writes has read. */
  wrote() {
    this.#isHeld = false;
  }

  #isSeen() {
    return !this.#isHeld && attention.attends && this.#log.isAtEnd;
  }

  #mark() {
    const seq = this.#log.lastSeq;
    if (seq <= this.#readSeq || !this.#socket.isOnline) return;
    this.#readSeq = seq;
    this.#socket.signal({ type: "read", room: this.#room, seq });
    this.#onRead(seq);
  }

  #hear(seq) {
    if (seq < this.#told) return this.#wasPutBack(seq);
    this.#told = seq;
    this.#readSeq = Math.max(this.#readSeq, seq);
  }

  // Two marks may also have overtaken each other: the server knows where it stands.
  async #wasPutBack(seq) {
    if (seq === this.#told) return;
    const { room: now } = await get(`/rooms/${this.#room}`).catch(() => ({ room: null }));
    if (now && now.read_seq < this.#told) this.#hold(now.read_seq, now.unread);
  }

  #hold(seq, unread) {
    this.#isHeld = true;
    this.#told = this.#readSeq = seq;
    const isUnread = (row) => Number(row.dataset.seq) > seq && row.dataset.author !== me;
    const first = this.#log.sent.find(isUnread) ?? null;
    this.#log.keepPlace(() => showUnreadLine(first, unread));
    this.#onRead(seq);
  }
}

/** What Escape closes first. */
const FLOATING = ":popover-open, dialog[open]";
