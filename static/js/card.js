// Shows who somebody is, beside their name or picture: a moment after the pointer rests on it, or at
// once when it is pressed. The pointer may move onto the card; Escape closes it (WCAG 1.4.13).

import { get } from "./page.js";
import { showAvatar } from "./rows.js";

const REST_MS = 450;
const LEAVE_MS = 250;
const GAP_PX = 8;

const card = document.getElementById("person-card");
const part = (name) => card.querySelector(`.card__${name}`);
const copy = card.querySelector("[data-action=copy]");
const NAMES = "[data-name-of], [data-avatar-of], .mention[data-user]";

let timer = null;
let shown = null;
/** Whether it was asked for, and not only passed by. */
let isPinned = false;

/** The name or picture that an event is about, and whose it is. */
function sought(target) {
  const near = target.closest?.(".message, .details__people li");
  const anchor = near && target.closest(NAMES);
  const id = anchor?.dataset.nameOf || anchor?.dataset.avatarOf || anchor?.dataset.user;
  return id ? { anchor, id } : null;
}

document.addEventListener("pointerover", ({ target, pointerType }) => {
  if (pointerType !== "mouse") return;
  if (card.contains(target)) return clearTimeout(timer);
  const found = sought(target);
  if (!found) return leaveSoon();
  clearTimeout(timer);
  if (shown === found.id && card.matches(":popover-open")) return;
  // It never takes the place of something that is open.
  if (document.querySelector("dialog:modal, :popover-open:not(#person-card)")) return;
  timer = setTimeout(() => open(found), REST_MS);
});

document.documentElement.addEventListener("pointerleave", leaveSoon);

document.addEventListener("click", (event) => {
  const found = sought(event.target);
  if (!found) return;
  clearTimeout(timer);
  open(found);
  isPinned = true;
  card.focus({ preventScroll: true });
});

// By keyboard: the name of the message that has the focus can be reached with Tab.
document.addEventListener("focusin", ({ target }) => reach(target, 0));
document.addEventListener("focusout", ({ target }) => reach(target, -1));

function reach(target, tabIndex) {
  const row = target.closest?.(".message");
  // One's own name shows in flat rows only.
  const isHidden = row?.hasAttribute("data-own") && document.documentElement.dataset.density !== "compact";
  const name = row?.querySelector(".message__author");
  if (name && !isHidden) name.tabIndex = tabIndex;
}

card.addEventListener("toggle", ({ newState }) => {
  if (newState === "closed") isPinned = false;
});

copy.hidden = !navigator.clipboard;
copy.addEventListener("click", async () => {
  await navigator.clipboard.writeText(part("username").textContent);
  copy.textContent = "Copied";
});

function leaveSoon() {
  clearTimeout(timer);
  if (isPinned || !card.matches(":popover-open") || card.contains(document.activeElement)) return;
  timer = setTimeout(() => card.hidePopover(), LEAVE_MS);
}

async function open({ anchor, id }) {
  const box = anchor.getBoundingClientRect();
  if (shown !== id || !card.matches(":popover-open")) fill(guess(anchor, id));
  shown = id;
  if (!card.matches(":popover-open")) card.showPopover();
  place(box);
  const answer = await get(`/users/${id}`).catch(() => null);
  if (!answer || shown !== id) return;
  fill(answer.user);
  place(box);
}

/** What the page knows before the server says more. */
function guess(anchor, id) {
  const near = anchor.closest(".message, li");
  const name = near.querySelector(`[data-name-of="${CSS.escape(id)}"]`);
  const picture = near.querySelector(`[data-avatar-of="${CSS.escape(id)}"] img`);
  return {
    id,
    username: "",
    display_name: (name ?? anchor).textContent.replace(/^@/, ""),
    avatar_url: picture?.getAttribute("src") ?? null,
    status: null,
  };
}

function fill(person) {
  showAvatar(card.querySelector(".avatar"), person);
  part("name").textContent = person.display_name;
  part("username").textContent = person.username && `@${person.username}`;
  card.querySelector(".presence").dataset.presenceOf = person.id;
  part("status").textContent = person.status ?? "";
  part("status").hidden = !person.status;
  card.querySelector("[name=user]").value = person.id;
  copy.textContent = "Copy @name";
}

/** Below the name, or above it where there is more room; never beyond the edge. */
function place(box) {
  const { offsetWidth: width, offsetHeight: height } = card;
  const below = box.bottom + GAP_PX;
  const top = below + height > innerHeight - GAP_PX ? box.top - height - GAP_PX : below;
  const left = Math.min(Math.max(box.left, GAP_PX), innerWidth - width - GAP_PX);
  Object.assign(card.style, { inset: "auto", left: `${left}px`, top: `${Math.max(top, GAP_PX)}px` });
}
