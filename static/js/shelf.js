// What this browser keeps: drafts, emoji, and unsent messages. The latter outlive the page in
// IndexedDB, or, where there is none, live as long as it.

import { me } from "./page.js";

/** Under which a draft is kept, for those who follow it. */
export const draftKey = (room) => `draft:${me}:${room}`;

/** What was begun in a room and not sent. */
export const readDraft = (room) => localStorage.getItem(draftKey(room)) ?? "";

export function keepDraft(room, text) {
  change(room, () => {
    if (text.trim()) localStorage.setItem(draftKey(room), text);
    else localStorage.removeItem(draftKey(room));
  });
}

const withFiles = new Set();

/** Notes whether files are to be sent in a room. They live as long as the page. */
export function noteFiles(room, any) {
  change(room, () => {
    if (any) withFiles.add(room);
    else withFiles.delete(room);
  });
}

/** Whether something was begun in a room: words, or files. A `draft` event tells when that changes. */
export const hasDraft = (room) => Boolean(readDraft(room)) || withFiles.has(room);

function change(room, act) {
  const before = hasDraft(room);
  act();
  if (hasDraft(room) !== before) dispatchEvent(new Event("draft"));
}

const replyKey = (room) => `reply:${me}:${room}`;

/** What the draft of a room answers, as a quote; or `null`. */
export const readReply = (room) => read(replyKey(room), null);

export function keepReply(room, quote) {
  if (quote) localStorage.setItem(replyKey(room), JSON.stringify(quote));
  else localStorage.removeItem(replyKey(room));
}

const GOING = `deleting:${me}`;

/** What is about to be deleted, and when, by its path: a page that closes leaves it to the next. */
export const aboutToGo = () => read(GOING, {});

export function keepAboutToGo(path, at) {
  const { [path]: _, ...others } = aboutToGo();
  localStorage.setItem(GOING, JSON.stringify(at ? { ...others, [path]: at } : others));
}

const RECENT_EMOJI = "emoji";
const EMOJI_TONE = "emoji-tone";
const MOST_RECENT = 24;
const USUAL = ["👍", "❤️", "😂", "🎉", "😮", "😢"];

/** The emoji used last, then the usual ones. */
export const recentEmoji = () => [...new Set([...read(RECENT_EMOJI, []), ...USUAL])];

export function rememberEmoji(emoji) {
  const recent = [emoji, ...read(RECENT_EMOJI, []).filter((other) => other !== emoji)];
  localStorage.setItem(RECENT_EMOJI, JSON.stringify(recent.slice(0, MOST_RECENT)));
}

/** The skin tone of one's emoji, from 0 (none) to 5. */
export const emojiTone = () => read(EMOJI_TONE, 0);
export const keepEmojiTone = (tone) => localStorage.setItem(EMOJI_TONE, JSON.stringify(tone));

function read(key, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
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
export async function keepUnsent(entry) {
  memory.set(entry.client_id, entry);
  await access("readwrite", (store) => store.put(entry));
}

export async function forgetUnsent(clientId) {
  memory.delete(clientId);
  await access("readwrite", (store) => store.delete(clientId));
}

/** Everything kept, oldest first. */
export async function allUnsent() {
  const entries = (await access("readonly", (store) => store.getAll())) ?? [...memory.values()];
  return entries.sort((a, b) => a.order - b.order);
}
