// What was written and is not yet with the server. It survives a reload, and goes out in order,
// from one tab at a time, under the same `client_id` until it is acknowledged: exactly once. Every
// tab shows what becomes of it.

import { me } from "./page.js";
import { allUnsent, forgetUnsent, keepUnsent } from "./shelf.js";

const RETRY_MS = 1_000;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Dispatches `kept` and `discarded` with the entry, and `sent` with `{entry, ack}`. */
export class Outbox extends EventTarget {
  #socket;
  #turn = Promise.resolve();
  #tabs = new BroadcastChannel(`outbox-${me}`);

  constructor(socket) {
    super();
    this.#socket = socket;
    socket.addEventListener("welcome", () => this.drain());
    this.#tabs.addEventListener("message", ({ data: { type, detail } }) => {
      this.dispatchEvent(new CustomEvent(type, { detail }));
      // The tab that kept it may have no line, or be gone in a moment.
      if (type === "kept") this.drain();
    });
  }

  /** What is still to be sent, or was refused, of a room. */
  async entries(room) {
    const mine = await this.#mine();
    return mine.filter((entry) => entry.room === room);
  }

  /** Makes an entry of what was written, `{body, attachments, reply_to}`, and promises to have kept
   * it. It is sent as soon as it can be. */
  write(room, content) {
    const now = new Date();
    const entry = {
      client_id: crypto.randomUUID?.() ?? randomId(),
      order: now.getTime() + performance.now() / 1e6,
      user: me,
      room,
      ...content,
      created_at: now.toISOString(),
      failure: null,
    };
    return { entry, kept: this.#keepAndSend(entry) };
  }

  retry(entry) {
    return this.#keepAndSend({ ...entry, failure: null });
  }

  async discard(entry) {
    await forgetUnsent(entry.client_id);
    this.#tell("discarded", entry);
  }

  /** Sends what is there. */
  async drain() {
    await this.#inTurn(async () => {
      for (const entry of await this.#mine()) {
        if (!this.#socket.isOnline) return;
        if (!entry.failure) await this.#deliver(entry);
      }
    });
  }

  // Locks are only there on secure pages. Elsewhere each tab takes its own turns: what two of them
  // send is one message by its `client_id`.
  #inTurn(act) {
    if (navigator.locks) return navigator.locks.request(`outbox-${me}`, act);
    this.#turn = this.#turn.then(act, act);
    return this.#turn;
  }

  async #keepAndSend(entry) {
    await this.#keep(entry);
    this.drain();
  }

  async #keep(entry) {
    await keepUnsent(entry);
    this.#tell("kept", entry);
  }

  async #mine() {
    const entries = await allUnsent();
    return entries.filter((entry) => entry.user === me);
  }

  async #deliver(entry) {
    const { client_id, room, body, reply_to: quote } = entry;
    const attachments = (entry.attachments ?? []).map(({ id }) => id);
    const more = quote && { reply_to: quote.id };
    const frame = { type: "send", room, client_id, body, attachments, ...more };
    while (this.#socket.isOnline) {
      try {
        const ack = await this.#socket.request(frame);
        await forgetUnsent(client_id);
        this.#tell("sent", { entry, ack });
        return;
      } catch (error) {
        // Without an answer nobody knows: it is sent again when the connection is back.
        if (!error) return;
        if (error.type !== "error") throw error;
        if (!error.retry) return this.#keep({ ...entry, failure: error.message });
        await pause(error.retry_after_ms ?? RETRY_MS);
      }
    }
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
    this.#tabs.postMessage({ type, detail });
  }
}

// `randomUUID` is only there on secure pages.
function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
