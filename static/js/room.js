// An open room: puts together the log, the composer and what connects them to the server.

import { announce, say } from "./announcer.js";
import { attention } from "./attention.js";
import { Composer } from "./composer.js";
import { History } from "./history.js";
import { Jump } from "./jump.js";
import { later, soon } from "./loading.js";
import { Log } from "./log.js";
import { fromTemplate, here, me, room } from "./page.js";
import { Reading } from "./reading.js";
import { followJumps } from "./replying.js";
import { makePendingRow, showAvatar } from "./rows.js";
import { Seen } from "./seen.js";
import { Typing } from "./typing.js";

/** In a busy room the page changes no more often than this. */
const BUSY_MS = 150;
/** A message that is sent within this time never looked as if it was waiting. */
const PENDING_MS = 300;

export class OpenRoom {
  #id = room.id;
  #log = new Log();
  #history = new History(this.#log);
  #composer = null;
  #reading;
  #jump;
  #outbox;
  /** What has come and is not shown yet. */
  #arrived = [];
  #shownAt = 0;

  constructor(socket, sidebar, outbox) {
    this.#outbox = outbox;
    socket.hold(room);
    if (socket.epoch !== room.epoch) location.reload();
    const log = this.#log;
    this.#reading = new Reading(log, socket, (seq) => sidebar.read(this.#id, seq));
    this.#jump = new Jump(log, () => this.#goToNewest());
    new Seen(log, socket);
    followJumps(log, this.#history);
    this.#follow(socket);
    const form = document.getElementById("composer");
    if (form) {
      this.#composer = new Composer(form, (content) => this.#send(content));
      new Typing(socket, form);
    }
    this.#showUnsent();
    const { signal } = here();
    soon(later, (parts) => {
      if (!signal.aborted) this.#add(parts);
    });
  }

  /** Whether what comes is read at once. */
  get isAttended() {
    return this.#reading.isAttended;
  }

  /** Where one is, unless that is the end. */
  get place() {
    return this.#log.isAtEnd ? null : this.#log.place;
  }

  /** Goes to where one was. */
  async restore(place) {
    if (!this.#log.at(place.seq)) await this.#history.showAround(place.seq).catch(() => {});
    this.#log.restore(place);
  }

  // What answers to what one does comes after what one sees.
  #add(parts) {
    new parts.Actions(this.#log, this.#composer, (row) => this.#markUnread(row));
    parts.offerCopies(this.#log.element);
    this.#composer?.equip(parts);
  }

  async #markUnread(row) {
    const done = await this.#reading.markUnread(row).then(() => true, () => false);
    say(done ? "Unread from here on." : "That did not work: try again.");
  }

  async #goToNewest() {
    if (this.#log.has("after")) await this.#history.showNewest().catch(() => {});
    else this.#log.goToEnd();
  }

  // What comes from the server.

  #follow(socket) {
    const on = (type, react) =>
      socket.addEventListener(type, ({ detail }) => react(detail), here());
    on("message", ({ room: id, message }) => {
      if (id === this.#id) this.#arrives(message);
    });
    on("synced", ({ room: id, reset }) => {
      if (id === this.#id && reset) location.reload();
    });
    on("room", (frame) => {
      if (frame.room.id === this.#id) this.#changed(frame.room);
    });
    on("left", ({ room: id }) => {
      if (id !== this.#id) return;
      document.getElementById("composer")?.remove();
      document.getElementById("room-left").hidden = false;
    });
  }

  // What comes is shown at once; what comes soon after, together: each change costs a layout.
  #arrives(message) {
    const wait = Math.max(0, this.#shownAt + BUSY_MS - performance.now());
    if (this.#arrived.length === 0) setTimeout(() => this.#showArrived(), wait);
    this.#arrived.push(message);
  }

  #showArrived() {
    const messages = this.#arrived;
    this.#arrived = [];
    this.#shownAt = performance.now();
    if (this.#id !== room.id) return;
    const log = this.#log;
    const news = messages.filter(({ seq, author }) => seq > log.lastSeq && author.id !== me);
    this.#reading.arrived(log.receive(messages));
    this.#jump.count(news.length);
    for (const { author } of news) introduce(author);
    if (attention.attends) news.forEach(announce);
  }

  #changed({ name, archived_at: archivedAt }) {
    document.getElementById("room-name").textContent = name;
    this.#log.element.ariaLabel = `Messages in ${name}`;
    const form = document.getElementById("composer");
    if (!form) return;
    // Loaded anew, the page says why there is no field any more.
    if (archivedAt) return location.reload();
    const text = form.elements.body;
    text.placeholder = text.ariaLabel = `Message ${name}`;
  }

  // What one writes oneself, here or in another tab.

  async #showUnsent() {
    const outbox = this.#outbox;
    const on = (type, react) =>
      outbox.addEventListener(type, ({ detail }) => react(detail), here());
    on("sent", ({ entry, ack }) => this.#log.confirm(entry.client_id, ack));
    on("kept", (entry) => {
      const isInPlace = this.#log.row(entry.client_id) || !this.#log.has("after");
      if (entry.room === this.#id && isInPlace) this.#show(entry);
    });
    on("discarded", ({ client_id: id }) => {
      const row = this.#log.row(id);
      if (row) this.#log.keepPlace(() => row.remove());
    });
    const entries = await outbox.entries(this.#id);
    if (this.#id === room.id) for (const entry of entries) this.#show(entry);
  }

  #send(content) {
    this.#reading.wrote();
    const { entry, kept } = this.#outbox.write(this.#id, content);
    this.#showSent(entry);
    return kept;
  }

  async #showSent(entry) {
    if (this.#log.has("after")) await this.#history.showNewest().catch(() => {});
    this.#show(entry);
    this.#log.goToEnd();
  }

  #show(entry) {
    const row = this.#log.row(entry.client_id) ?? makePendingRow(entry);
    // It may have been faster than the page it belongs to.
    if (row.dataset.state === "sent") return;
    if (!row.isConnected) this.#log.append(row);
    row.querySelector(".message__failed")?.remove();
    if (entry.failure) return this.#showFailure(row, entry);
    row.dataset.state = "pending";
    setTimeout(() => {
      delete row.dataset.raw;
      row.toggleAttribute("data-waiting", row.dataset.state === "pending");
    }, PENDING_MS);
  }

  #showFailure(row, entry) {
    row.dataset.state = "failed";
    delete row.dataset.raw;
    delete row.dataset.waiting;
    const failed = fromTemplate("message-failed");
    failed.querySelector(".message__reason").textContent = `Not sent: ${entry.failure}.`;
    failed.querySelector("[data-action=retry]").addEventListener("click", () => {
      this.#outbox.retry(entry);
      this.#composer?.focus();
    });
    failed.querySelector("[data-action=discard]").addEventListener("click", () => {
      this.#outbox.discard(entry);
      this.#composer?.focus();
    });
    const edit = failed.querySelector("[data-action=edit]");
    edit.hidden = !this.#composer;
    edit.addEventListener("click", () => {
      this.#composer.take(entry);
      this.#outbox.discard(entry);
    });
    row.querySelector(".message__bubble").append(failed);
  }
}

// Whoever writes is in the room, also if they came after this page.
function introduce(person) {
  const people = document.querySelector(".details__people");
  if (people.querySelector(`[data-user="${CSS.escape(person.id)}"]`)) return;
  const item = people.firstElementChild.cloneNode(true);
  item.dataset.user = person.id;
  const name = item.querySelector(".details__name");
  name.textContent = person.display_name;
  name.dataset.nameOf = person.id;
  item.querySelector(".details__role")?.remove();
  item.querySelector(".presence").dataset.presenceOf = person.id;
  const status = item.querySelector(".details__status");
  status.dataset.statusOf = person.id;
  // An author comes without it: it is told when it changes.
  status.hidden = true;
  showAvatar(item.querySelector(".avatar"), person);
  people.append(item);
}
