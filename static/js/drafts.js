// What was begun and not sent, kept for each room in this browser.

import { me } from "./page.js";

const key = (room) => `draft:${me}:${room}`;

export const readDraft = (room) => localStorage.getItem(key(room)) ?? "";

export function keepDraft(room, text) {
  if (text.trim()) localStorage.setItem(key(room), text);
  else localStorage.removeItem(key(room));
}
