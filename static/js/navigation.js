// Goes from room to room without loading the page anew, where the browser has the Navigation API.
// Everywhere else, and with a modifier, a link is a link.

import { say } from "./announcer.js";
import { parsePage, room, withTransition } from "./page.js";

const ROOM = /^\/chat\/room\/[0-9a-f-]{36}$/;
/** What differs from room to room. */
const PARTS = ["main", ".details"];
/** Where the room is all there is in sight. */
const isPhone = matchMedia("(width < 45rem)");

/** `place` tells where one is in the open room, to come back to; `enter` begins another, there. */
export function goBetweenRooms({ place, enter }) {
  globalThis.navigation?.addEventListener("navigate", (event) => {
    const { destination, hashChange, downloadRequest, formData, navigationType: type } = event;
    const url = new URL(destination.url);
    const isPlain = event.canIntercept && !hashChange && downloadRequest === null && !formData;
    if (!isPlain || type === "reload" || !ROOM.test(url.pathname)) return;
    navigation.updateCurrentEntry({ state: place() });
    const back = type === "traverse" ? destination.getState() : null;
    const go = () => show(url, event.signal, () => enter(back));
    event.intercept({ scroll: "manual", focusReset: "manual", handler: go });
  });
}

async function show(url, signal, enter) {
  const page = await load(url, signal);
  if (signal.aborted) return;
  // What is no room, or cannot be had now, the browser or the worker shows.
  if (!page) return location.reload();
  const put = () => {
    if (signal.aborted) return;
    for (const part of PARTS) {
      document.querySelector(part).replaceWith(document.adoptNode(page.querySelector(part)));
    }
    document.title = page.title;
    enter();
    say(room.name);
  };
  if (isPhone.matches) await withTransition(put);
  else put();
}

async function load(url, signal) {
  try {
    const answer = await fetch(url, { headers: { accept: "text/html" }, signal });
    const page = answer.ok ? parsePage(await answer.text()) : null;
    return page?.getElementById("room") ? page : null;
  } catch {
    return null;
  }
}
