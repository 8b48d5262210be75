// Files that are to be sent: chosen, pasted or dropped, on their way while one still writes.

import { say } from "./announcer.js";
import { inWords } from "./attachments.js";
import { tell } from "./connection.js";
import { fromTemplate, here, room } from "./page.js";
import { uploadsIn } from "./uploads.js";

const PREVIEWED = ["image/png", "image/jpeg", "image/gif", "image/webp"];

export class Attach {
  #list = document.getElementById("uploads");
  #input = document.querySelector(".attach__input");
  #uploads = uploadsIn(room.id);

  constructor(form) {
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
    // What was chosen here before one looked elsewhere.
    for (const upload of this.#uploads.all) this.#show(upload);
    this.#uploads.addEventListener("change", () => this.#showWhether(), here());
    this.#showWhether();
    // One may have been quicker than this.
    takeChosen();
  }

  /** Whether a message waits for the files since one was here before. */
  get isAwaited() {
    return this.#uploads.isAwaited;
  }

  /**
   * Promises the files once all are there and described, as the server knows them; `null` if one
   * of them failed.
   */
  async ready() {
    try {
      await this.#uploads.ready();
    } catch (failed) {
      const item = [...this.#list.children][this.#uploads.all.indexOf(failed)];
      item?.querySelector("[data-action]:not([hidden])").focus();
      return null;
    }
    return this.#uploads.all.map(({ attachment }) => attachment);
  }

  /** Takes back what a message had that was not sent. */
  take(attachments) {
    for (const upload of this.#uploads.take(attachments)) this.#show(upload);
  }

  /** They are sent: the next message begins without. */
  clear() {
    this.#uploads.clear();
  }

  #add(files) {
    for (const file of files) {
      if (this.#uploads.isFull) {
        tell(`A message has at most ${this.#uploads.all.length} files. Send these first.`);
        break;
      }
      this.#show(this.#uploads.add(file, this.#problemOf(file)));
    }
  }

  #problemOf({ size }) {
    const most = Number(this.#list.dataset.mostBytes);
    if (size > most) return `A file has at most ${Math.round(most / 2 ** 20)} MB`;
    return size === 0 ? "This file is empty" : null;
  }

  #show(upload) {
    const item = this.#item(upload);
    this.#list.append(item);
    upload.addEventListener("progress", () => {
      item.querySelector("progress").value = upload.progress;
    }, here());
    upload.addEventListener("change", () => this.#onChange(upload, item), here());
    this.#onChange(upload, item);
  }

  #item(upload) {
    const { file, attachment } = upload;
    const item = fromTemplate("upload");
    item.querySelector(".upload__name").textContent = file.name;
    item.querySelector("progress").ariaLabel = `Sending ${file.name}`;
    if (PREVIEWED.includes(file.type)) preview(item.querySelector(".upload__preview"), file, attachment);
    const remove = item.querySelector("[data-action=remove]");
    remove.ariaLabel = remove.title = `Remove ${file.name}`;
    remove.addEventListener("click", () => this.#remove(upload, item));
    const retry = item.querySelector("[data-action=retry]");
    retry.ariaLabel = `Retry ${file.name}`;
    retry.addEventListener("click", () => upload.retry());
    const alt = item.querySelector(".upload__alt");
    alt.ariaLabel = `Describe ${file.name} for those who cannot see it`;
    alt.value = attachment?.alt ?? "";
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
  }

  #remove(upload, item) {
    const next = item.nextElementSibling ?? item.previousElementSibling;
    item.remove();
    this.#uploads.remove(upload);
    (next?.querySelector(".upload__remove") ?? document.querySelector(".composer__text")).focus();
  }

  #showWhether() {
    this.#list.hidden = this.#uploads.all.length === 0;
    if (this.#list.hidden) this.#list.replaceChildren();
  }

  // Text that comes with its picture is text.
  #onPaste(event) {
    const { files = [], types } = event.clipboardData ?? {};
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

function preview(place, file, attachment) {
  const picture = new Image();
  const url = attachment ? (attachment.thumbnail_url ?? attachment.url) : URL.createObjectURL(file);
  // What cannot be shown keeps the sign of a file.
  picture.addEventListener("load", () => place.replaceChildren(picture));
  for (const end of ["load", "error"]) picture.addEventListener(end, () => URL.revokeObjectURL(url));
  Object.assign(picture, { src: url, alt: "", draggable: false });
}
