// The list of messages: each is in its place once, and nothing jumps.

import { me, room, scrollBehavior } from "./page.js";
import { followQuotes } from "./parts.js";
import { arrange, confirmRow, fillRow, localise, makeRow, seqOf } from "./rows.js";

/** So near to its end, the log follows what comes. */
const NEAR_END_PX = 100;
/** So many rows stay, give or take. */
const MOST_ROWS = 300;
const LEEWAY = 20;
/** So long a message stands out that one jumped to. */
const TARGET_MS = 2_000;

export class Log extends EventTarget {
  #rows = document.getElementById("rows");
  #scroller = document.getElementById("log");
  #more = Object.fromEntries(
    [...this.#rows.querySelectorAll(".log__more")].map((link) => [link.dataset.direction, link]),
  );
  /** The newest message of the room, shown or not. */
  lastSeq = room.lastSeq;

  constructor() {
    super();
    history.scrollRestoration = "manual";
    localise(this.#rows);
    this.#goToBeginning();
    const moved = () => this.dispatchEvent(new Event("moved"));
    this.#scroller.addEventListener("scroll", moved, { passive: true });
    this.#scroller.addEventListener("keydown", (event) => this.#onKey(event));
  }

  get element() {
    return this.#scroller;
  }

  /** The link that leads on, towards `"before"` or `"after"`. */
  more(direction) {
    return this.#more[direction];
  }

  /** Whether there are messages beyond what is shown, in a direction. */
  has(direction) {
    return !this.#more[direction].hidden;
  }

  /** The messages shown that the server has, oldest first. */
  get sent() {
    return [...this.#rows.querySelectorAll(".message[data-seq]")];
  }

  /** Whether the newest message of the room is shown, and in sight or nearly so. */
  get isAtEnd() {
    return !this.has("after") && this.#scroller.scrollTop > -NEAR_END_PX;
  }

  row(clientId) {
    return this.#rows.querySelector(
      `.message[data-author="${me}"][data-client-id="${CSS.escape(clientId)}"]`,
    );
  }

  /** Puts messages in their places. Returns the rows of those that were not there. */
  put(messages, { keepPlace = !this.isAtEnd } = {}) {
    const made = [];
    this.#change(keepPlace, () => {
      for (const message of messages) {
        this.lastSeq = Math.max(this.lastSeq, message.seq);
        const known = this.#known(message);
        if (known) {
          // What is read may be older than what came live meanwhile.
          if (message.version < Number(known.dataset.version)) continue;
          fillRow(known, message);
          this.#place(known);
        } else {
          const row = makeRow(message);
          this.#place(row);
          made.push(row);
        }
      }
    });
    return made;
  }

  /** Puts what comes live; beyond a gap, only what is already shown. Returns the new rows. */
  receive(messages) {
    this.lastSeq = Math.max(this.lastSeq, ...messages.map(({ seq }) => seq));
    for (const message of messages) {
      if (message.edited_at || message.deleted_at) followQuotes(this.#rows, message);
    }
    const first = this.has("before") ? seqOf(this.sent[0]) : 0;
    const follows = ({ seq }) => !this.has("after") && seq > first;
    const made = this.put(messages.filter((each) => follows(each) || this.#known(each)));
    const { scrollTop, scrollHeight } = this.#scroller;
    this.trim(-scrollTop < scrollHeight / 2 ? "before" : "after");
    return made;
  }

  /** The row of the message at a position, if it is shown. */
  at(seq) {
    return this.#rows.querySelector(`.message[data-seq="${seq}"]`);
  }

  /** The first message in sight, and where it stands. */
  get place() {
    const row = this.#firstInSight();
    return row && { seq: Number(row.dataset.seq), top: this.#topOf(row) };
  }

  /** Goes to where one was. */
  restore({ seq, top }) {
    const row = this.at(seq);
    if (row) this.#scroller.scrollTop += this.#topOf(row) - top;
  }

  /** Shows a row, and where it is. */
  target(row) {
    row.scrollIntoView({ block: "center", behavior: scrollBehavior() });
    row.focus({ preventScroll: true });
    this.#rows.querySelector("[data-target]")?.removeAttribute("data-target");
    row.dataset.target = "";
    setTimeout(() => delete row.dataset.target, TARGET_MS);
  }

  /** Puts a row at the end, for a message that is on its way. */
  append(row) {
    this.settle(() => this.#more.after.before(row));
  }

  /** The server has a message: its row goes to its place. */
  confirm(clientId, ack) {
    const row = this.row(clientId);
    if (!row) return;
    this.lastSeq = Math.max(this.lastSeq, ack.seq);
    this.#change(!this.isAtEnd, () => {
      confirmRow(row, ack);
      this.#place(row);
    });
  }

  /** Changes what is shown without moving what is in sight. */
  keepPlace(change) {
    this.#change(true, change);
  }

  /** Changes something in a row: the end stays in sight if it is, else what is. */
  settle(change) {
    this.#change(!this.isAtEnd, change);
  }

  /** Says whether more messages lie in a direction. */
  setMore(direction, more) {
    this.#more[direction].hidden = !more;
    if (direction === "before") document.getElementById("log-start").hidden = more;
    const edge = direction === "before" ? this.sent.at(0) : this.sent.at(-1);
    if (edge) this.#more[direction].href = `?at=${edge.dataset.seq}`;
  }

  /** Takes away every message that the server has. */
  clear() {
    for (const row of this.sent) row.remove();
    document.getElementById("unread")?.remove();
  }

  /** Takes rows away at the other end, when there are too many. */
  trim(end) {
    const rows = this.sent.filter(({ dataset }) => dataset.editing === undefined);
    const excess = rows.length - MOST_ROWS;
    if (excess <= LEEWAY) return;
    const gone = end === "before" ? rows.slice(0, excess) : rows.slice(-excess);
    this.#change(true, () => {
      for (const row of gone) row.remove();
      this.setMore(end, true);
    });
  }

  goToEnd(behavior = scrollBehavior()) {
    this.#scroller.scrollTo({ top: 0, behavior });
  }

  #known({ id, author, client_id }) {
    const row = this.#rows.querySelector(`[data-message-id="${CSS.escape(id)}"]`);
    return row ?? (author.id === me ? this.row(client_id) : null);
  }

  #change(keepPlace, change) {
    const anchor = keepPlace ? this.#firstInSight() : null;
    const before = anchor?.getBoundingClientRect().top;
    const focused = document.activeElement?.closest("#rows .message");
    change();
    arrange(this.#rows);
    // What had the focus may be gone, or was moved: its row has it then.
    if (focused && !focused.contains(document.activeElement)) {
      (focused.isConnected ? focused : this.#scroller).focus({ preventScroll: true });
    }
    if (anchor?.isConnected) {
      this.#scroller.scrollTop += anchor.getBoundingClientRect().top - before;
    }
    this.dispatchEvent(new Event("moved"));
  }

  #topOf(row) {
    return row.getBoundingClientRect().top - this.#scroller.getBoundingClientRect().top;
  }

  #firstInSight() {
    const { top } = this.#scroller.getBoundingClientRect();
    const rows = this.#rows.querySelectorAll(".message");
    return [...rows].find((row) => row.getBoundingClientRect().bottom > top);
  }

  // What is on its way stays last.
  #place(row) {
    const seq = seqOf(row);
    const others = [...this.#rows.querySelectorAll(".message")].filter((other) => other !== row);
    const next = others.find((other) => seqOf(other) > seq) ?? this.#more.after;
    const line = next.previousElementSibling;
    const place = line?.id === "unread" ? line : next;
    if (row.nextElementSibling !== place) place.before(row);
  }

  #goToBeginning() {
    const target = this.#rows.querySelector("[data-target]");
    const unread = document.getElementById("unread");
    if (target) target.scrollIntoView({ block: "center" });
    else if (unread) unread.scrollIntoView({ block: "center" });
  }

  #onKey(event) {
    const row = event.target.closest(".message");
    // Between rooms one goes by the same arrows.
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "End" && !event.shiftKey) {
      event.preventDefault();
      this.dispatchEvent(new Event("end"));
    } else if (event.target === row || event.target === this.#scroller) {
      const rows = [...this.#rows.querySelectorAll(".message")];
      const at = row ? rows.indexOf(row) : rows.length;
      const next = { ArrowUp: rows[at - 1], ArrowDown: rows[at + 1] }[event.key];
      if (!next) return;
      event.preventDefault();
      next.focus();
    }
  }
}
