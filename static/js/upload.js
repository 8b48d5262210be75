// One file on its way to the server. `fetch` does not tell how far it has come; XMLHttpRequest does.

import { send, toLogin } from "./page.js";

/** Dispatches `progress` and `change`. */
export class Upload extends EventTarget {
  #request = null;
  #described = Promise.resolve();
  /** `waiting`, `sending`, `done` or `failed`. */
  state = "waiting";
  /** How much of it is there, up to 1. */
  progress = 0;
  /** What the server made of it. */
  attachment = null;
  /** Why it failed, and whether it may work the next time. */
  problem = null;

  constructor(file, problem = null) {
    super();
    this.file = file;
    if (problem) this.#fail(problem, false);
  }

  /** One that is with the server already. */
  static there(attachment) {
    const upload = new Upload(attachment);
    return Object.assign(upload, { attachment, state: "done" });
  }

  start() {
    const form = new FormData();
    form.append("file", this.file);
    const request = new XMLHttpRequest();
    this.#request = request;
    request.open("POST", "/api/v1/uploads");
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      this.progress = total ? loaded / total : 0;
      this.dispatchEvent(new Event("progress"));
    });
    request.addEventListener("load", () => this.#loaded(request));
    request.addEventListener("error", () => this.#fail("The connection was lost", true));
    request.send(form);
    this.#become("sending");
  }

  /** It waits for its turn again. */
  retry() {
    this.#become("waiting");
  }

  /** Stops it, or takes back what is there. */
  async cancel() {
    this.#request?.abort();
    if (this.attachment) await send("DELETE", `/uploads/${this.attachment.id}`).catch(() => {});
  }

  /** Says what it shows. */
  describe(alt) {
    this.#described = this.#describe(alt);
  }

  /** What it was described as is with the server. */
  get described() {
    return this.#described;
  }

  async #describe(alt) {
    const { attachment } = await send("PATCH", `/uploads/${this.attachment.id}`, { alt });
    this.attachment = attachment;
  }

  #loaded({ status, response }) {
    if (status === 401) toLogin();
    if (status === 201) {
      this.attachment = response.attachment;
      this.#become("done");
    } else {
      this.#fail(response?.title ?? "The server did not take it", status === 408 || status >= 500);
    }
  }

  #fail(problem, mayRetry) {
    this.problem = { title: problem, mayRetry };
    this.#become("failed");
  }

  #become(state) {
    this.state = state;
    this.dispatchEvent(new Event("change"));
  }
}
