// What the text in the composer will look like, above how to mark it.

import { room, send, showServerHtml } from "./page.js";

const MARGIN = 8;

/** The help shows it whenever it opens. */
export function offerPreview(form) {
  const help = document.getElementById("formatting");
  const preview = help.querySelector(".formatting__preview");
  help.addEventListener("beforetoggle", ({ newState }) => {
    if (newState !== "open") return;
    const { top, left, right } = form.getBoundingClientRect();
    const isRtl = getComputedStyle(form).direction === "rtl";
    help.style.bottom = `${innerHeight - top + MARGIN}px`;
    help.style.insetInlineEnd = `${isRtl ? left : innerWidth - right}px`;
    preview.hidden = true;
    show();
  });

  async function show() {
    const body = form.elements.body.value;
    if (!body.trim()) return;
    const shown = await send("POST", `/rooms/${room.id}/preview`, { body }).catch(() => null);
    if (!shown) return;
    showServerHtml(preview.querySelector(".message__body"), shown.html);
    preview.hidden = false;
  }
}
