// The page of notification settings: what only the browser knows.

import { trySound } from "./notices.js";
import { isSupported, isWanted, renew, turnOff, turnOn } from "./push.js";

const here = document.getElementById("this-device");
const words = here.querySelector("[role=status]");
const [on, off] = ["turn-on", "turn-off"].map((name) => here.querySelector(`[data-action=${name}]`));

function show() {
  on.hidden = !isSupported || isWanted();
  off.hidden = !isWanted();
  here.querySelector("[data-unsupported]").hidden = isSupported;
}

for (const [button, act] of [
  [on, turnOn],
  [off, turnOff],
]) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    words.textContent = "One moment…";
    try {
      await act();
      // The list of devices is the server's.
      location.reload();
    } catch (error) {
      words.textContent = error.message;
      button.disabled = false;
    }
  });
}

// Quiet hours go by the clock of where one is, unless one says otherwise.
const zone = document.getElementById("time-zone");
if (!zone.value) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
const zones = document.getElementById("time-zones");
for (const name of Intl.supportedValuesOf?.("timeZone") ?? []) {
  zones.append(new Option(name, name));
}

const sound = document.querySelector("[data-action=try-sound]");
sound.hidden = false;
sound.addEventListener("click", trySound);

for (const time of document.querySelectorAll("time[datetime]")) {
  const at = new Date(time.dateTime);
  time.textContent = at.toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}

show();
renew().catch(() => {});
