// Files that are to be sent: chosen, pasted or dropped, on their way while one still writes.

import { say } from "./announcer.js";
import { inWords } from "./attachments.js";
import { fromTemplate } from "./page.js";
import { Upload } from "./upload.js";

/** How many files a message has. */
const MOST = 10;
/** How many are on their way at once. */
const AT_ONCE = 3;
const PREVIEWED = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/** Dispatches `change` when files come, go, or are there. */
export class Attach extends EventTarget {
  #list = document.getElementById("uploads");
  #input = document.querySelector(".attach__input");
  #uploads = new Map();

  constructor(form) {
    super();
    const button = form.querySelector(".attach");
    button.hidden = false;
    button.addEventListener("click", () => this.#input.click());
    const takeChosen = () => {
      this.#add(this.#input.files);
      this.#input.value = "";
    };
    this.#input.addEventListener("change", takeChosen);
    form.addEventListener("paste", (event) => this.#onPaste(event));
    this.#takeDrops(document.getElementById("room"));
    // One may have been quicker than this.
    takeChosen();
  }

  /** Whether there are files to send. */
  get isEmpty() {
    return this.#uploads.size === 0;
  }

  /**
   * Promises the files once all are there and described, as the server knows them; `null` if one
   * of them failed.
   */
  async ready() {
    while (this.#some("waiting", "sending")) {
      await new Promise((resolve) => this.addEventListener("change", resolve, { once: true }));
    }
    const failed = [...this.#uploads].find(([{ state }]) => state === "failed");
    if (failed) {
      failed[1].querySelector("[data-action]:not([hidden])").focus();
      return null;
    }
    const uploads = [...this.#uploads.keys()];
    await Promise.all(uploads.map(({ described }) => described)).catch(() => {});
    return uploads.map(({ attachment }) => attachment);
  }

  /** They are sent: the next message begins without. */
  clear() {
    this.#uploads.clear();
    this.#list.replaceChildren();
    this.#changed();
  }

  #some(...states) {
    return [...this.#uploads.keys()].some(({ state }) => states.includes(state));
  }

  #add(files) {
    for (const file of files) {
      if (this.#uploads.size >= MOST) {
        say(`A message has at most ${MOST} files.`);
        break;
      }
      this.#take(file);
    }
    this.#startNext();
  }

  #take(file) {
    const most = Number(this.#list.dataset.mostBytes);
    const problem =
      file.size > most ? `A file has at most ${Math.round(most / 2 ** 20)} MB`
      : file.size === 0 ? "This file is empty"
      : null;
    const upload = new Upload(file, problem);
    const item = this.#item(upload);
    this.#uploads.set(upload, item);
    this.#list.append(item);
    upload.addEventListener("progress", () => {
      item.querySelector("progress").value = upload.progress;
    });
    upload.addEventListener("change", () => this.#onChange(upload, item));
    this.#onChange(upload, item);
  }

  #item(upload) {
    const { file } = upload;
    const item = fromTemplate("upload");
    item.querySelector(".upload__name").textContent = file.name;
    item.querySelector("progress").ariaLabel = `Sending ${file.name}`;
    if (PREVIEWED.includes(file.type)) preview(item.querySelector(".upload__preview"), file);
    const remove = item.querySelector("[data-action=remove]");
    remove.ariaLabel = remove.title = `Remove ${file.name}`;
    remove.addEventListener("click", () => this.#remove(upload, item));
    const retry = item.querySelector("[data-action=retry]");
    retry.ariaLabel = `Retry ${file.name}`;
    retry.addEventListener("click", () => {
      upload.state = "waiting";
      this.#onChange(upload, item);
      this.#startNext();
    });
    const alt = item.querySelector(".upload__alt");
    alt.ariaLabel = `Describe ${file.name} for those who cannot see it`;
    alt.addEventListener("change", () => upload.describe(alt.value));
    // It belongs to the file, not to the message: that is not sent by it.
    alt.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      alt.blur();
      document.querySelector(".composer__text").focus();
    });
    return item;
  }

  #onChange(upload, item) {
    const { file, state, problem, attachment } = upload;
    item.dataset.state = state;
    const size = inWords(attachment?.size ?? file.size);
    item.querySelector(".upload__state").textContent = state === "failed" ? sentence(problem.title) : size;
    item.querySelector("progress").hidden = state === "done" || state === "failed";
    item.querySelector("[data-action=retry]").hidden = !(state === "failed" && problem.mayRetry);
    item.querySelector(".upload__alt").hidden = attachment?.media !== "image";
    if (state === "failed") say(`${file.name}: ${problem.title}.`);
    if (state === "done" || state === "failed") this.#startNext();
    this.#changed();
  }

  #remove(upload, item) {
    const next = item.nextElementSibling ?? item.previousElementSibling;
    this.#uploads.delete(upload);
    item.remove();
    upload.cancel();
    (next?.querySelector(".upload__remove") ?? document.querySelector(".composer__text")).focus();
    this.#startNext();
    this.#changed();
  }

  #startNext() {
    const uploads = [...this.#uploads.keys()];
    const free = AT_ONCE - uploads.filter(({ state }) => state === "sending").length;
    const waiting = uploads.filter(({ state }) => state === "waiting");
    for (const upload of waiting.slice(0, Math.max(0, free))) upload.start();
  }

  #changed() {
    this.#list.hidden = this.isEmpty;
    this.dispatchEvent(new Event("change"));
  }

  // Text that comes with its picture is text.
  #onPaste(event) {
    const { files, types } = event.clipboardData;
    if (files.length === 0 || types.includes("text/plain")) return;
    event.preventDefault();
    this.#add(files);
  }

  #takeDrops(room) {
    const carriesFiles = ({ dataTransfer }) => dataTransfer.types.includes("Files");
    room.addEventListener("dragover", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      room.dataset.dropping = "";
    });
    room.addEventListener("dragleave", (event) => {
      if (!room.contains(event.relatedTarget)) delete room.dataset.dropping;
    });
    room.addEventListener("drop", (event) => {
      delete room.dataset.dropping;
      if (!carriesFiles(event)) return;
      event.preventDefault();
      this.#add(event.dataTransfer.files);
    });
  }
}

const sentence = (title) => `${title[0].toUpperCase()}${title.slice(1)}.`;

function preview(place, file) {
  const picture = new Image();
  const url = URL.createObjectURL(file);
  // What cannot be shown keeps the sign of a file.
  picture.addEventListener("load", () => place.replaceChildren(picture));
  for (const end of ["load", "error"]) picture.addEventListener(end, () => URL.revokeObjectURL(url));
  Object.assign(picture, { src: url, alt: "", draggable: false });
}
