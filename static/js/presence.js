// Who is there, of those one shares a room with; and, for them, what one does oneself.

import { attention } from "./attention.js";
import { me, room } from "./page.js";

/** So long after they last attended to this page, a person is away. */
const AWAY_MS = 10 * 60_000;
const WORDS = { active: "Active", away: "Away", offline: "Offline" };

export class Presence {
  #socket;
  /** Those who are not offline; `null` until the server has said who they are. */
  #states = null;
  #own = "active";
  #said = "";
  #idle = null;

  constructor(socket) {
    this.#socket = socket;
    socket.addEventListener("welcome", ({ detail }) => {
      this.#states = new Map(Object.entries(detail.presence));
      this.#said = JSON.stringify({ state: "active" });
      this.#attend();
      this.#paint(document.body);
    });
    socket.addEventListener("presence", ({ detail: { user, state } }) => {
      this.#states?.set(user, state);
      const id = CSS.escape(user);
      for (const mark of document.querySelectorAll(`[data-presence-of="${id}"]`)) this.#show(mark);
    });
    attention.addEventListener("change", () => this.#attend());
    // Whoever puts a mark into the page need not know of this.
    const observer = new MutationObserver((changes) => {
      for (const { target, addedNodes } of changes) {
        if (target.dataset?.presenceOf) this.#show(target);
        for (const node of addedNodes) if (node instanceof Element) this.#paint(node);
      }
    });
    const attributeFilter = ["data-presence-of"];
    observer.observe(document.body, { childList: true, subtree: true, attributeFilter });
  }

  /** One has gone to another room. */
  moved() {
    this.#attend();
  }

  #paint(element) {
    if (element.matches("[data-presence-of]")) this.#show(element);
    for (const mark of element.querySelectorAll("[data-presence-of]")) this.#show(mark);
  }

  #show(mark) {
    const user = mark.dataset.presenceOf;
    if (!user || !this.#states) return;
    const state = user === me ? this.#own : (this.#states.get(user) ?? "offline");
    mark.dataset.presence = state;
    mark.ariaLabel = mark.title = WORDS[state];
  }

  #attend() {
    clearTimeout(this.#idle);
    if (attention.attends) this.#own = "active";
    else if (this.#own === "active") {
      this.#idle = setTimeout(() => {
        this.#own = "away";
        this.#say();
      }, AWAY_MS);
    }
    this.#say();
  }

  #say() {
    const now = { state: this.#own, ...(attention.attends && room.id && { room: room.id }) };
    const said = JSON.stringify(now);
    if (said === this.#said || !this.#socket.isOnline) return;
    this.#said = said;
    this.#socket.signal({ type: "presence", ...now });
    const own = document.querySelectorAll(`[data-presence-of="${CSS.escape(me)}"]`);
    for (const mark of own) this.#show(mark);
  }
}
