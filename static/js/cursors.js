// Up to which change the client has everything of each room, and how it notices that it has not.

export class Cursors {
  #send;
  #cursors = new Map();
  #held = new Set();
  #catchingUp = new Set();

  /** `send` asks the server for what is missing. */
  constructor(send) {
    this.#send = send;
  }

  /** From here on, every change of this room after `version` has to arrive. */
  hold(room, version) {
    const heard = this.#cursors.get(room);
    this.#held.add(room);
    this.#cursors.set(room, version);
    // What came after the page was written went by.
    if (heard > version) this.#missed(room);
  }

  /** Changes of this room may be missed again. */
  release(room) {
    this.#held.delete(room);
  }

  /** What `hello` says of the held rooms. Each gets its `synced`. */
  begin() {
    this.#catchingUp = new Set(this.#held);
    return Object.fromEntries([...this.#held].map((room) => [room, this.#cursors.get(room)]));
  }

  follow(frame) {
    switch (frame.type) {
      case "welcome":
        for (const { id, version } of frame.rooms) {
          if (!this.#held.has(id)) this.#cursors.set(id, version);
        }
        break;
      case "message":
        this.#advance(frame.room, frame.version);
        break;
      case "synced":
        this.#cursors.set(frame.room, frame.version);
        if (frame.complete) this.#catchingUp.delete(frame.room);
        else this.#sync(frame.room);
        break;
      case "room":
        if (!this.#held.has(frame.room.id)) this.#cursors.set(frame.room.id, frame.room.version);
        break;
      case "left":
        this.#held.delete(frame.room);
        this.#cursors.delete(frame.room);
        break;
      case "ping":
        for (const [room, version] of Object.entries(frame.rooms ?? {})) {
          if (version > this.#cursors.get(room)) this.#missed(room);
        }
        break;
    }
  }

  // While catching up only `synced` moves the cursor: what is live may overtake.
  #advance(room, version) {
    if (this.#catchingUp.has(room)) return;
    const cursor = this.#cursors.get(room);
    if (version === cursor + 1 || !this.#held.has(room)) this.#cursors.set(room, version);
    else if (version > cursor) this.#missed(room);
  }

  #missed(room) {
    if (!this.#held.has(room) || this.#catchingUp.has(room)) return;
    this.#catchingUp.add(room);
    this.#sync(room);
  }

  #sync(room) {
    this.#send({ type: "sync", ref: `sync-${room}`, room, version: this.#cursors.get(room) });
  }
}
