// What is completed while one writes: the members of the room, one's rooms, and emoji.

import { search } from "./emoji.js";
import { get, me, room } from "./page.js";
import { showAvatar } from "./rows.js";
import { rememberEmoji } from "./shelf.js";

const MOST = 8;
const CALLS = [
  { username: "room", display_name: "Everyone in this room" },
  { username: "here", display_name: "Everyone who is online" },
];

const members = new Map();

async function membersOf(typed) {
  const key = `${room.id} ${typed}`;
  if (!members.has(key)) {
    const path = `/rooms/${room.id}/members?limit=${MOST + 1}&q=${encodeURIComponent(typed)}`;
    const answer = await get(path).catch(() => null);
    if (!answer) return [];
    const people = answer.members.map(({ user }) => user).filter(({ id }) => id !== me);
    members.set(key, people.slice(0, MOST));
  }
  return members.get(key);
}

/** `@people`, as `messages::mentions` reads them. */
const people = {
  typed: /(?:^|[^\p{L}\p{N}_\-+/=&%~@])@([\p{L}\p{M}\p{N}._-]{0,32})$/u,
  knows: (typed) => members.has(`${room.id} ${typed}`),
  async find(typed) {
    const calls = CALLS.filter(({ username }) => username.startsWith(typed));
    return [...(await membersOf(typed)), ...calls].map((person) => ({
      text: `@${person.username}`,
      name: person.display_name,
      hint: `@${person.username}`,
      face: (avatar) => (person.id ? showAvatar(avatar, person) : (avatar.textContent = "@")),
    }));
  },
};

/** `#rooms`, of which one sees the names at the side. */
const rooms = {
  typed: /(?:^|[\s(])#([\p{L}\p{M}\p{N}_-]{1,32})$/u,
  knows: () => true,
  async find(typed) {
    const links = [...document.querySelectorAll(".sidebar__rooms .room-link")];
    return links
      .filter((link) => link.querySelector(".room-link__kind").dataset.kind !== "direct")
      .map((link) => link.querySelector(".room-link__name").textContent)
      .filter((name) => name.toLowerCase().split(/\s+/).some((word) => word.startsWith(typed)))
      .slice(0, MOST)
      .map((name) => ({ text: `#${name}`, name, hint: "Room", face: plain("#") }));
  },
};

let isLoaded = false;

/** `:emoji:`, found by their names. */
const smileys = {
  typed: /(?:^|[\s([{"'*_~>])[:]([a-z0-9_+-]{2,32})$/iu,
  knows: () => isLoaded,
  async find(typed) {
    try {
      const found = await search(typed);
      isLoaded = true;
      return found.slice(0, MOST).map((found) => ({
        text: found.toned,
        chosen: () => rememberEmoji(found.toned),
        name: `:${found.codes[0] ?? found.name}:`,
        hint: found.codes.length ? found.name : "",
        face: plain(found.toned),
      }));
    } catch {
      return [];
    }
  },
};

const plain = (sign) => (avatar) => {
  avatar.textContent = sign;
  avatar.dataset.plain = "";
};

/** In every field in which one writes messages. */
export const completions = [people, rooms, smileys];
