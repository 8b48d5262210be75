// Reacting to messages, and who reacted.

import { nameOf } from "./names.js";
import { here, me, room, send } from "./page.js";
import { named, noteAt, reactionsOf, reason, showReactions } from "./parts.js";
import { rememberEmoji } from "./shelf.js";

const REST_MS = 300;
const GAP_PX = 6;
const MOST_NAMES = 12;

const tip = document.getElementById("reaction-people");

export class Reactions {
  #path = `/rooms/${room.id}/messages`;
  #log;
  #timer = null;
  /** One after the other: the last of two quick presses holds. */
  #turn = Promise.resolve();

  /** `pick` lets one choose some other reaction for a row. */
  constructor(log, pick) {
    this.#log = log;
    const on = (type, act) => log.element.addEventListener(type, act);
    on("click", ({ target }) => {
      const button = target.closest(".reaction");
      if (!button) return;
      const row = button.closest(".message");
      if (button.dataset.emoji) this.toggle(row, button.dataset.emoji);
      else pick(row, button);
    });
    on("pointerover", ({ target, pointerType }) => {
      const button = pointerType === "mouse" && target.closest(".reaction[data-emoji]");
      clearTimeout(this.#timer);
      if (button) this.#timer = setTimeout(() => show(button), REST_MS);
      else hide();
    });
    on("pointerleave", () => {
      clearTimeout(this.#timer);
      hide();
    });
    on("focusin", ({ target }) => {
      if (target.matches(".reaction[data-emoji]:focus-visible")) show(target);
    });
    on("focusout", hide);
    on("scroll", hide);
    addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !tip.matches(":popover-open")) return;
      event.preventDefault();
      hide();
    }, { capture: true, ...here() });
  }

  /** Reacts to a message, or takes that back. It shows at once; the server has the last word. */
  toggle(row, emoji) {
    const isMine = reactionsOf(row).some((each) => each.emoji === emoji && each.users.includes(me));
    this.#show(row, emoji, !isMine);
    if (!isMine) rememberEmoji(emoji);
    this.#turn = this.#turn.then(() => this.#send(row, emoji, !isMine));
  }

  async #send(row, emoji, on) {
    const path = `${this.#path}/${row.dataset.messageId}/reactions`;
    try {
      const answer = await send(on ? "PUT" : "DELETE", `${path}/${encodeURIComponent(emoji)}`);
      if (answer?.message) this.#log.put([answer.message]);
    } catch (problem) {
      this.#show(row, emoji, !on);
      noteAt(row, reason(problem, "No reaction"));
    }
  }

  #show(row, emoji, on) {
    const reactions = reactionsOf(row);
    const known = reactions.find((each) => each.emoji === emoji);
    if (known && known.users.includes(me) !== on) {
      known.count += on ? 1 : -1;
      known.users = on ? [...known.users, me] : known.users.filter((user) => user !== me);
    } else if (!known && on) reactions.push({ emoji, count: 1, users: [me] });
    this.#log.keepPlace(() => {
      noteAt(row, null);
      showReactions(row, reactions.filter(({ count }) => count > 0));
    });
  }
}

async function show(button) {
  const { emoji, users } = button.dataset;
  const count = Number(button.lastElementChild.textContent);
  const ids = users.split(" ").filter(Boolean);
  const names = await Promise.all(ids.slice(0, MOST_NAMES).map(nameOf));
  const isStill = button.isConnected && (button.matches(":hover") || button.matches(":focus"));
  if (!isStill) return;
  tip.textContent = `${named(names, count)} reacted with ${emoji}`;
  button.ariaLabel = `${emoji} ${count}: ${named(names, count)}`;
  if (!tip.matches(":popover-open")) tip.showPopover();
  const box = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = tip;
  const above = box.top - height - GAP_PX;
  tip.style.top = `${above > 0 ? above : box.bottom + GAP_PX}px`;
  tip.style.left = `${Math.min(Math.max(box.left, GAP_PX), innerWidth - width - GAP_PX)}px`;
}

function hide() {
  if (tip.matches(":popover-open")) tip.hidePopover();
}
