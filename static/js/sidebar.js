// The rooms at the side: which there are, and what is unread in each.

import { fromTemplate, get, me, room } from "./page.js";
import { readDraft } from "./shelf.js";

const title = document.title;

export class Sidebar {
  #list = document.querySelector(".sidebar__rooms");
  #empty = document.querySelector(".sidebar__empty");
  /** The newest message that is counted, by room. */
  #counted = new Map();
  #isSeen;

  /** `isSeen` tells whether somebody looks at the end of the open room: nothing is unread then. */
  constructor(socket, isSeen = () => false) {
    this.#isSeen = isSeen;
    const on = (type, react) => socket.addEventListener(type, ({ detail }) => react(detail));
    on("welcome", () => this.#reload());
    on("message", (frame) => this.#count(frame));
    on("room", (frame) => this.#show(frame.room));
    on("left", (frame) => this.#remove(frame.room));
    on("read", (frame) => {
      if (frame.user === me) this.read(frame.room, frame.seq);
    });
    addEventListener("storage", () => this.#showDrafts());
    this.#showDrafts();
    this.#showTitle();
  }

  /** Everything up to `seq` is read. */
  read(id, seq) {
    const item = this.#item(id);
    if (item && seq >= (this.#counted.get(id) ?? 0)) this.#showUnread(item, 0);
    else this.#reload();
  }

  async #reload() {
    const { rooms } = await get("/rooms").catch(() => ({ rooms: null }));
    if (!rooms) return;
    const ids = new Set(rooms.map(({ id }) => id));
    for (const item of [...this.#list.children]) {
      if (!ids.has(item.dataset.room)) item.remove();
    }
    for (const each of rooms) this.#show(each);
  }

  #count({ room: id, message }) {
    const item = this.#item(id);
    if (!item || message.seq <= (this.#counted.get(id) ?? 0)) return;
    this.#counted.set(id, message.seq);
    // Whoever writes has read.
    const isRead = message.author.id === me || (id === room?.id && this.#isSeen());
    if (isRead) this.#showUnread(item, 0);
    else this.#showUnread(item, this.#unread(item) + 1);
  }

  #show({ id, name, kind, unread, last_seq }) {
    if (last_seq < (this.#counted.get(id) ?? 0)) return;
    this.#counted.set(id, last_seq);
    const item = this.#item(id) ?? this.#add(id, kind);
    const link = item.querySelector("a");
    link.href = `/chat/room/${id}`;
    if (id === room?.id) link.ariaCurrent = "page";
    item.querySelector(".room-link__name").textContent = name;
    this.#showUnread(item, unread);
    this.#sort(item, name);
  }

  #add(id, kind) {
    const item = fromTemplate(`room-link-${kind}`);
    item.dataset.room = id;
    this.#list.append(item);
    this.#empty.hidden = true;
    return item;
  }

  #sort(item, name) {
    const nameOf = (other) => other.querySelector(".room-link__name").textContent;
    const others = [...this.#list.children].filter((other) => other !== item);
    const next = others.find((other) => nameOf(other).localeCompare(name) > 0) ?? null;
    if (item.nextElementSibling !== next) this.#list.insertBefore(item, next);
  }

  #remove(id) {
    this.#item(id)?.remove();
    this.#empty.hidden = this.#list.children.length > 0;
    this.#showTitle();
    if (id === room?.id) location.assign("/chat/rooms");
  }

  #item(id) {
    return this.#list.querySelector(`[data-room="${CSS.escape(id)}"]`);
  }

  #unread(item) {
    return Number(item.querySelector("a").dataset.unread ?? 0);
  }

  #showUnread(item, unread) {
    const link = item.querySelector("a");
    if (unread) link.dataset.unread = unread;
    else delete link.dataset.unread;
    item.querySelector(".room-link__unread").hidden = !unread;
    item.querySelector(".room-link__count").textContent = unread;
    this.#showTitle();
  }

  #showTitle() {
    const all = [...this.#list.children].reduce((sum, item) => sum + this.#unread(item), 0);
    document.title = all ? `(${all}) ${title}` : title;
  }

  #showDrafts() {
    for (const item of this.#list.children) {
      const { room: id } = item.dataset;
      item.querySelector(".room-link__draft").hidden = id === room?.id || !readDraft(id);
    }
  }
}
