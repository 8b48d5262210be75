// The rows of the log: messages, and the lines between them.

import { showAttachments } from "./attachments.js";
import { fromTemplate, me } from "./page.js";
import { enlivenParts, fillParts, mayBecomeOther, showPlain, showQuote } from "./parts.js";
import { dayOf, shortDay, showDay, showTime } from "./times.js";

/** Messages of one person within this time stand together; `pages/row.rs` does the same. */
const TOGETHER_MS = 5 * 60_000;
const HUES = 7;
/** The size of pictures on cards; the page's own say the smaller one. */
const LARGER = "256";

/** A row for a message that the server has. */
export function makeRow(message) {
  const row = fromTemplate("message-row");
  fillRow(row, message);
  return row;
}

/** A row for a message that is still on its way. */
export function makePendingRow({ client_id, body, attachments, reply_to, created_at }) {
  const row = fromTemplate("message-row");
  delete row.dataset.messageId;
  delete row.dataset.seq;
  nameRow(row, client_id);
  Object.assign(row.dataset, { clientId: client_id, own: "", state: "pending" });
  showAuthor(row, myself());
  showPlain(row.querySelector(".message__body"), body);
  row.toggleAttribute("data-raw", mayBecomeOther(body));
  showQuote(row, reply_to);
  showAttachments(row, attachments);
  showTime(row.querySelector(".message__time"), Date.parse(created_at));
  return row;
}

/** Puts a message into its row, new or known. */
export function fillRow(row, message) {
  const { author } = message;
  confirmRow(row, message);
  row.dataset.clientId = message.client_id;
  row.toggleAttribute("data-own", author.id === me);
  showAuthor(row, author);
  fillParts(row, message);
  showMentions(row);
  delete row.dataset.raw;
  // It has another size now.
  delete row.dataset.rests;
}

function showAuthor(row, author) {
  row.dataset.author = author.id;
  const name = row.querySelector(".message__author");
  if (name.textContent !== author.display_name) name.textContent = author.display_name;
  name.dataset.hue = hueOf(author);
  name.dataset.nameOf = author.id;
  showAvatar(row.querySelector(".avatar"), author);
}

// As the account button shows it.
function myself() {
  const button = document.querySelector(".account-button");
  const picture = button.querySelector(".avatar img");
  return {
    id: me,
    display_name: button.querySelector("[data-name-of]").textContent,
    avatar_url: picture?.getAttribute("src") ?? null,
  };
}

/** Marks what names the reader: the server's HTML is the same for everyone. */
function showMentions(row) {
  const mentions = [...row.querySelectorAll(".mention")];
  const mine = mentions.filter(({ dataset }) => dataset.user === me || dataset.call);
  for (const mention of mine) mention.dataset.mine = "";
  row.toggleAttribute("data-mentioned", mine.length > 0 && row.dataset.author !== me);
}

// As `hue` in `templates.rs` does.
export const hueOf = ({ id }) => (Number.parseInt(id.slice(-2), 16) % HUES) + 1;

/** Shows who someone is: their picture, over their initials on a colour of theirs. */
export function showAvatar(avatar, { id, display_name: name, avatar_url: url }) {
  const shown = avatar.querySelector("img");
  const large = avatar.classList.contains("avatar--large");
  const src = url && large ? url.replace(/\d+$/, LARGER) : url;
  avatar.dataset.hue = hueOf({ id });
  avatar.dataset.avatarOf = id;
  if (src && shown?.getAttribute("src") === src && avatar.firstChild.data === initials(name)) return;
  avatar.textContent = initials(name);
  if (!src) return;
  const picture = new Image();
  Object.assign(picture, { src, alt: "", decoding: "async", draggable: false });
  avatar.append(picture);
}

let graphemes = null;
const split = (text) => {
  graphemes ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  return [...graphemes.segment(text)].map(({ segment }) => segment);
};
const isLetter = (grapheme) => /^[\p{Alphabetic}\p{N}]/u.test(grapheme);
const hasCase = (letter) => /^[\p{Lowercase}\p{Uppercase}]/u.test(letter);

