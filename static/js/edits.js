// What a message said before, for whoever may see it: loaded when it is first asked for.

import { fromTemplate, get, room } from "./page.js";
import { showTime } from "./times.js";

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
    showTime(time, Date.parse(at));
    time.textContent = time.title;
    item.querySelector(".edits__text").textContent = body;
    return item;
  });
  dialog.querySelector(".edits__list").replaceChildren(...items);
  dialog.showModal();
}
