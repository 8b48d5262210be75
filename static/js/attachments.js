// The files of messages, as the server's rows show them too (`partials/attachments.html`).

import { fromTemplate } from "./page.js";

/** The sides of the square that a picture fits in: alone, and among others. */
const BOX = 320;
const BOX_OF_MANY = 200;

/** Shows a message's files below its text, in place of those that were there. */
export function showAttachments(row, files = []) {
  const shown = row.querySelector(".attachments");
  const known = shown && [...shown.querySelectorAll("[href]")].map((each) => each.getAttribute("href"));
  if ((known ?? []).join() === files.map(({ url }) => url).join()) return;
  shown?.remove();
  if (files.length === 0) return;
  const list = document.createElement("div");
  list.className = "attachments";
  list.toggleAttribute("data-many", files.length > 1);
  list.append(...files.map((file) => make(file, files.length > 1 ? BOX_OF_MANY : BOX)));
  row.querySelector(".message__body").after(list);
}

function make(file, box) {
  const element = fromTemplate(`attachment-${file.media}`);
  const link = element.matches("a") ? element : element.querySelector("a");
  link.href = file.url;
  if (file.media === "image") {
    Object.assign(element.dataset, { width: file.width, height: file.height, name: file.name });
    showPicture(element.querySelector("img"), file, box);
    return element;
  }
  link.download = file.name;
  const player = element.querySelector("audio, video");
  if (player) Object.assign(player, { src: file.url, ariaLabel: file.alt ?? file.name });
  element.querySelector(".attachment__name").textContent = file.name;
  element.querySelector(".attachment__size").textContent = inWords(file.size);
  return element;
}

/** Its place is as large as the picture before that is there: nothing moves when it comes. */
function showPicture(picture, { url, thumbnail_url: thumbnail, alt, name, width, height }, box) {
  const scale = Math.min(box / width, box / height, 1);
  const side = (pixels) => Math.max(1, Math.round(pixels * scale));
  Object.assign(picture, { width: side(width), height: side(height), alt: alt ?? name });
  picture.src = thumbnail ?? url;
}

/** So many bytes as people say it, as `bytes` in `templates.rs` does. */
export function inWords(bytes) {
  const units = ["bytes", "KB", "MB", "GB"];
  let [size, unit] = [bytes, 0];
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && size < 10 ? 1 : 0;
  return `${size.toFixed(digits)} ${units[unit]}`;
}
