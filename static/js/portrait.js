// My picture: choosing one opens it, to choose the part of it that shows.

import { showPerson } from "./people.js";

const portrait = document.getElementById("portrait");
const file = portrait.elements.file;
const label = file.closest("label");
const removal = document.getElementById("no-portrait");
const problem = document.getElementById("portrait-problem");
let crop = null;

portrait.querySelector("[data-without-script]").hidden = true;
label.dataset.button = "";
label.querySelector("span").textContent = "Choose a picture";

function show(user) {
  removal.hidden = !user.avatar_url;
  showPerson(user);
}

document.addEventListener("me", ({ detail: { avatar_url: url } }) => (removal.hidden = !url));

file.addEventListener("change", async () => {
  const [chosen] = file.files;
  if (!chosen) return;
  problem.textContent = "";
  try {
    crop ??= new (await import("./crop.js")).Crop(show);
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
