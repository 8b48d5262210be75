// What every module needs to know of the page.

/** The id of who is logged in. */
export const me = document.querySelector(".shell").dataset.user;

/** What the server wrote about the open room; without an `id` on other pages. */
export const room = {
  get name() {
    return document.getElementById("room-name").textContent;
  },
};

let visit = new AbortController();

/** Reads what the page says of its room. What belonged to the one before ends. */
export function readRoom() {
  visit.abort();
  visit = new AbortController();
  const main = document.getElementById("room");
  if (!main) return;
  const { dataset } = main;
  Object.assign(room, {
    id: dataset.room,
    epoch: dataset.epoch,
    version: Number(dataset.version),
    lastSeq: Number(dataset.lastSeq),
    readSeq: Number(dataset.readSeq),
    /** For how long one may change what one said. */
    editMs: Number(dataset.editMs || Infinity),
    /** Whether one may delete what others said. */
    moderates: "moderates" in dataset,
    /** Up to where others have read, by their ids, of those who show it. */
    seen: JSON.parse(dataset.seen),
  });
}

/** For listeners that end when one leaves the room. */
export const here = () => ({ signal: visit.signal });

let isLoggingOut = false;
document.querySelector(".account__log-out").addEventListener("submit", () => {
  isLoggingOut = true;
});

/** Goes to the login page, and back here after it; but whoever logs out is on the way already. */
export function toLogin() {
  if (isLoggingOut) return;
  const next = encodeURIComponent(location.pathname + location.search);
  location.assign(`/auth/login?next=${next}`);
}

/** Reads from the JSON API. Throws if the answer is no success. */
export async function get(path) {
  const answer = await fetch(`/api/v1${path}`, { headers: { accept: "application/json" } });
  if (answer.status === 401) toLogin();
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

/** Asks the JSON API to do something. Throws the problem if the answer is no success. */
export async function send(method, path, body, how = {}) {
  const headers = { accept: "application/json", "content-type": "application/json" };
  const request = { method, headers, body: JSON.stringify(body), ...how };
  const answer = await fetch(`/api/v1${path}`, request);
  if (answer.status === 401) toLogin();
  const said = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw Object.assign(new Error(said.title), said);
  return said;
}

// The server escapes what people write; nothing else ever becomes HTML.
const policy = globalThis.trustedTypes?.createPolicy("server-html", { createHTML: (html) => html });

/** Shows the `html` of a message, and only that. */
export function showServerHtml(element, html) {
  element.innerHTML = policy?.createHTML(html) ?? html;
}

/** A page of the server, of which nothing runs. */
export const parsePage = (html) =>
  new DOMParser().parseFromString(policy?.createHTML(html) ?? html, "text/html");

/** Whether a message comes because it is new, and not because it was changed. */
export const isNew = ({ edited_at: edited, deleted_at: deleted, reactions }) =>
  !edited && !deleted && reactions.length === 0;

/** A copy of what a `<template>` holds. */
export function fromTemplate(id) {
  return document.importNode(document.getElementById(id).content.firstElementChild, true);
}

/** Whether letters without a modifier are commands: one may switch that off. */
export const hasSingleKeys = () => document.documentElement.dataset.singleKeys !== "off";

const isCalm = matchMedia("(prefers-reduced-motion: reduce)");

/** How to scroll for those who do not mind motion, and for those who do. */
export const scrollBehavior = () => (isCalm.matches ? "instant" : "smooth");

/** Makes a change, and shows from where to where, where the browser can and motion is welcome. */
export async function withTransition(change) {
  if (!document.startViewTransition || isCalm.matches) return change();
  const { ready, updateCallbackDone } = document.startViewTransition(change);
  // It is skipped where nobody looks.
  ready.catch(() => {});
  await updateCallbackDone;
}
