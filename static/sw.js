// Shows what is pushed while no page is open, and leads to it. And keeps what is needed to read on
// without a line: the pages' own files, and the rooms that were read last. A logout takes it all
// (`Clear-Site-Data`), and so does the end of a session.
//
// The server writes above this what the pages are made of: `const SHELL = ["/offline", …];`.

const API = "/api/v1";
const PAGE = "/chat/rooms";
const ICON = "/static/img/icon-192.png";
/** One colour, for the status line of a phone. */
const BADGE = "/static/img/badge-96.png";
/** What is shown of a push that cannot be read: browsers want something to be shown of each. */
const UNREADABLE = { title: "WhatsCrap", body: "Something new", count: 1, room: null, read: [] };

const OFFLINE = "/offline";
const KEPT = /^\/chat\/(rooms|unread|mentions|room\/[0-9a-f-]{36})$/;
const MOST_PAGES = 30;
/** Pages belong to the files that they were made with. */
const [FILES, PAGES] = [`files ${SHELL.join(" ")}`, `pages ${SHELL.join(" ")}`];

const ofRoom = (room) => `room-${room}`;

addEventListener("install", (event) => event.waitUntil(install(event)));
addEventListener("activate", (event) => event.waitUntil(activate()));
addEventListener("fetch", (event) => {
  const { method, mode, headers } = event.request;
  const { origin, pathname } = new URL(event.request.url);
  if (method !== "GET" || origin !== location.origin) return;
  const isPage = mode === "navigate" || headers.get("accept") === "text/html";
  if (isPage) event.respondWith(showPage(event, pathname));
  else if (SHELL.includes(pathname)) event.respondWith(showFile(event.request));
});
addEventListener("push", (event) => event.waitUntil(show(parse(event.data))));
addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data));
});
addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));

// What is kept.

async function install(event) {
  // What a page still says while it closes would be lost here; and nothing of the API is kept.
  const past = { condition: { urlPattern: "/api/*" }, source: "network" };
  await event.addRoutes?.([past]).catch(() => {});
  const files = await caches.open(FILES);
  await files.addAll(SHELL);
  await skipWaiting();
}

async function activate() {
  const old = (await caches.keys()).filter((name) => name !== FILES && name !== PAGES);
  await Promise.all(old.map((name) => caches.delete(name)));
  await registration.navigationPreload?.enable();
  await clients.claim();
}

async function showPage(event, pathname) {
  try {
    const answer = (await event.preloadResponse) ?? (await fetch(event.request));
    // What is not kept, as a large file, need not be held twice.
    const copy = KEPT.test(pathname) ? answer.clone() : answer;
    event.waitUntil(keep(pathname, event.request, copy));
    return answer;
  } catch {
    return (await kept(pathname)) ?? Response.error();
  }
}

async function keep(pathname, { url }, answer) {
  // Whoever has to log in is not who these were shown to.
  if (new URL(answer.url || url).pathname.startsWith("/auth/")) return caches.delete(PAGES);
  const isWhole = answer.ok && !answer.redirected && !new URL(url).search;
  if (!isWhole || !KEPT.test(pathname)) return;
  const pages = await caches.open(PAGES);
  // Put anew, it is the last of them.
  await pages.delete(pathname);
  await pages.put(pathname, answer);
  const all = await pages.keys();
  await Promise.all(all.slice(0, -MOST_PAGES).map((old) => pages.delete(old)));
}

async function kept(pathname) {
  const pages = await caches.open(PAGES);
  if (pathname === "/") {
    const last = (await pages.keys()).at(-1);
    if (last) return Response.redirect(last.url);
  }
  return (await pages.match(pathname)) ?? caches.match(OFFLINE);
}

async function showFile(request) {
  try {
    return await fetch(request);
  } catch (failure) {
    const kept = await caches.match(request, { ignoreSearch: true });
    if (!kept) throw failure;
    return kept;
  }
}

// What is pushed.

function parse(data) {
  try {
    const said = data.json();
    return said?.v === 1 ? said : UNREADABLE;
  } catch {
    return UNREADABLE;
  }
}

// One notification a room: the next one takes its place and counts on.
async function show({ room, seq, count, title, body, read }) {
  await withdraw(read);
  navigator.setAppBadge?.().catch(() => {});
  const tag = room ? ofRoom(room) : "whatscrap";
  const [before] = room ? await registration.getNotifications({ tag }) : [];
  const all = count + (before?.data?.count ?? 0);
  const url = room ? `/chat/room/${room}?at=${seq}` : PAGE;
  await registration.showNotification(title, {
    body: all > count ? counted(all, body) : body,
    tag,
    renotify: true,
    icon: ICON,
    badge: BADGE,
    timestamp: Date.now(),
    data: { room, seq, url, count: all },
  });
}

// What the server says of one message, or of a few, said of more.
function counted(all, body) {
  const text = body.replace(/^(New message$|\d+ new messages(: |$))/, "");
  return text ? `${all} new messages: ${text}` : `${all} new messages`;
}

async function withdraw(rooms = []) {
  for (const room of rooms) {
    const shown = await registration.getNotifications({ tag: ofRoom(room) });
    for (const notification of shown) notification.close();
  }
}

// To a page that shows the room already, or to any page of ours, or to a new one.
async function open({ room, url }) {
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const path = `/chat/room/${room}`;
  const there = room && pages.find((page) => new URL(page.url).pathname === path);
  if (there) return there.focus();
  const [any] = pages;
  if (!any) return clients.openWindow(url);
  // A page that this worker does not control yet cannot be led elsewhere.
  const focused = await any.focus();
  return focused.navigate(url).catch(() => clients.openWindow(url));
}

// The push service has changed a subscription, or taken it back.
async function renew({ oldSubscription, newSubscription }) {
  const subscription = newSubscription ?? (await subscribe());
  if (oldSubscription) {
    await send("DELETE", { endpoint: oldSubscription.endpoint });
  }
  await send("POST", subscription.toJSON());
}

async function subscribe() {
  const answer = await fetch(`${API}/push/key`);
  const { key } = await answer.json();
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

function send(method, body) {
  return fetch(`${API}/push/subscriptions`, {
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}