/** What stands for a person who has no picture, as `initials.rs` has it. */
export function initials(name) {
  const letters = name.trim().split(/\s+/u).map((word) => split(word).find(isLetter));
  const [first, ...others] = letters.filter(Boolean);
  if (!first) return split(name.trim())[0] ?? "";
  const last = others.at(-1);
  const shown = last && hasCase(first) && hasCase(last) ? first + last : first;
  return shown.toUpperCase();
}

// What it is called to those who hear it: by who said what, and when.
function nameRow(row, id) {
  row.id = `m-${id}`;
  const parts = ["author", "body", "time"];
  for (const part of parts) row.querySelector(`.message__${part}`).id = `${part}-${id}`;
  row.setAttribute("aria-labelledby", parts.map((part) => `${part}-${id}`).join(" "));
}

/** The server has it: `message` is it or its `ack`. */
export function confirmRow(row, { id, seq, created_at }) {
  if (row.dataset.messageId !== id) nameRow(row, id);
  Object.assign(row.dataset, { messageId: id, seq, state: "sent" });
  delete row.dataset.waiting;
  row.querySelector(".message__failed")?.remove();
  showTime(row.querySelector(".message__time"), Date.parse(created_at));
  origins.delete(row);
}

/** Its place among the messages of the room; what is on its way comes last. */
export const seqOf = (row) => Number(row.dataset.seq || Infinity);

/** The rows of messages in a list, in their order. */
export const messagesOf = (list) =>
  [...list.children].filter(({ classList }) => classList.contains("message"));

/** When it was said. */
export const timeOf = (row) => Date.parse(row.querySelector(".message__time").dateTime);

/** Who said each row, and when: lists are put in order at every message, and to read it takes long. */
const origins = new WeakMap();
function originOf(row) {
  if (!origins.has(row)) {
    const time = timeOf(row);
    origins.set(row, { author: row.dataset.author, time, day: dayOf(time) });
  }
  return origins.get(row);
}

/** Puts in the days and lets neighbours of one author stand together. */
export function arrange(rows) {
  const dividers = new Map();
  for (const divider of rows.querySelectorAll(".log__day")) {
    const { dateTime } = divider.firstElementChild;
    if (dividers.has(dateTime)) divider.remove();
    else dividers.set(dateTime, divider);
  }
  let before = null;
  for (const row of messagesOf(rows)) {
    const { author, time, day } = originOf(row);
    const isNewDay = day !== before?.day;
    const unread = unreadBefore(row);
    if (isNewDay) {
      const divider = dividers.get(day) ?? fromTemplate("day-divider");
      dividers.delete(day);
      showDay(divider.firstElementChild, time);
      const place = unread ?? row;
      if (place.previousElementSibling !== divider) place.before(divider);
    }
    const follows = author === before?.author && time - before.time <= TOGETHER_MS;
    row.toggleAttribute("data-grouped", follows && !isNewDay && !unread);
    before = { author, time, day };
  }
  for (const divider of dividers.values()) divider.remove();
  rows.toggleAttribute("data-empty", !before);
}

/** The line above a row that says that what is new begins there. */
export function unreadBefore(row) {
  const line = row.previousElementSibling;
  return line?.id === "unread" ? line : null;
}

/** Moves that line above a row, and says how much is new; or takes it away. */
export function showUnreadLine(row, count) {
  const line = document.getElementById("unread") ?? fromTemplate("unread-divider");
  if (!row) return line.remove();
  line.dataset.count = count;
  line.firstElementChild.textContent = `${count} new`;
  if (row.previousElementSibling !== line) row.before(line);
}

/** Shows the rows that the server wrote as their reader sees them, each with its day. */
export function localiseAlone(rows) {
  for (const row of rows.querySelectorAll(".message")) {
    const time = row.querySelector(".message__time");
    const ms = timeOf(row);
    showTime(time, ms);
    if (dayOf(ms) !== dayOf(Date.now())) time.textContent = `${shortDay(ms)}, ${time.textContent}`;
    showMentions(row);
  }
}

/** Shows the times of the rows that the server wrote. */
export function localise(rows) {
  for (const row of rows.querySelectorAll(".message")) {
    showTime(row.querySelector(".message__time"), timeOf(row));
    enlivenParts(row);
    showMentions(row);
  }
  for (const divider of rows.querySelectorAll(".log__day")) divider.remove();
  arrange(rows);
}
