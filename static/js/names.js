// What people are called, by their ids: as the page shows it, or as the server says.

import { get, me } from "./page.js";

const told = new Map();

/** What the page knows; "" if it does not know them. */
export function knownName(user) {
  if (user === me) return "you";
  const shown = document.querySelector(`[data-name-of="${CSS.escape(user)}"]`);
  return shown?.textContent || told.get(user) || "";
}

export async function nameOf(user) {
  const known = knownName(user);
  if (known) return known;
  const answer = await get(`/users/${user}`).catch(() => null);
  if (answer) told.set(user, answer.user.display_name);
  return told.get(user) ?? "Somebody";
}
