// Whether the person attends: the page is visible, has the focus, and was touched within the last
// minute. An open tab that nobody looks at reads nothing.

const TOUCHED_MS = 60_000;
const TOUCHES = ["pointerdown", "pointermove", "keydown", "wheel", "touchmove"];

class Attention extends EventTarget {
  /** It was opened by someone. */
  #touched = Date.now();
  #lapse = null;
  #attends = false;

  constructor() {
    super();
    for (const type of TOUCHES) {
      addEventListener(type, () => this.#touch(), { passive: true, capture: true });
    }
    addEventListener("focus", () => this.#touch());
    addEventListener("blur", () => this.#look());
    document.addEventListener("visibilitychange", () => this.#look());
    this.#look();
  }

  /** Whether they attend right now. A `change` event tells when that changes. */
  get attends() {
    this.#look();
    return this.#attends;
  }

  #touch() {
    this.#touched = Date.now();
    if (!this.#attends) this.#look();
  }

  #look() {
    const left = this.#touched + TOUCHED_MS - Date.now();
    const attends = document.visibilityState === "visible" && document.hasFocus() && left > 0;
    clearTimeout(this.#lapse);
    if (attends) this.#lapse = setTimeout(() => this.#look(), left);
    if (attends === this.#attends) return;
    this.#attends = attends;
    this.dispatchEvent(new Event("change"));
  }
}

/** The one of this page. */
export const attention = new Attention();
