// What was written and is not yet with the server. It survives a reload, and goes out in order,
// from one tab at a time, under the same `client_id` until it is acknowledged: exactly once.

import { me, room } from "./page.js";
import * as shelf from "./shelf.js";

const RETRY_MS = 1_000;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Dispatches `sent` with `{entry, ack}`, and `failed` with the entry. */
export class Outbox extends EventTarget {
  #socket;
  #turn = Promise.resolve();

  constructor(socket) {
    super();
    this.#socket = socket;
    socket.addEventListener("welcome", () => this.drain());
  }

  /** What is still to be sent, or was refused, of this room. */
  async entries() {
    const mine = await this.#mine();
    return mine.filter((entry) => entry.room === room.id);
  }

  /** Makes an entry of what was written, `{body, attachments, reply_to}`, and promises to have kept it. It is
   * sent as soon as it can be. */
  write(content) {
    const now = new Date();
    const entry = {
      client_id: crypto.randomUUID?.() ?? randomId(),
      order: now.getTime() + performance.now() / 1e6,
      user: me,
      room: room.id,
      ...content,
      created_at: now.toISOString(),
      failure: null,
    };
    return { entry, kept: this.#keepAndSend(entry) };
  }

  retry(entry) {
    this.#keepAndSend({ ...entry, failure: null });
  }

  discard(entry) {
    return shelf.forget(entry.client_id);
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
    await shelf.keep(entry);
    this.drain();
  }

  async #mine() {
    const entries = await shelf.all();
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
        await shelf.forget(client_id);
        this.#tell("sent", { entry, ack });
        return;
      } catch (error) {
        // Without an answer nobody knows: it is sent again when the connection is back.
        if (!error) return;
        if (error.type !== "error") throw error;
        if (!error.retry) return this.#fail(entry, error.message);
        await pause(error.retry_after_ms ?? RETRY_MS);
      }
    }
  }

  async #fail(entry, failure) {
    const failed = { ...entry, failure };
    await shelf.keep(failed);
    this.#tell("failed", failed);
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

// `randomUUID` is only there on secure pages.
function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
