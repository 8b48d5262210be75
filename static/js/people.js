// Who people are, shown anew wherever they stand when that changes.

import { me } from "./page.js";
import { showAvatar } from "./rows.js";

/** Applies each `user` frame to all of the page. */
export function followPeople(socket) {
  socket.addEventListener("user", ({ detail }) => showPerson(detail.user));
  // What cannot be loaded gives way to the initials beneath it; `error` does not bubble.
  addEventListener("error", ({ target }) => {
    if (target instanceof Image && target.closest(".avatar")) target.dataset.broken = "";
  }, true);
}

/** Shows a person as they are now: in their messages, among the members, at the side. */
export function showPerson(person) {
  const id = CSS.escape(person.id);
  for (const avatar of document.querySelectorAll(`[data-avatar-of="${id}"]`)) {
    showAvatar(avatar, person);
  }
  for (const name of document.querySelectorAll(`[data-name-of="${id}"]`)) {
    name.textContent = person.display_name;
  }
  for (const status of document.querySelectorAll(`[data-status-of="${id}"]`)) {
    status.textContent = person.status ?? "";
    status.hidden = !person.status;
  }
  if (person.id === me) document.dispatchEvent(new CustomEvent("me", { detail: person }));
}
