// The WebSocket: one connection that comes back by itself and misses nothing (docs/protocol.md).

import { get, toLogin } from "./page.js";
import { Cursors } from "./cursors.js";

const OPENING_MS = 10_000;
const SILENCE_MS = 40_000;
const STABLE_MS = 10_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/**
 * Once it is opened, dispatches an event for each frame, named by its `type`, with the frame as `detail`; and
 * `connection`, with `"online"`, `"connecting"` or `"offline"`, or why it has ended for good.
 */
export class Socket extends EventTarget {
  #socket = null;
  #attempts = 0;
  #nextRef = 1;
  #waiting = new Map();
  #timers = {};
  #reconnectAfter = null;

  constructor() {
    super();
    this.isOnline = false;
    this.cursors = new Cursors((frame) => this.#send(frame));
  }

  /** Connects, and from then on again and again: those who listen do so by now. */
  open() {
    addEventListener("online", () => this.#hurry());
    // Nobody else says so before the silence is long.
    addEventListener("offline", () => {
      if (this.#socket) this.#lost(4001);
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.#hurry();
    });
    this.#connect();
  }

  /** From here on, nothing of this room is missed. */
  hold({ id, version, epoch }) {
    this.epoch ??= epoch;
    this.cursors.hold(id, version);
  }

  /** It need not be followed any more. */
  release(id) {
    this.cursors.release(id);
  }

  /** Sends a frame and resolves with its `ack` or `ok`. Rejects with the `error` frame, or with
   * `null` if the connection went before an answer came. */
  request(frame) {
    if (!this.isOnline) return Promise.reject(null);
    const ref = String(this.#nextRef++);
    return new Promise((resolve, reject) => {
      this.#waiting.set(ref, { resolve, reject });
      this.#send({ ...frame, ref });
    });
  }

  /** Sends a frame that nobody answers, if it can be sent now. */
  signal(frame) {
    if (this.isOnline) this.#send(frame);
  }

  #send(frame) {
    this.#socket?.send(JSON.stringify(frame));
  }

  #connect() {
    clearTimeout(this.#timers.reconnect);
    this.#timers.reconnect = null;
    this.#tell("connecting");
    const url = new URL("/api/v1/ws", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = (this.#socket = new WebSocket(url));
    socket.onopen = () => {
      const rooms = this.cursors.begin();
      this.#send({ type: "hello", v: 1, ...(this.epoch && { epoch: this.epoch }), rooms });
    };
    socket.onmessage = ({ data }) => this.#hear(JSON.parse(data));
    socket.onclose = ({ code }) => this.#lost(code);
    this.#listen(OPENING_MS);
  }

  // Whoever hears nothing for so long is alone.
  #listen(ms) {
    clearTimeout(this.#timers.silence);
    this.#timers.silence = setTimeout(() => this.#lost(4001), ms);
  }

  #hear(frame) {
    this.#listen(SILENCE_MS);
    if (frame.type === "ping") this.#send({ type: "pong" });
    if (frame.type === "welcome") this.#welcome(frame);
    if (frame.type === "bye") this.#reconnectAfter = frame.reconnect_after_ms;
    if (frame.ref !== undefined) this.#answer(frame);
    this.cursors.follow(frame);
    this.dispatchEvent(new CustomEvent(frame.type, { detail: frame }));
  }

  #welcome(frame) {
    this.epoch = frame.epoch;
    this.isOnline = true;
    this.#timers.stable = setTimeout(() => (this.#attempts = 0), STABLE_MS);
    this.#tell("online");
  }

  #answer(frame) {
    const waiting = this.#waiting.get(frame.ref);
    if (!waiting) return;
    this.#waiting.delete(frame.ref);
    if (frame.type === "error") waiting.reject(frame);
    else waiting.resolve(frame);
  }

  #lost(code) {
    const opened = this.isOnline;
    this.isOnline = false;
    const socket = this.#socket;
    this.#socket = null;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    clearTimeout(this.#timers.silence);
    clearTimeout(this.#timers.stable);
    for (const { reject } of this.#waiting.values()) reject(null);
    this.#waiting.clear();
    if (code === 4500) return toLogin();
    if (code > 4500 && code < 5000) return this.#tell(ENDS[code] ?? ENDS[4504]);
    this.#tell("offline");
    // A refused upgrade looks like a broken line: perhaps the login is over.
    if (!opened) get("/me").catch(() => {});
    this.#timers.reconnect = setTimeout(() => this.#connect(), this.#wait());
  }

  #wait() {
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#attempts);
    this.#attempts += 1;
    const told = this.#reconnectAfter;
    this.#reconnectAfter = null;
    return told ?? Math.random() * longest;
  }

  #hurry() {
    if (this.#timers.reconnect) this.#connect();
  }

  #tell(state) {
    this.dispatchEvent(new CustomEvent("connection", { detail: state }));
  }
}

const ENDS = {
  4501: "You are no longer here. Reload the page to look again.",
  4502: "WhatsCrap is open in too many places. Close some, then reload this page.",
  4503: "The server is newer than this page. Reload it to go on.",
  4504: "This page and the server do not understand each other. Reload the page.",
};
