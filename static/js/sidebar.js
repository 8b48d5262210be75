// The rooms at the side: which there are, what is unread in each, and what of it names one.

import { showBadge } from "./badge.js";
import { fromTemplate, get, me, room } from "./page.js";
import { hasDraft } from "./shelf.js";

const RETRY_MS = 1_000;

export class Sidebar {
  #list = document.querySelector(".sidebar__rooms");
  #empty = document.querySelector(".sidebar__empty");
  /** The newest message that is counted, and up to which message one has read, by room. */
  #counted = new Map();
  #read = new Map();
  /** The others, by direct room: it is called by them. */
  #people = new Map();
  #isSeen;
  #isReloading = false;
  #isStale = false;

  /** `isSeen` tells whether somebody looks at the end of the open room: nothing is unread then. */
  constructor(socket, isSeen = () => false) {
    this.#isSeen = isSeen;
    const on = (type, react) => socket.addEventListener(type, ({ detail }) => react(detail));
    on("welcome", ({ rooms }) => this.#compare(rooms));
    on("message", (frame) => this.#count(frame));
    on("room", (frame) => this.#show(frame.room));
    on("user", ({ user }) => (this.#people.size ? this.#rename(user) : this.#reload()));
    on("left", (frame) => this.#remove(frame.room));
    on("read", (frame) => {
      if (frame.user === me) this.read(frame.room, frame.seq);
    });
    for (const type of ["draft", "storage"]) addEventListener(type, () => this.#showDrafts());
    for (const { dataset } of this.#list.children) {
      this.#counted.set(dataset.room, Number(dataset.seq));
      this.#read.set(dataset.room, Number(dataset.readSeq));
    }
    this.#showDrafts();
    this.#showSums();
  }

  /** One has gone to another room. */
  moved() {
    for (const link of this.#list.querySelectorAll("a")) {
      link.ariaCurrent = link.closest("li").dataset.room === room.id ? "page" : null;
    }
    this.#showDrafts();
    this.#showSums();
  }

  // What the page says already need not be asked for.
  #compare(rooms) {
    const isKnown = ({ id, seq, read_seq: read }) =>
      this.#counted.get(id) === seq && this.#read.get(id) === read;
    if (rooms.length !== this.#list.children.length || !rooms.every(isKnown)) this.#reload();
  }

  /** Everything up to `seq` is read, and nothing after it. */
  read(id, seq) {
    const item = this.#item(id);
    this.#read.set(id, seq);
    // What is being read of the server may be older than this.
    this.#isStale = this.#isReloading;
    const isAll = seq >= (this.#counted.get(id) ?? 0) || this.#isBeingRead(id);
    if (item && isAll) this.#showUnread(item, 0, 0);
    else this.#reload();
  }

  async #reload() {
    this.#isStale = true;
    if (this.#isReloading) return;
    this.#isReloading = true;
    let rooms = null;
    while (this.#isStale) {
      this.#isStale = false;
      ({ rooms } = await get("/rooms").catch(() => ({ rooms: null })));
    }
    this.#isReloading = false;
    if (!rooms) return;
    const ids = new Set(rooms.map(({ id }) => id));
    for (const item of [...this.#list.children]) {
      if (!ids.has(item.dataset.room)) item.remove();
    }
    // A room that went on meanwhile may have been counted from a number that was old by then.
    const isLate = ({ id, last_seq }) => last_seq < (this.#counted.get(id) ?? 0);
    if (rooms.some(isLate)) setTimeout(() => this.#reload(), RETRY_MS);
    for (const each of rooms) this.#show(each);
    this.#showSums();
  }

  #count({ room: id, message }) {
    const item = this.#item(id);
    if (!item) return;
    if (message.seq <= (this.#counted.get(id) ?? 0)) {
      // A change of what may be unread: only the server can tell what is left.
      if (message.edited_at || message.deleted_at) this.#reload();
      return;
    }
    this.#counted.set(id, message.seq);
    if (message.seq <= (this.#read.get(id) ?? 0)) return;
    // Whoever writes has read.
    const isRead = message.author.id === me || this.#isBeingRead(id);
    if (isRead) return this.#showUnread(item, 0, 0);
    const { unread, mentions } = countsOf(item);
    this.#showUnread(item, unread + 1, mentions + Number(namesMe(message)));
  }

  #show({ id, name, kind, people, unread, mentions, last_seq, read_seq }) {
    if (last_seq < (this.#counted.get(id) ?? 0)) return;
    this.#counted.set(id, last_seq);
    this.#read.set(id, read_seq);
    if (people.length) this.#people.set(id, people);
    const item = this.#item(id) ?? this.#add(id, kind);
    const link = item.querySelector("a");
    link.href = `/chat/room/${id}`;
    if (id === room.id) link.ariaCurrent = "page";
    this.#name(item, name);
    const mark = item.querySelector(".presence");
    if (mark && people.length === 1) mark.dataset.presenceOf = people[0].id;
    this.#sort(item);
    // The server hears only in a moment what is read here.
    if (this.#isBeingRead(id)) this.#showUnread(item, 0, 0);
    else this.#showUnread(item, unread, mentions);
  }

  #isBeingRead(id) {
    return id === room.id && this.#isSeen();
  }

  #rename(user) {
    for (const [id, people] of this.#people) {
      const at = people.findIndex((person) => person.id === user.id);
      const item = at >= 0 && this.#item(id);
      if (!item) continue;
      people[at] = user;
      const name = people.map((person) => person.display_name).join(", ");
      this.#name(item, name);
      this.#sort(item);
    }
  }

  #name(item, name) {
    item.querySelector(".room-link__name").textContent = name;
    if (item.dataset.room === room.id) document.getElementById("room-name").textContent = name;
  }

  #add(id, kind) {
    const item = fromTemplate(`room-link-${kind}`);
    item.dataset.room = id;
    this.#list.append(item);
    this.#empty.hidden = true;
    return item;
  }

  // What is unread comes first, as `pages/sidebar.rs` has it; both parts by name.
  #sort(item) {
    const order = (one, other) =>
      Number(countsOf(other).unread > 0) - Number(countsOf(one).unread > 0) ||
      nameOf(one).localeCompare(nameOf(other));
    const others = [...this.#list.children].filter((other) => other !== item);
    const next = others.find((other) => order(other, item) > 0) ?? null;
    if (item.nextElementSibling === next) return;
    const hadFocus = item.contains(document.activeElement);
    this.#list.insertBefore(item, next);
    if (hadFocus) item.querySelector("a").focus({ preventScroll: true });
  }

  #remove(id) {
    this.#item(id)?.remove();
    this.#empty.hidden = this.#list.children.length > 0;
    this.#showSums();
  }

  #item(id) {
    return this.#list.querySelector(`[data-room="${CSS.escape(id)}"]`);
  }

  #showUnread(item, unread, mentions) {
    const shown = countsOf(item);
    if (shown.unread === unread && shown.mentions === mentions) return;
    const link = item.querySelector("a");
    for (const [name, count] of Object.entries({ unread, mentions })) {
      if (count) link.dataset[name] = count;
      else delete link.dataset[name];
      const badge = item.querySelector(`.room-link__${name}`);
      badge.hidden = !count;
      badge.querySelector(".room-link__count").textContent = count;
    }
    this.#sort(item);
    this.#showSums();
  }

  #showSums() {
    const counts = [...this.#list.children].map(countsOf);
    const unread = counts.reduce((sum, each) => sum + each.unread, 0);
    const mentions = counts.reduce((sum, each) => sum + each.mentions, 0);
    showBadge(unread, mentions);
    for (const [name, sum] of Object.entries({ unread, mentions })) {
      const badge = document.querySelector(`.sidebar__view[data-view=${name}] .sidebar__sum`);
      badge.hidden = !sum;
      badge.firstElementChild.textContent = sum;
    }
  }

  #showDrafts() {
    for (const item of this.#list.children) {
      const { room: id } = item.dataset;
      item.querySelector(".room-link__draft").hidden = id === room.id || !hasDraft(id);
    }
  }
}

const nameOf = (item) => item.querySelector(".room-link__name").textContent;

function countsOf(item) {
  const { unread, mentions } = item.querySelector("a").dataset;
  return { unread: Number(unread ?? 0), mentions: Number(mentions ?? 0) };
}

/** Whether a message that comes live names the reader: who hears it is there for `@here`. What
 * people write is escaped, so the mark of a call is the server's. */
function namesMe({ mentions, html }) {
  return mentions.includes(me) || html.includes('<span class="mention" data-call="');
}
