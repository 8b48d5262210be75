// What this browser keeps: drafts, and unsent messages. The latter outlive the page in IndexedDB,
// or, where there is none, live as long as it.

import { me } from "./page.js";

const draftKey = (room) => `draft:${me}:${room}`;

/** What was begun in a room and not sent. */
export const readDraft = (room) => localStorage.getItem(draftKey(room)) ?? "";

export function keepDraft(room, text) {
  if (text.trim()) localStorage.setItem(draftKey(room), text);
  else localStorage.removeItem(draftKey(room));
}

const database = new Promise((resolve) => {
  const opening = indexedDB.open("whatscrap", 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore("unsent", { keyPath: "client_id" });
  };
  opening.onsuccess = () => resolve(opening.result);
  opening.onerror = () => resolve(null);
});

const memory = new Map();

async function access(mode, act) {
  const open = await database;
  if (!open) return null;
  return new Promise((resolve, reject) => {
    const transaction = open.transaction("unsent", mode);
    const request = act(transaction.objectStore("unsent"));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = () => reject(transaction.error);
  });
}

/** Keeps an entry, in place of one of the same `client_id`. */
export async function keep(entry) {
  memory.set(entry.client_id, entry);
  await access("readwrite", (store) => store.put(entry));
}

export async function forget(clientId) {
  memory.delete(clientId);
  await access("readwrite", (store) => store.delete(clientId));
}

/** Everything kept, oldest first. */
export async function all() {
  const entries = (await access("readonly", (store) => store.getAll())) ?? [...memory.values()];
  return entries.sort((a, b) => a.order - b.order);
}
