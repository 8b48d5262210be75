// The account menu: one's status, being seen as away, and not being disturbed.

import { get, send } from "./page.js";

const MINUTE_MS = 60_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const menu = document.getElementById("account");
const form = menu.querySelector("form");
const { status, status_until: statusUntil, dnd, away } = form.elements;
const dndNote = menu.querySelector("[data-dnd-note]");
const statusNote = menu.querySelector("[data-status-note]");
const problem = menu.querySelector("[role=alert]");
const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "short", hour: "2-digit", minute: "2-digit" });
let timer = null;
/** One change after the other: the last of two quick choices holds. */
let turn = Promise.resolve();

form.addEventListener("submit", (event) => {
  event.preventDefault();
  change({ status: status.value, status_until: end(statusUntil.value) });
});
menu.querySelector("[data-clear-status]").addEventListener("click", () => {
  status.value = "";
  change({ status: null });
});
for (const preset of menu.querySelectorAll("[data-preset]")) {
  preset.addEventListener("click", () => {
    status.value = preset.dataset.preset;
    statusUntil.value = preset.dataset.until;
    status.focus();
  });
}
away.addEventListener("change", () => change({ away: away.checked }));
dnd.addEventListener("change", () => change({ dnd_until: end(dnd.value) }));
// Another device may have changed it.
document.addEventListener("me", () => look());
show({
  status: status.value || null,
  status_until: menu.dataset.statusUntil || null,
  dnd_until: menu.dataset.dndUntil || null,
  away: away.checked,
});

/** When something ends that is chosen now: after minutes, or at the end of the day or week. */
function end(choice) {
  if (!choice) return null;
  const now = new Date();
  if (choice === "today") now.setHours(23, 59, 59, 0);
  else if (choice === "tomorrow") now.setHours(24 + 8, 0, 0, 0);
  else if (choice === "week") now.setHours(24 * (7 - ((now.getDay() + 6) % 7)), 0, 0, 0);
  else now.setTime(now.getTime() + Number(choice) * MINUTE_MS);
  return now.toISOString();
}

function change(fields) {
  turn = turn.then(() => tell(fields));
}

async function tell(fields) {
  problem.hidden = true;
  try {
    show((await send("PATCH", "/me", fields)).user);
  } catch (error) {
    problem.textContent = error.title ? `${error.title}.` : "That did not work. Try again.";
    problem.hidden = false;
  }
}

async function look() {
  const answer = await get("/me").catch(() => null);
  if (answer) show(answer.user);
}

function show(user) {
  if (document.activeElement !== status) status.value = user.status ?? "";
  statusNote.textContent = user.status_until ? `Until ${moment(user.status_until)}` : "";
  // Only a choice that differs from what is shown is one. Arrows go on from what they chose.
  dnd.options[0].hidden = !user.dnd_until;
  if (document.activeElement !== dnd) dnd.value = user.dnd_until ? "on" : "";
  dndNote.textContent = user.dnd_until ? `On until ${moment(user.dnd_until)}` : "";
  away.checked = user.away;
  menu.toggleAttribute("data-dnd", Boolean(user.dnd_until));
  for (const mark of document.querySelectorAll("[data-own-status]")) {
    mark.textContent = user.status ?? mark.dataset.ownStatus;
  }
  for (const mark of document.querySelectorAll("[data-own-dnd]")) mark.hidden = !user.dnd_until;
  // What ends by itself is looked at again then.
  clearTimeout(timer);
  const ends = [user.status_until, user.dnd_until].filter(Boolean).map(Date.parse);
  const wait = Math.min(...ends) - Date.now();
  if (wait < LONGEST_TIMER_MS) timer = setTimeout(look, Math.max(wait, 0) + 1_000);
}

function moment(iso) {
  const at = new Date(iso);
  return (at.toDateString() === new Date().toDateString() ? time : day).format(at);
}
