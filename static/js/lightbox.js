// Pictures of the log, one at a time, as large as the window.

import { withTransition } from "./page.js";

const MOST_ZOOM = 8;
const STEP = 1.5;
/** Two taps within this time are one double tap. */
const DOUBLE_MS = 300;

class Lightbox {
  #dialog = document.getElementById("lightbox");
  #stage = this.#dialog.querySelector(".lightbox__stage");
  #picture = this.#stage.querySelector("img");
  #links = [];
  #at = 0;
  #zoom = 1;
  #x = 0;
  #y = 0;
  /** Where the pointers are that hold the picture. */
  #held = new Map();
  #tapped = 0;

  /** Opens what is clicked in the log. */
  constructor() {
    document.addEventListener("click", (event) => {
      const link = event.target.closest("#log .attachment--image");
      const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
      if (!link || !isPlain) return;
      event.preventDefault();
      this.#open([...document.querySelectorAll("#log .attachment--image")], link);
    });
    this.#on("close", () => this.#close());
    this.#dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#close();
    });
    this.#on("previous", () => this.#go(-1));
    this.#on("next", () => this.#go(1));
    this.#dialog.addEventListener("keydown", (event) => this.#onKey(event));
    this.#dialog.addEventListener("close", () => this.#picture.removeAttribute("src"));
    this.#stage.addEventListener("wheel", (event) => this.#onWheel(event), { passive: false });
    this.#stage.addEventListener("pointerdown", (event) => this.#grab(event));
    this.#stage.addEventListener("pointermove", (event) => this.#drag(event));
    for (const end of ["pointerup", "pointercancel"]) {
      this.#stage.addEventListener(end, (event) => this.#release(event));
    }
  }

  #on(action, act) {
    this.#dialog.querySelector(`[data-action=${action}]`).addEventListener("click", act);
  }

  #open(links, link) {
    this.#links = links;
    this.#at = links.indexOf(link);
    this.#grow(link, this.#stage, () => {
      this.#dialog.showModal();
      this.#show();
    });
  }

  #close() {
    this.#grow(this.#stage, this.#links[this.#at], () => this.#dialog.close());
  }

  // The picture of one place becomes that of the other.
  async #grow(from, to, change) {
    from.dataset.grows = "";
    await withTransition(() => {
      delete from.dataset.grows;
      to.dataset.grows = "";
      change();
    });
    requestAnimationFrame(() => delete to.dataset.grows);
  }

  #show() {
    const link = this.#links[this.#at];
    const { width, height, name } = link.dataset;
    const alt = link.querySelector("img").alt;
    // What is there already is shown until the large one has come.
    Object.assign(this.#picture, { width, height, alt, src: link.href });
    this.#dialog.querySelector(".lightbox__name").textContent = alt === name ? name : alt;
    this.#dialog.querySelector(".lightbox__place").textContent = `${this.#at + 1} of ${this.#links.length}`;
    Object.assign(this.#dialog.querySelector("[data-action=save]"), { href: link.href, download: name });
    this.#dialog.querySelector("[data-action=previous]").disabled = this.#at === 0;
    this.#dialog.querySelector("[data-action=next]").disabled = this.#at === this.#links.length - 1;
    this.#place(1, 0, 0);
  }

  #go(by) {
    const at = this.#at + by;
    if (at < 0 || at >= this.#links.length) return;
    this.#at = at;
    this.#show();
  }

  #onKey(event) {
    const acts = {
      ArrowLeft: () => this.#go(-1),
      ArrowRight: () => this.#go(1),
      Home: () => this.#go(-this.#at),
      End: () => this.#go(this.#links.length - 1 - this.#at),
      "+": () => this.#zoomTo(this.#zoom * STEP),
      "-": () => this.#zoomTo(this.#zoom / STEP),
      0: () => this.#place(1, 0, 0),
    };
    const act = acts[event.key === "=" ? "+" : event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  #onWheel(event) {
    event.preventDefault();
    this.#zoomTo(this.#zoom * Math.exp(-event.deltaY / 300), event);
  }

  #grab(event) {
    this.#stage.setPointerCapture(event.pointerId);
    this.#held.set(event.pointerId, event);
    if (this.#held.size > 1) return;
    const isDouble = event.timeStamp - this.#tapped < DOUBLE_MS;
    this.#tapped = isDouble ? 0 : event.timeStamp;
    if (isDouble) this.#zoomTo(this.#zoom > 1 ? 1 : 2.5, event);
  }

  #drag(event) {
    const before = this.#held.get(event.pointerId);
    if (!before) return;
    const [other] = [...this.#held].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
    this.#held.set(event.pointerId, event);
    if (other) {
      const apart = (at) => Math.hypot(at.clientX - other.clientX, at.clientY - other.clientY) || 1;
      this.#zoomTo((this.#zoom * apart(event)) / apart(before), other);
    } else if (this.#zoom > 1) {
      const [dx, dy] = [event.clientX - before.clientX, event.clientY - before.clientY];
      this.#place(this.#zoom, this.#x + dx, this.#y + dy);
    }
  }

  #release(event) {
    this.#held.delete(event.pointerId);
  }

  /** What is at this place of the window stays there. */
  #zoomTo(zoom, at) {
    const next = Math.min(MOST_ZOOM, Math.max(1, zoom));
    const stage = this.#stage.getBoundingClientRect();
    const fromMiddle = at
      ? [at.clientX - stage.left - stage.width / 2, at.clientY - stage.top - stage.height / 2]
      : [0, 0];
    const by = next / this.#zoom;
    const moved = (offset, point) => point - (point - offset) * by;
    this.#place(next, moved(this.#x, fromMiddle[0]), moved(this.#y, fromMiddle[1]));
  }

  #place(zoom, x, y) {
    const { clientWidth, clientHeight } = this.#stage;
    const within = (offset, side) => {
      const most = (side * (zoom - 1)) / 2;
      return Math.max(-most, Math.min(most, offset));
    };
    [this.#zoom, this.#x, this.#y] = [zoom, within(x, clientWidth), within(y, clientHeight)];
    const { style } = this.#picture;
    style.setProperty("--zoom", zoom);
    style.setProperty("--x", `${this.#x}px`);
    style.setProperty("--y", `${this.#y}px`);
    this.#stage.toggleAttribute("data-zoomed", zoom > 1);
  }
}

new Lightbox();
