// The rows of the log: messages, and the lines between them.

import { fromTemplate, me, showServerHtml } from "./page.js";
import { dayOf, showDay, showTime } from "./times.js";

/** Messages of one person within this time stand together; `pages/row.rs` does the same. */
const TOGETHER_MS = 5 * 60_000;
const HUES = 7;

/** A row for a message that the server has. */
export function makeRow(message) {
  const row = fromTemplate("message-row");
  fillRow(row, message);
  return row;
}

/** A row for a message that is still on its way. */
export function makePendingRow({ client_id, body, created_at }) {
  const row = fromTemplate("message-row");
  delete row.dataset.messageId;
  delete row.dataset.seq;
  Object.assign(row.dataset, { clientId: client_id, author: me, own: "", state: "pending" });
  row.querySelector(".message__author").textContent = "You";
  row.querySelector(".message__body").textContent = body;
  showTime(row.querySelector(".message__time"), Date.parse(created_at));
  return row;
}

/** Puts a message into its row, new or known. */
export function fillRow(row, message) {
  const { author } = message;
  confirmRow(row, message);
  row.dataset.clientId = message.client_id;
  row.dataset.author = author.id;
  row.toggleAttribute("data-own", author.id === me);
  const hue = (Number.parseInt(author.id.slice(-2), 16) % HUES) + 1;
  const avatar = row.querySelector(".avatar");
  avatar.textContent = [...author.display_name].slice(0, 1).join("").toUpperCase();
  const name = row.querySelector(".message__author");
  name.textContent = author.display_name;
  avatar.dataset.hue = name.dataset.hue = hue;
  showServerHtml(row.querySelector(".message__body"), message.html);
}

/** The server has it: `message` is it or its `ack`. */
export function confirmRow(row, { id, seq, created_at }) {
  Object.assign(row.dataset, { messageId: id, seq, state: "sent" });
  delete row.dataset.waiting;
  row.querySelector(".message__failed")?.remove();
  showTime(row.querySelector(".message__time"), Date.parse(created_at));
}

/** Its place among the messages of the room; what is on its way comes last. */
export const seqOf = (row) => Number(row.dataset.seq || Infinity);

/** When it was said. */
export const timeOf = (row) => Date.parse(row.querySelector(".message__time").dateTime);

/** Puts in the days and lets neighbours of one author stand together. */
export function arrange(rows) {
  const dividers = new Map();
  for (const divider of rows.querySelectorAll(".log__day")) {
    const { dateTime } = divider.firstElementChild;
    if (dividers.has(dateTime)) divider.remove();
    else dividers.set(dateTime, divider);
  }
  let before = null;
  for (const row of rows.querySelectorAll(".message")) {
    const time = timeOf(row);
    const day = dayOf(time);
    const isNewDay = day !== before?.day;
    const unread = unreadBefore(row);
    if (isNewDay) {
      const divider = dividers.get(day) ?? fromTemplate("day-divider");
      dividers.delete(day);
      showDay(divider.firstElementChild, time);
      const place = unread ?? row;
      if (place.previousElementSibling !== divider) place.before(divider);
    }
    const follows = row.dataset.author === before?.author && time - before.time <= TOGETHER_MS;
    row.toggleAttribute("data-grouped", follows && !isNewDay && !unread);
    before = { author: row.dataset.author, time, day };
  }
  for (const divider of dividers.values()) divider.remove();
}

/** The line above a row that says that what is new begins there. */
export function unreadBefore(row) {
  const line = row.previousElementSibling;
  return line?.id === "unread" ? line : null;
}

/** Moves that line above a row, or takes it away. */
export function showUnreadLine(row) {
  const line = document.getElementById("unread") ?? fromTemplate("unread-divider");
  if (row) row.before(line);
  else line.remove();
}

/** Shows the times of the rows that the server wrote. */
export function localise(rows) {
  for (const row of rows.querySelectorAll(".message")) {
    showTime(row.querySelector(".message__time"), timeOf(row));
  }
  for (const divider of rows.querySelectorAll(".log__day")) divider.remove();
  arrange(rows);
}
