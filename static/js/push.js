// Whether this browser is told of messages while no page is open.

import { me } from "./page.js";

const API = "/api/v1/push/subscriptions";
/** Whether the person who is logged in wants to be told in this browser. */
const WANTED = `push-${me}`;

/** Whether this browser can be told at all. An iPhone can once the page is on its home screen. */
export const isSupported =
  "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

/** Whether it is told. */
export const isWanted = () =>
  isSupported && localStorage.getItem(WANTED) === "on" && Notification.permission === "granted";

/** Asks the browser, which asks the person: only ever after a click. Throws what went wrong. */
export async function turnOn() {
  const permission = await Notification.requestPermission();
  if (permission === "denied") {
    throw new Error("This browser does not let WhatsCrap notify you. Its settings for this site can change that.");
  }
  if (permission !== "granted") throw new Error("You were asked and did not answer. Nothing is sent.");
  await subscribe();
  localStorage.setItem(WANTED, "on");
}

/** Tells this browser no more. */
export async function turnOff() {
  localStorage.removeItem(WANTED);
  const subscription = await current();
  if (!subscription) return;
  await send("DELETE", { endpoint: subscription.endpoint });
  await subscription.unsubscribe();
}

/** A subscription that was lost, by the browser or with a login, is made anew at the next visit. */
export async function renew() {
  if (!isWanted()) return;
  const subscription = await current();
  const answer = await fetch(API, { headers: { accept: "application/json" } });
  if (!answer.ok) return;
  const { subscriptions } = await answer.json();
  const isKnown = subscriptions.some(({ current: isMine }) => isMine);
  if (!subscription || !isKnown) await subscribe();
}

/** The worker that shows what is pushed. */
export const worker = async () =>
  isSupported ? navigator.serviceWorker.getRegistration("/") : undefined;

async function current() {
  const registration = await worker();
  return registration?.pushManager.getSubscription();
}

// No other script ever becomes a worker.
const policy = globalThis.trustedTypes?.createPolicy("our-worker", {
  createScriptURL: () => "/sw.js",
});

/** Starts the worker that shows what is pushed, and keeps what was read. */
export async function register() {
  if (!("serviceWorker" in navigator)) return null;
  const url = policy?.createScriptURL("") ?? "/sw.js";
  await navigator.serviceWorker.register(url, { scope: "/", updateViaCache: "none" });
  return navigator.serviceWorker.ready;
}

async function subscribe() {
  const registration = await register();
  const answer = await fetch("/api/v1/push/key");
  const { key } = await answer.json();
  const options = { userVisibleOnly: true, applicationServerKey: key };
  let subscription;
  try {
    subscription = await registration.pushManager.subscribe(options);
  } catch (error) {
    // It was made with another key, by a server that has lost its own since.
    const old = await registration.pushManager.getSubscription();
    if (!old) throw new Error(`The browser's push service did not answer: ${error.message}`);
    await old.unsubscribe();
    subscription = await registration.pushManager.subscribe(options);
  }
  await send("POST", subscription.toJSON());
}

async function send(method, body) {
  const answer = await fetch(API, {
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (answer.ok) return;
  const problem = await answer.json().catch(() => null);
  throw new Error(problem?.title ?? `The server answered ${answer.status}.`);
}
