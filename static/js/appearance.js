// Colours and the like: what is chosen holds at once.

import { send } from "./page.js";

const form = document.getElementById("appearance");
const told = document.getElementById("appearance-told");
const root = document.documentElement;

form.querySelector("[data-without-script]").hidden = true;
form.addEventListener("change", async () => {
  const { theme, density, single_keys: keys } = form.elements;
  root.dataset.theme = theme.value;
  root.dataset.density = density.value;
  root.dataset.singleKeys = keys.checked ? "on" : "off";
  const scheme = document.querySelector("meta[name=color-scheme]");
  scheme.content = theme.value === "system" ? "light dark" : theme.value;
  const preferences = { theme: theme.value, density: density.value, single_keys: keys.checked };
  told.textContent = "Saving…";
  try {
    await send("PATCH", "/me", { preferences });
    told.textContent = "Saved.";
  } catch {
    told.textContent = "This could not be saved. Try again in a moment.";
  }
});
