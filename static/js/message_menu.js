// What can be done with a message: a menu that opens from its row.

import { hasSingleKeys } from "./page.js";

const menu = document.getElementById("message-menu");
const MARGIN = 8;

/** `actions` maps each `data-action` of the menu to what it does with the row. */
export function offerActions(log, actions) {
  let row = null;
  let opener = null;
  log.addEventListener("click", (event) => {
    const button = event.target.closest(".message__more");
    if (button) open(button);
  });
  log.addEventListener("keydown", (event) => {
    const target = event.target.closest(".message");
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
    if (event.key !== "u" || event.target !== target || !isPlain || !hasSingleKeys()) return;
    event.preventDefault();
    if (target.dataset.seq) actions.unread(target);
  });
  menu.addEventListener("click", (event) => {
    const { action } = event.target.closest("[data-action]")?.dataset ?? {};
    if (!action) return;
    menu.hidePopover();
    actions[action](row);
  });
  menu.addEventListener("keydown", (event) => {
    const items = [...menu.querySelectorAll("[role=menuitem]")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = items.indexOf(document.activeElement) + step;
    items[(at + items.length) % items.length].focus();
  });
  menu.addEventListener("toggle", ({ newState }) => {
    if (newState === "open") return menu.querySelector("[role=menuitem]").focus();
    opener.ariaExpanded = "false";
    if (!document.activeElement || document.activeElement === document.body) opener.focus();
  });

  function open(button) {
    opener = button;
    row = button.closest(".message");
    button.ariaExpanded = "true";
    menu.showPopover();
    const { top, bottom, right } = button.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = menu;
    const below = bottom + height + MARGIN < innerHeight;
    menu.style.top = `${below ? bottom : Math.max(MARGIN, top - height)}px`;
    menu.style.left = `${Math.min(Math.max(MARGIN, right - width), innerWidth - width - MARGIN)}px`;
  }
}
