// The pages of one's own: what works by forms, without them.

import "./rooms.js";
import { Crop } from "./crop.js";
import { showPerson } from "./people.js";

for (const button of document.querySelectorAll("[data-without-script]")) button.hidden = true;

// Times as the reader's clock has them.
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
for (const time of document.querySelectorAll(".device time")) {
  time.textContent = moment.format(new Date(time.dateTime));
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = "Copied";
  });
}

// The picture: choosing one opens it, to choose the part of it that shows.

const portrait = document.getElementById("portrait");
if (portrait) {
  const file = portrait.elements.file;
  const label = file.closest("label");
  const removal = document.getElementById("no-portrait");
  const problem = document.getElementById("portrait-problem");
  label.dataset.button = "";
  label.querySelector("span").textContent = "Choose a picture";
  const show = (user) => {
    removal.hidden = !user.avatar_url;
    showPerson(user);
  };
  document.addEventListener("me", ({ detail: { avatar_url: url } }) => (removal.hidden = !url));
  const crop = new Crop(show);
  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    if (!chosen) return;
    problem.textContent = "";
    try {
      await crop.open(chosen);
    } catch {
      problem.textContent = "This browser cannot read that file. Choose a PNG, JPEG, WebP or GIF picture.";
    }
    file.value = "";
  });
  removal.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await fetch("/api/v1/me/avatar", { method: "DELETE" }).catch(() => null);
    if (!answer?.ok) return removal.submit();
    show((await answer.json()).user);
    file.focus();
  });
}

// Colours and the like: what is chosen holds at once.

const appearance = document.getElementById("appearance");
if (appearance) {
  const told = document.getElementById("appearance-told");
  const root = document.documentElement;
  appearance.addEventListener("change", async () => {
    const { theme, density, single_keys: keys } = appearance.elements;
    root.dataset.theme = theme.value;
    root.dataset.density = density.value;
    root.dataset.singleKeys = keys.checked ? "on" : "off";
    const scheme = document.querySelector("meta[name=color-scheme]");
    scheme.content = theme.value === "system" ? "light dark" : theme.value;
    const preferences = { theme: theme.value, density: density.value, single_keys: keys.checked };
    told.textContent = "Saving…";
    const answer = await fetch("/api/v1/me", {
      method: "PATCH",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ preferences }),
    }).catch(() => null);
    told.textContent = answer?.ok ? "Saved." : "This could not be saved. Try again in a moment.";
  });
}
