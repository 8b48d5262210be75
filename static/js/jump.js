// The button that leads back to the newest messages, and counts them.

export class Jump {
  #button = document.getElementById("jump");
  #words = this.#button.querySelector(".jump__text");
  #log;
  #count = 0;

  /** `go` shows the newest messages. */
  constructor(log, go) {
    this.#log = log;
    this.#button.addEventListener("click", go);
    log.addEventListener("end", go);
    log.addEventListener("moved", () => this.#show());
    this.#show();
  }

  /** So many messages of others came. */
  count(messages) {
    if (!this.#log.isAtEnd) this.#count += messages;
    this.#show();
  }

  #show() {
    const { isAtEnd } = this.#log;
    if (isAtEnd) this.#count = 0;
    this.#button.hidden = isAtEnd;
    this.#button.toggleAttribute("data-new", this.#count > 0);
    const plural = this.#count === 1 ? "message" : "messages";
    const words = this.#count ? `${this.#count} new ${plural}` : "Newest messages";
    if (this.#words.textContent !== words) this.#words.textContent = words;
  }
}
