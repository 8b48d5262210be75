// What a message's row may have beside its text: a quote, reactions, and what is said about it.

import { showAttachments } from "./attachments.js";
import { fromTemplate, me, room, showServerHtml } from "./page.js";
import { knownName } from "./names.js";
import { linkRooms } from "./room_links.js";
import { fullTime } from "./times.js";

const MOST_EXCERPT = 140;

/** The row of a message of the server, if it is shown. */
export const rowOf = (id) => document.getElementById(`m-${id}`);

/** Puts all of it into the row, as the server has it. */
export function fillParts(row, message) {
  const { reply_to: quote, reactions, edited_at: editedAt, deleted_at: deletedAt } = message;
  row.dataset.version = message.version;
  row.toggleAttribute("data-deleted", Boolean(deletedAt));
  showText(row.querySelector(".message__body"), message);
  showAttachments(row, message.attachments);
  showQuote(row, quote);
  showReactions(row, reactions);
  showEdited(row, deletedAt ? null : editedAt);
  if (deletedAt) for (const each of row.querySelectorAll(".message__undo, .message__note")) each.remove();
}

/** Lets what the server wrote do something, and reads as this browser's owner has it. */
export function enlivenParts(row) {
  linkRooms(row.querySelector(".message__body"));
  const edited = row.querySelector(".message__edited");
  if (edited) showEdited(row, edited.title);
  const reactions = reactionsOf(row);
  if (reactions.length) showReactions(row, reactions);
  const quote = row.querySelector(".quote");
  if (quote) showAuthor(quote, quote.querySelector(".quote__author").textContent);
}

function showText(body, { html, deleted_at: deletedAt }) {
  if (deletedAt) body.textContent = "Message deleted";
  else if (body.innerHTML !== html) {
    showServerHtml(body, html);
    linkRooms(body);
  }
}

