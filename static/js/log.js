// The list of messages: each is in its place once, and nothing jumps.

import { me, room, scrollBehavior } from "./page.js";
import { followQuotes, rowOf } from "./parts.js";
import { restRows } from "./resting.js";
import { arrange, confirmRow, fillRow, localise, makeRow, messagesOf, seqOf } from "./rows.js";

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
  /** How far one can scroll in what was drawn. */
  #end = 0;
  /** Whether the end is in sight, as of the last time it was scrolled: to ask costs a layout. */
  #showsEnd = true;
  #rest = restRows(this.#scroller);
  /** The newest message of the room, shown or not. */
  lastSeq = room.lastSeq;

  constructor() {
    super();
    history.scrollRestoration = "manual";
    localise(this.#rows);
    this.#scroller.dataset.live = "";
    this.#goToBeginning();
    const stays = new ResizeObserver(() => this.#stay());
    for (const each of [this.#rows, this.#scroller]) stays.observe(each);
    this.#scroller.addEventListener("scroll", () => this.#moved(), { passive: true });
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

  /** The messages shown, oldest first. */
  get messages() {
    return messagesOf(this.#rows);
  }

  /** Those of them that the server has. */
  get sent() {
    return this.messages.filter((row) => row.hasAttribute("data-seq"));
  }

  /** Whether the newest message of the room is shown, and in sight or nearly so. */
  get isAtEnd() {
    return !this.has("after") && this.#showsEnd;
  }

  row(clientId) {
    return this.#rows.querySelector(
      `.message[data-author="${me}"][data-client-id="${CSS.escape(clientId)}"]`,
    );
  }

  /** Puts messages in their places. Returns the rows of those that were not there. */
  put(messages) {
    const made = [];
    this.keepPlace(() => {
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
    const first = this.has("before") ? seqOf(this.#rows.querySelector(".message[data-seq]")) : 0;
    const belongs = ({ seq }) => !this.has("after") && seq > first;
    const shown = messages.filter((each) => belongs(each) || this.#known(each));
    const made = this.put(shown);
    this.#trimSoon();
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
    this.#showWhole(row, scrollBehavior());
    row.focus({ preventScroll: true });
    this.#rows.querySelector("[data-target]")?.removeAttribute("data-target");
    row.dataset.target = "";
    setTimeout(() => delete row.dataset.target, TARGET_MS);
  }

  /** Puts a row at the end, for a message that is on its way. */
  append(row) {
    this.keepPlace(() => this.#more.after.before(row));
  }

  /** The server has a message: its row goes to its place. */
  confirm(clientId, ack) {
    const row = this.row(clientId);
    if (!row) return;
    this.lastSeq = Math.max(this.lastSeq, ack.seq);
    this.keepPlace(() => {
      confirmRow(row, ack);
      this.#place(row);
    });
  }

  /** Changes what is shown: the end stays in sight if it is, else what is in sight does. */
  keepPlace(change) {
    const anchor = this.isAtEnd ? null : this.#firstInSight();
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
      this.#end = this.#farthest;
      this.#look();
    }
    this.#rest();
    this.dispatchEvent(new Event("moved"));
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

  /** Takes rows away when there are too many: at this end, or at the farther one. */
  trim(end) {
    const excess = this.#rows.childElementCount - MOST_ROWS;
    if (excess <= LEEWAY) return;
    const rows = this.sent.filter(({ dataset }) => dataset.editing === undefined);
    end ??= this.#scroller.scrollTop > this.#end / 2 ? "before" : "after";
    const gone = end === "before" ? rows.slice(0, excess) : rows.slice(-excess);
    const isPushed = end === "before" && this.isAtEnd;
    // Scrolled before they go, the end does not move: a log that shrinks would push it.
    if (isPushed) this.#scroller.scrollTop -= this.#topOf(rows[excess]) - this.#topOf(rows[0]);
    this.keepPlace(() => {
      for (const row of gone) row.remove();
      this.setMore(end, true);
    });
    // As many may have come where nobody sees it: then its size is the same.
    if (isPushed) this.#stay();
  }

  // In a frame of its own: what comes below moves what is in sight, and nothing else does.
  #trimSoon() {
    if (this.#rows.childElementCount <= MOST_ROWS + LEEWAY) return;
    // In a page that nobody sees there are no frames.
    if (document.hidden) return this.trim();
    requestAnimationFrame(() => {
      if (this.#end === this.#farthest) this.trim();
      else this.#trimSoon();
    });
  }

  goToEnd() {
    this.#showsEnd = true;
    this.#stay();
  }

  // Before what has come is drawn: with the end in sight, it is drawn where it belongs.
  #stay() {
    this.#end = this.#farthest;
    if (this.isAtEnd) this.#scroller.scrollTop = this.#end;
  }

  #moved() {
    this.#look();
    this.dispatchEvent(new Event("moved"));
  }

  // What has come and is not drawn yet is no way off the end.
  #look() {
    this.#showsEnd = Math.min(this.#end, this.#farthest) - this.#scroller.scrollTop < NEAR_END_PX;
  }

  get #farthest() {
    return this.#scroller.scrollHeight - this.#scroller.clientHeight;
  }

  #known({ id, author, client_id }) {
    return rowOf(id) ?? (author.id === me ? this.row(client_id) : null);
  }

  #topOf(row) {
    return row.getBoundingClientRect().top - this.#scroller.getBoundingClientRect().top;
  }

  #firstInSight() {
    const { top } = this.#scroller.getBoundingClientRect();
    const rows = this.messages;
    let [first, end] = [0, rows.length];
    while (first < end) {
      const middle = (first + end) >> 1;
      if (rows[middle].getBoundingClientRect().bottom > top) end = middle;
      else first = middle + 1;
    }
    return rows[first];
  }

  // What is on its way stays last; what comes belongs before that, and mostly at the end.
  #place(row) {
    const seq = seqOf(row);
    let next = this.#more.after;
    for (let other = next; (other = other.previousElementSibling); ) {
      if (other === row || !other.matches(".message")) continue;
      if (seqOf(other) <= seq) break;
      next = other;
    }
    const line = next.previousElementSibling;
    const place = line?.id === "unread" ? line : next;
    if (row.nextElementSibling !== place) place.before(row);
  }

  #goToBeginning() {
    const target = this.#rows.querySelector("[data-target]");
    const unread = document.getElementById("unread");
    if (target) this.#showWhole(target, "instant");
    else if (unread) unread.scrollIntoView({ block: "center" });
    else this.goToEnd();
    this.#end = this.#farthest;
    this.#look();
  }

  // Of what is longer than the log, who said it.
  #showWhole(row, behavior) {
    const isLong = row.offsetHeight > this.#scroller.clientHeight;
    row.scrollIntoView({ block: isLong ? "start" : "center", behavior });
  }

  #onKey(event) {
    const row = event.target.closest(".message");
    // Between rooms one goes by the same arrows.
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "End" && !event.shiftKey) {
      event.preventDefault();
      this.dispatchEvent(new Event("end"));
    } else if (event.target === row || event.target === this.#scroller) {
      const rows = this.messages;
      const at = row ? rows.indexOf(row) : rows.length;
      const next = { ArrowUp: rows[at - 1], ArrowDown: rows[at + 1] }[event.key];
      if (!next) return;
      event.preventDefault();
      next.focus();
    }
  }
}
