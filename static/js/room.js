// The page of a room: puts together the log, the composer and what connects them to the server.

import { announce, say } from "./announcer.js";
import { attention } from "./attention.js";
import { offerCopies } from "./code_copy.js";
import { Composer } from "./composer.js";
import { offerFormatting } from "./composer_format.js";
import { showConnection } from "./connection.js";
import { offerPreview } from "./formatting.js";
import { History } from "./history.js";
import { Jump } from "./jump.js";
import { Lightbox } from "./lightbox.js";
import { Log } from "./log.js";
import { notice } from "./notices.js";
import { Outbox } from "./outbox.js";
import { fromTemplate, me, room } from "./page.js";
import { followPeople } from "./people.js";
import { Presence } from "./presence.js";
import { Reading } from "./reading.js";
import { followJumps } from "./replying.js";
import { makePendingRow, showAvatar } from "./rows.js";
import { Seen } from "./seen.js";
import { Sidebar } from "./sidebar.js";
import { Socket } from "./socket.js";
import { Typing } from "./typing.js";

/** A message that is sent within this time never looked as if it was waiting. */
const PENDING_MS = 300;

const log = new Log();
const socket = new Socket(room);
const sidebar = new Sidebar(socket, () => reading.isAttended);
const outbox = new Outbox(socket);
const history = new History(log);
const reading = new Reading(log, socket, (seq) => sidebar.read(room.id, seq));
const jump = new Jump(log, goToNewest);
new Lightbox(log.element);
new Seen(log, socket);
offerCopies(log.element);
followJumps(log, history);
showConnection(socket);
notice(socket, (id) => id === room.id && attention.attends);
followPeople(socket);
new Presence(socket);

async function markUnread(row) {
  const done = await reading.markUnread(row).then(() => true, () => false);
  say(done ? "Unread from here on." : "That did not work: try again.");
}

async function goToNewest() {
  if (log.has("after")) await history.showNewest().catch(() => {});
  else log.goToEnd();
}

// What comes from the server.

let arrived = [];

socket.addEventListener("message", ({ detail: { room: id, message } }) => {
  if (id !== room.id) return;
  // What comes at once is shown at once: a busy room changes the page once a moment.
  if (arrived.length === 0) setTimeout(showArrived);
  arrived.push(message);
});

function showArrived() {
  const messages = arrived;
  arrived = [];
  const news = messages.filter(({ seq, author }) => seq > log.lastSeq && author.id !== me);
  const follow = log.isAtEnd;
  reading.arrived(log.receive(messages));
  if (follow) log.goToEnd("instant");
  jump.count(news.length);
  for (const { author } of news) introduce(author);
  if (attention.attends) news.forEach(announce);
}

socket.addEventListener("synced", ({ detail }) => {
  if (detail.room === room.id && detail.reset) location.reload();
});

socket.addEventListener("room", ({ detail }) => {
  const { id, name, archived_at: archivedAt } = detail.room;
  if (id !== room.id) return;
  document.getElementById("room-name").textContent = name;
  log.element.ariaLabel = `Messages in ${name}`;
  if (!form) return;
  // Loaded anew, the page says why there is no field any more.
  if (archivedAt) return location.reload();
  const text = form.elements.body;
  text.placeholder = text.ariaLabel = `Message ${name}`;
});

socket.addEventListener("left", ({ detail }) => {
  if (detail.room !== room.id) return;
  document.getElementById("composer")?.remove();
  document.getElementById("room-left").hidden = false;
});

// Whoever writes is in the room, also if they came after this page.
function introduce(person) {
  const people = document.querySelector(".details__people");
  if (people.querySelector(`[data-user="${CSS.escape(person.id)}"]`)) return;
  const item = people.firstElementChild.cloneNode(true);
  item.dataset.user = person.id;
  const name = item.querySelector(".details__name");
  name.textContent = person.display_name;
  name.dataset.nameOf = person.id;
  item.querySelector(".details__role")?.remove();
  item.querySelector(".presence").dataset.presenceOf = person.id;
  const status = item.querySelector(".details__status");
  status.dataset.statusOf = person.id;
  // An author comes without it: it is told when it changes.
  status.hidden = true;
  showAvatar(item.querySelector(".avatar"), person);
  people.append(item);
}

// What one writes oneself.

function show(entry) {
  const row = log.row(entry.client_id) ?? makePendingRow(entry);
  if (!row.isConnected) log.append(row);
  if (entry.failure) return showFailure(row, entry);
  row.dataset.state = "pending";
  row.querySelector(".message__failed")?.remove();
  setTimeout(() => {
    row.toggleAttribute("data-waiting", row.dataset.state === "pending");
  }, PENDING_MS);
}

function showFailure(row, entry) {
  row.dataset.state = "failed";
  delete row.dataset.waiting;
  const failed = fromTemplate("message-failed");
  failed.querySelector(".message__reason").textContent = `Not sent: ${entry.failure}.`;
  failed.querySelector("[data-action=retry]").addEventListener("click", () => {
    outbox.retry(entry);
    show({ ...entry, failure: null });
    composer?.focus();
  });
  failed.querySelector("[data-action=discard]").addEventListener("click", async () => {
    await outbox.discard(entry);
    log.keepPlace(() => row.remove());
    composer?.focus();
  });
  row.querySelector(".message__bubble").append(failed);
}

outbox.addEventListener("sent", ({ detail: { entry, ack } }) => log.confirm(entry.client_id, ack));
outbox.addEventListener("failed", ({ detail: entry }) => {
  const row = entry.room === room.id && log.row(entry.client_id);
  if (row) showFailure(row, entry);
});

function send(content) {
  reading.wrote();
  const { entry, kept } = outbox.write(content);
  showSent(entry);
  return kept;
}

async function showSent(entry) {
  if (log.has("after")) await history.showNewest().catch(() => {});
  // It may have been faster than the page it belongs to.
  if (!log.row(entry.client_id)) show(entry);
}

const form = document.getElementById("composer");
const composer = form && new Composer(form, send);
if (form) {
  new Typing(socket, form);
  offerFormatting(form.elements.body);
  offerPreview(form);
}
for (const entry of await outbox.entries()) show(entry);

// What answers to what one does comes after what one sees.
import("./card.js");
const { Actions } = await import("./actions.js");
new Actions(log, composer, markUnread);
