// Older and newer messages, as one scrolls towards them.

import { get, here, room } from "./page.js";

const PAGE = 50;
/** So far ahead of what is in sight they are fetched: one and a half screens. */
const AHEAD = "150% 0px";
const NEXT_MS = 200;
const AFTER_FAILURE_MS = 5_000;

export class History {
  #path = `/rooms/${room.id}/messages`;
  #log;
  #isLoading = false;
  #observer;

  constructor(log) {
    this.#log = log;
    this.#observer = new IntersectionObserver((entries) => this.#onSight(entries), {
      root: log.element,
      rootMargin: AHEAD,
    });
    here().signal.addEventListener("abort", () => this.#observer.disconnect());
    for (const direction of ["before", "after"]) {
      const link = log.more(direction);
      this.#observer.observe(link);
      link.addEventListener("click", (event) => {
        event.preventDefault();
        this.#load(direction);
      });
    }
  }

  /** Shows the newest messages instead of what is shown. */
  async showNewest() {
    await this.#show("");
    this.#log.goToEnd();
  }

  /** Shows the messages around one instead. */
  showAround(seq) {
    return this.#show(`around=${seq}&`);
  }

  async #show(place) {
    const page = await get(`${this.#path}?${place}limit=${PAGE}`);
    this.#log.clear();
    this.#log.put(page.messages);
    this.#log.setMore("before", page.has_before);
    const newest = page.messages.at(-1)?.seq ?? 0;
    this.#log.setMore("after", newest < this.#log.lastSeq);
  }

  #onSight(entries) {
    const inSight = entries.find((entry) => entry.isIntersecting);
    if (inSight) this.#load(inSight.target.dataset.direction);
  }

  async #load(direction) {
    const sent = this.#log.sent;
    const edge = direction === "before" ? sent.at(0) : sent.at(-1);
    if (this.#isLoading || !edge || !this.#log.has(direction)) return;
    this.#isLoading = true;
    let wait = NEXT_MS;
    try {
      const page = await get(`${this.#path}?${direction}=${edge.dataset.seq}&limit=${PAGE}`);
      const { lastSeq } = this.#log;
      this.#log.put(page.messages);
      this.#log.trim(direction === "before" ? "after" : "before");
      // What came while the page was on its way was not shown: it is still ahead.
      const newest = page.messages.at(-1)?.seq ?? Number(edge.dataset.seq);
      const more = direction === "before" ? page.has_before : page.has_after || newest < lastSeq;
      this.#log.keepPlace(() => this.#log.setMore(direction, more));
    } catch {
      // The link remains, to be followed by hand or a little later.
      wait = AFTER_FAILURE_MS;
    } finally {
      this.#isLoading = false;
      // Observed anew, it tells at once if it is still in sight.
      const link = this.#log.more(direction);
      this.#observer.unobserve(link);
      setTimeout(() => {
        if (link.isConnected) this.#observer.observe(link);
      }, wait);
    }
  }
}
