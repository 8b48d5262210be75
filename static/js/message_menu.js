// The ways to what can be done with a message: the bar at its edge, its menu, a right click or a
// long press, and keys.

import { fromTemplate, hasSingleKeys, here } from "./page.js";
import { recentEmoji } from "./shelf.js";
import { writesOnGlass } from "./writing.js";

const menu = document.getElementById("message-menu");
const bar = document.getElementById("message-bar");
const MARGIN = 8;
const QUICK = 6;
const HOLD_MS = 450;
const SLIP_PX = 10;
/** Letters that act on the message that has the focus. */
const LETTERS = { r: "reply", e: "edit", "+": "react", u: "unread" };
/** What has a menu of its own, or none. */
const OWN_MENU = "a, img, video, audio, textarea, input, select";

/** `actions` maps each `data-action` to `{can(row), act(row, anchor, emoji)}`. */
export function offerActions(log, actions) {
  let row = null;
  let opener = null;
  /** Whether the finger that opened the menu has not lifted and come back: it chooses nothing yet. */
  let isHeld = false;
  log.dataset.actions = "";

  log.addEventListener("pointerover", ({ target, pointerType }) => {
    if (pointerType === "mouse") showBar(target.closest(".message"));
  });
  log.addEventListener("focusin", ({ target }) => showBar(target.closest(".message")));
  log.addEventListener("click", ({ target }) => {
    const button = target.closest(".message__actions button");
    if (!button) return;
    const { action } = button.dataset;
    if (action) act(action, button.closest(".message"), button);
    else open(button.closest(".message"), button.getBoundingClientRect(), button);
  });
  log.addEventListener("keydown", (event) => {
    const target = event.target.closest(".message");
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
    if (event.target !== target || !isPlain) return;
    const action = event.key === "Delete" ? "remove" : hasSingleKeys() && LETTERS[event.key];
    if (!action) return;
    event.preventDefault();
    act(action, target, target.querySelector(".message__bubble"));
  });
  log.addEventListener("contextmenu", (event) => {
    const target = event.target.closest(".message");
    const isTheirs = event.shiftKey || event.target.closest(OWN_MENU) || !getSelection().isCollapsed;
    if (!target || (isTheirs && event.pointerType !== "touch")) return;
    if (event.target.closest("textarea") || !fitting(target).length) return;
    event.preventDefault();
    if (menu.matches(":popover-open")) return;
    isHeld = event.pointerType === "touch";
    const { clientX: left, clientY: top } = event;
    // The key for the menu points at nothing.
    const point = left || top ? new DOMRect(left, top, 0, 0) : target.getBoundingClientRect();
    open(target, point, target);
  });
  holdToOpen(log, (target) => {
    if (menu.matches(":popover-open")) return;
    isHeld = true;
    open(target, target.getBoundingClientRect(), target);
  });

  menu.addEventListener("click", ({ target, pointerType }) => {
    const button = target.closest("[data-action]");
    if (!button || (isHeld && pointerType === "touch")) return;
    const anchor = opener;
    menu.hidePopover();
    act(button.dataset.action, row, anchor, button.textContent);
  }, here());
  // Where a finger opens it, the same finger must not close it when it lifts.
  document.addEventListener("pointerdown", ({ target }) => {
    isHeld = false;
    const isOpen = menu.popover === "manual" && menu.matches(":popover-open");
    if (isOpen && !menu.contains(target)) menu.hidePopover();
  }, { capture: true, ...here() });
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape") menu.hidePopover();
    const items = [...menu.querySelectorAll("[role=menuitem]:not([hidden])")];
    const at = items.indexOf(document.activeElement);
    const steps = { ArrowDown: at + 1, ArrowUp: at - 1, ArrowRight: at + 1, ArrowLeft: at - 1 };
    const next = { ...steps, Home: 0, End: -1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    items[(next + items.length) % items.length].focus();
  }, here());
  menu.addEventListener("toggle", ({ newState }) => {
    if (newState === "open") return menu.querySelector(".menu__item:not([hidden])").focus();
    opener.ariaExpanded = null;
    if (opener.matches(".message__more")) opener.ariaExpanded = "false";
    if (!document.activeElement || document.activeElement === document.body) opener.focus();
  }, here());

  const fitting = (row) => Object.keys(actions).filter((name) => actions[name].can(row));

  function act(name, row, anchor, text) {
    if (actions[name].can(row)) actions[name].act(row, anchor, text ?? anchor.textContent);
  }

  function showBar(target) {
    const place = target?.querySelector(".message__actions");
    if (!place || place.contains(bar)) return;
    const can = fitting(target);
    bar.hidden = !can.includes("react");
    showQuick(bar, "");
    place.prepend(bar);
  }

  function open(target, point, button) {
    [row, opener] = [target, button];
    const can = fitting(row);
    for (const item of menu.querySelectorAll(".menu__item")) {
      item.hidden = !can.includes(item.dataset.action);
    }
    const quick = menu.querySelector(".menu__quick");
    quick.hidden = !can.includes("quick");
    showQuick(quick, "menuitem");
    if (button.matches(".message__more")) button.ariaExpanded = "true";
    // Whoever goes through the page by its regions finds it.
    document.querySelector("main").append(menu);
    menu.popover = writesOnGlass() ? "manual" : "auto";
    menu.showPopover();
    place(point);
  }
}

/** The reactions used last, before what else is there. */
function showQuick(place, role) {
  for (const old of place.querySelectorAll(".quick")) old.remove();
  const buttons = recentEmoji().slice(0, QUICK).map((emoji) => {
    const button = fromTemplate("quick-reaction");
    button.textContent = emoji;
    button.ariaLabel = button.title = `React with ${emoji}`;
    if (role) button.role = role;
    return button;
  });
  place.prepend(...buttons);
}

/** Beside what it belongs to; where one writes on glass, at the edge of the screen. */
function place({ top, bottom, right, width }) {
  menu.toggleAttribute("data-sheet", writesOnGlass());
  const { offsetWidth, offsetHeight } = menu;
  const below = bottom + offsetHeight + MARGIN < innerHeight;
  const left = width ? right - offsetWidth : right;
  menu.style.top = `${below ? bottom : Math.max(MARGIN, top - offsetHeight)}px`;
  menu.style.left = `${Math.min(Math.max(MARGIN, left), innerWidth - offsetWidth - MARGIN)}px`;
}

/** A finger that rests on a message. Not every browser makes a right click of it. */
function holdToOpen(log, open) {
  let timer = null;
  let from = null;
  const end = () => clearTimeout(timer);
  log.addEventListener("pointerdown", (event) => {
    const target = event.target.closest(".message[data-seq]");
    end();
    if (event.pointerType !== "touch" || !target || event.target.closest(OWN_MENU)) return;
    from = event;
    timer = setTimeout(() => open(target), HOLD_MS);
  });
  log.addEventListener("pointermove", (event) => {
    if (from && Math.hypot(event.x - from.x, event.y - from.y) > SLIP_PX) end();
  });
  for (const type of ["pointerup", "pointercancel", "scroll"]) log.addEventListener(type, end);
}
