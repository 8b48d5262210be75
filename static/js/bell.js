// The bell: explains, and asks only then.

import { isSupported, isWanted, turnOn } from "./push.js";

const bell = document.getElementById("bell");
const dialog = document.getElementById("bell-dialog");
const words = dialog?.querySelector("[role=status]");

// Where there is nothing to ask, the bell is the link that it is without this.
bell?.addEventListener("click", (event) => {
  if (!isSupported || isWanted()) return;
  event.preventDefault();
  words.textContent = "";
  dialog.showModal();
});

dialog?.querySelector("[data-action=turn-on]").addEventListener("click", async () => {
  words.textContent = "Asking the browser…";
  try {
    await turnOn();
    dialog.close();
    bell.toggleAttribute("data-on", true);
  } catch (error) {
    words.textContent = error.message;
  }
});

bell?.toggleAttribute("data-on", isWanted());
