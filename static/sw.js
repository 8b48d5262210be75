// Shows what is pushed while no page is open, and leads to it. It caches nothing and touches no
// request: it only listens for pushes.

const API = "/api/v1";
const PAGE = "/chat/rooms";
const ICON = "/static/img/icon-192.png";
/** One colour, for the status line of a phone. */
const BADGE = "/static/img/badge-96.png";
/** What is shown of a push that cannot be read: browsers want something to be shown of each. */
const UNREADABLE = { title: "WhatsCrap", body: "Something new", count: 1, room: null, read: [] };

const ofRoom = (room) => `room-${room}`;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("push", (event) => event.waitUntil(show(parse(event.data))));
addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data));
});
addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));

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
