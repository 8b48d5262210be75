// The files that are to be sent in a room: on their way while one still writes, and while one looks
// at another room.

import { noteFiles } from "./shelf.js";
import { Upload } from "./upload.js";

/** How many files a message has. */
const MOST = 10;
/** How many are on their way at once. */
const AT_ONCE = 3;

const rooms = new Map();

/** Those of a room. */
export function uploadsIn(room) {
  if (!rooms.has(room)) rooms.set(room, new Uploads(room));
  return rooms.get(room);
}

/** Dispatches `change` when files come, go, or are there. */
class Uploads extends EventTarget {
  #all = new Set();
  #room;
  /** Whether a message waits for them, and is sent once all are there. */
  isAwaited = false;

  constructor(room) {
    super();
    this.#room = room;
  }

  /** In the order in which they were chosen. */
  get all() {
    return [...this.#all];
  }

  get isFull() {
    return this.#all.size >= MOST;
  }

  /** Takes a file, which is on its way soon, unless there is a problem with it. */
  add(file, problem) {
    const upload = new Upload(file, problem);
    this.#all.add(upload);
    upload.addEventListener("change", () => this.#changed());
    this.#changed();
    return upload;
  }

  /** Takes back what a message had. */
  take(attachments) {
    const taken = attachments.map(Upload.there);
    for (const upload of taken) this.#all.add(upload);
    this.#changed();
    return taken;
  }

  remove(upload) {
    this.#all.delete(upload);
    if (this.#all.size === 0) this.isAwaited = false;
    upload.cancel();
    this.#changed();
  }

  /** They are sent: the next message begins without. */
  clear() {
    this.#all.clear();
    this.isAwaited = false;
    this.#changed();
  }

  /** Promises that all are there and described. Fails with the one that failed. */
  async ready() {
    while (this.all.some(({ state }) => ["waiting", "sending"].includes(state))) {
      this.isAwaited = true;
      await new Promise((resolve) => this.addEventListener("change", resolve, { once: true }));
    }
    const failed = this.all.find(({ state }) => state === "failed");
    if (failed) {
      this.isAwaited = false;
      throw failed;
    }
    await Promise.all(this.all.map(({ described }) => described)).catch(() => {});
  }

  #changed() {
    const those = (wanted) => this.all.filter(({ state }) => state === wanted);
    // Each that starts says so, and may have started the next one by then.
    while (those("waiting").length && those("sending").length < AT_ONCE) those("waiting")[0].start();
    noteFiles(this.#room, this.#all.size > 0);
    this.dispatchEvent(new Event("change"));
  }
}
