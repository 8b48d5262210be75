// What a message said before, for whoever may see it: loaded when it is first asked for.

import { fromTemplate, get, room } from "./page.js";
import { fullTime } from "./times.js";

const dialog = document.getElementById("edits");
dialog.addEventListener("click", ({ target }) => {
  if (target === dialog) dialog.close();
});

/** Shows each text that a message had, the oldest first. */
export async function showEdits({ dataset: { messageId } }) {
  const { edits } = await get(`/rooms/${room.id}/messages/${messageId}/edits`);
  const items = edits.map(({ body, edited_at: at }) => {
    const item = fromTemplate("edits-one");
    const time = item.querySelector("time");
    time.dateTime = at;
    time.textContent = fullTime(Date.parse(at));
    item.querySelector(".edits__text").textContent = body;
    return item;
  });
  dialog.querySelector(".edits__list").replaceChildren(...items);
  dialog.showModal();
}