// Emphasis, code, links, escapes; what begins a block; shortcodes.
const MARKUP = /[*_~`\\]|\]\(|^[ \t]*(?:[>#=+-]|\d+[.)])|:[\w+-]+:/m;
const WORDS = /[\p{L}\p{N}]/u;

/** Whether the server may show what somebody typed otherwise than `showPlain` does: markup, and
 * emoji alone. It may say so for nothing. */
export const mayBecomeOther = (text) => MARKUP.test(text) || (text && !WORDS.test(text));

/** Shows what somebody typed. Where it holds no markup, that is what the server makes of it. */
export function showPlain(body, text) {
  const paragraphs = text.split(/\n[ \t]*(?:\n[ \t]*)+/).map((words) => {
    const paragraph = document.createElement("p");
    for (const line of words.split(/[ \t]*\n/)) {
      if (paragraph.childNodes.length) paragraph.append(document.createElement("br"));
      paragraph.append(line);
    }
    return paragraph;
  });
  body.replaceChildren(...paragraphs);
}

function showEdited(row, at) {
  row.querySelector(".message__edited")?.remove();
  if (!at) return;
  const mark = fromTemplate("message-edited");
  mark.title = `Edited ${fullTime(Date.parse(at))}`;
  // What it said before is for its author, and for those who keep order.
  mark.disabled = !("own" in row.dataset || room.moderates);
  row.querySelector(".message__time").before(mark);
}

// Quotes.

/** Shows what a message answers. */
export function showQuote(row, quote) {
  row.querySelector(".message__bubble > .quote")?.remove();
  if (!quote) return;
  const link = fromTemplate("message-quote");
  link.href = `?at=${quote.seq}`;
  Object.assign(link.dataset, { quotes: quote.id, seq: quote.seq });
  showAuthor(link, quote.author);
  showExcerpt(link, quote.excerpt);
  row.querySelector(".message__body").before(link);
}

// By the name that the log shows, if it shows what is quoted.
function showAuthor(link, username) {
  const quoted = rowOf(link.dataset.quotes);
  const name = quoted?.querySelector(".message__author").textContent;
  link.querySelector(".quote__author").textContent = name ?? username;
}

/** A message as those show it that answer it. */
export const quoteOf = (row) => ({
  id: row.dataset.messageId,
  seq: Number(row.dataset.seq),
  author: row.querySelector(".message__author").textContent,
  excerpt: excerptOf(textOf(row.querySelector(".message__body").innerHTML) || namesOf(row)),
});

const namesOf = (row) =>
  [...row.querySelectorAll(".attachments [data-name], .attachment__name")]
    .map((file) => file.dataset.name ?? file.textContent)
    .join(", ");

/** Lets the quotes of a message say what it says now. */
export function followQuotes(log, { id, html, attachments, deleted_at: deletedAt }) {
  for (const link of log.querySelectorAll(`[data-quotes="${CSS.escape(id)}"]`)) {
    const names = attachments.map(({ name }) => name).join(", ");
    showExcerpt(link, deletedAt ? "" : excerptOf(textOf(html) || names));
  }
}

/** What a message says, in the words that are shown. */
export function textOf(html) {
  const body = document.createElement("div");
  showServerHtml(body, html);
  for (const end of body.querySelectorAll("p, li, pre, br")) end.after(" ");
  return body.textContent.replace(/\s+/g, " ").trim();
}

function showExcerpt(link, excerpt) {
  const text = link.querySelector(".quote__excerpt");
  text.textContent = excerpt || "Message deleted";
  text.toggleAttribute("data-deleted", !excerpt);
}

function excerptOf(text) {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > MOST_EXCERPT ? `${line.slice(0, MOST_EXCERPT)}…` : line;
}

// Reactions.

/** The reactions that a row shows. */
export const reactionsOf = (row) =>
  [...row.querySelectorAll(".reaction[data-emoji]")].map(({ dataset, lastElementChild }) => ({
    emoji: dataset.emoji,
    count: Number(lastElementChild.textContent),
    users: dataset.users.split(" ").filter(Boolean),
  }));

/** Shows reactions, each in its button, which keeps the focus if it has it. */
export function showReactions(row, reactions) {
  const shown = row.querySelector(".message__reactions");
  if (reactions.length === 0) return shown?.remove();
  const list = shown ?? fromTemplate("message-reactions");
  if (!shown) row.querySelector(".message__bubble").after(list);
  if (!list.querySelector(".reaction--add")) {
    list.append(fromTemplate("message-reactions").lastElementChild);
  }
  const buttons = new Map();
  for (const button of list.querySelectorAll(".reaction[data-emoji]")) {
    if (reactions.some(({ emoji }) => emoji === button.dataset.emoji)) {
      buttons.set(button.dataset.emoji, button);
    } else button.parentElement.remove();
  }
  let place = list.firstElementChild;
  for (const reaction of reactions) {
    const item = buttons.get(reaction.emoji)?.parentElement ?? fromTemplate("message-reaction");
    if (item === place) place = place.nextElementSibling;
    else place.before(item);
    fillReaction(item.firstElementChild, reaction);
  }
}

function fillReaction(button, { emoji, count, users }) {
  button.disabled = false;
  button.ariaPressed = String(users.includes(me));
  Object.assign(button.dataset, { emoji, users: users.join(" ") });
  button.firstElementChild.textContent = emoji;
  button.lastElementChild.textContent = count;
  const names = named(users.map(knownName), count);
  button.ariaLabel = `${emoji} ${count}${names && `: ${names}`}`;
}

/** Names in one line, with how many more there are. */
export function named(names, count) {
  const known = names.filter(Boolean);
  const others = count - known.length;
  if (known.length && others) known.push(`${others} more`);
  return new Intl.ListFormat("en").format(known);
}

/** Says something about a message, at its row, until something else is. */
export function noteAt(row, words) {
  row.querySelector(".message__note")?.remove();
  if (!words) return;
  const note = fromTemplate("message-note");
  row.querySelector(".message__bubble").append(note);
  note.textContent = words;
}

/** Why something was refused, in a sentence. */
export const reason = ({ title }, what) =>
  title ? `${what}: ${title}.` : `${what}: the server is out of reach. Try again.`;
