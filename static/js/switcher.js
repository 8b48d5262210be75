// Goes anywhere by the keyboard: finds my rooms, people, messages and commands, and opens or does
// what is chosen.

import { fittingCommands } from "./commands.js";
import { fromTemplate, get, me, send } from "./page.js";
import { textOf } from "./parts.js";
import { showAvatar } from "./rows.js";
import { shortDay } from "./times.js";

/** So long after the last key the server is asked. */
const SETTLE_MS = 120;
const MOST = 8;
const MOST_MESSAGES = 5;
/** Messages are not sought by less than this. */
const FEWEST_LETTERS = 3;

const dialog = document.getElementById("switcher");
const text = dialog.querySelector(".switcher__text");
const list = dialog.querySelector(".switcher__list");
const empty = dialog.querySelector(".switcher__empty");
const status = dialog.querySelector("[role=status]");

let rooms = [];
let chosen = 0;
let timer = null;
/** Counts the searches: an answer to an earlier one comes too late. */
let search = 0;

document.addEventListener("keydown", (event) => {
  const isCall = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
  if (!isCall || event.altKey || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  if (dialog.open) dialog.close();
  else open();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-opens=switcher]")) return;
  event.preventDefault();
  open();
});

dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
});

text.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(find, SETTLE_MS);
});

text.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) choose(chosen + step);
  else if (event.key === "Enter") list.children[chosen]?.click();
  else return;
  event.preventDefault();
});

async function open() {
  if (document.querySelector("dialog:modal")) return;
  text.value = "";
  dialog.showModal();
  text.focus();
  rooms = (await get("/rooms").catch(() => ({ rooms: [] }))).rooms;
  find();
}

async function find() {
  const mine = ++search;
  const wanted = text.value.trim();
  const typed = encodeURIComponent(wanted);
  const seeks = [...wanted].length >= FEWEST_LETTERS;
  const [{ users }, { hits }] = await Promise.all([
    get(`/users?limit=${MOST}&q=${typed}`).catch(() => ({ users: [] })),
    seeks ? get(`/search?limit=${MOST_MESSAGES}&q=${typed}*`).catch(() => ({ hits: [] })) : { hits: [] },
  ]);
  if (mine === search) show(wanted, fitting(wanted).slice(0, MOST), users, hits);
}

/** My rooms of which some word begins so, the unread first. */
function fitting(wanted) {
  const key = wanted.toLocaleLowerCase();
  const words = (name) => [name, ...name.split(/\s+/)].map((word) => word.toLocaleLowerCase());
  return rooms
    .filter(({ name }) => words(name).some((word) => word.startsWith(key)))
    .toSorted((one, other) => Number(other.unread > 0) - Number(one.unread > 0));
}

function show(wanted, found, people, hits) {
  // With someone one has a room with already, the room says it all.
  const met = new Set(found.filter(({ people }) => people.length === 1).map(({ people }) => people[0].id));
  const options = [
    ...found.map(roomOption),
    ...people.filter(({ id }) => !met.has(id) && id !== me).map(personOption),
    ...fittingCommands(wanted).map(commandOption),
    ...hits.map(messageOption),
  ];
  options.forEach((option, place) => (option.id = `switcher-option-${place}`));
  list.replaceChildren(...options);
  empty.hidden = options.length > 0;
  status.textContent = options.length ? `${options.length} found` : empty.textContent;
  choose(0);
}

function roomOption({ id, name, kind, people, unread }) {
  const hint = unread ? `${unread} unread` : { public: "Room", private: "Private room", direct: "" }[kind];
  const face = kind === "direct" ? people[0] : null;
  return option(face ?? { id, display_name: kind === "direct" ? name : "#" }, name, hint, () => goTo(id));
}

function personOption(person) {
  return option(person, person.display_name, `@${person.username}`, async () => {
    const { room } = await send("POST", "/rooms/direct", { users: [person.id] });
    goTo(room.id);
  });
}

function commandOption({ name, act }) {
  return option({ id: "", display_name: "›" }, name, "Command", async () => {
    dialog.close();
    await act();
  });
}

function messageOption({ message, room }) {
  const { author, html, seq, created_at: at } = message;
  const said = textOf(html) || message.attachments.map(({ name }) => name).join(", ");
  const hint = `${room.name}, ${shortDay(Date.parse(at))}`;
  return option(author, `${author.display_name}: ${said}`, hint, () => goTo(`${room.id}?at=${seq}`));
}

function option(face, name, hint, act) {
  const item = fromTemplate("switcher-option");
  showAvatar(item.querySelector(".avatar"), face);
  item.querySelector(".switcher__name").textContent = name;
  item.querySelector(".switcher__hint").textContent = hint;
  item.addEventListener("click", () => {
    Promise.resolve(act()).catch(() => (status.textContent = "That did not work: try again."));
  });
  item.addEventListener("pointermove", () => choose([...list.children].indexOf(item)));
  return item;
}

function goTo(place) {
  dialog.close();
  location.assign(`/chat/room/${place}`);
}

function choose(place) {
  const options = [...list.children];
  chosen = options.length ? (place + options.length) % options.length : 0;
  options.forEach((option, at) => (option.ariaSelected = String(at === chosen)));
  const option = options[chosen];
  if (option) text.setAttribute("aria-activedescendant", option.id);
  else text.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}
