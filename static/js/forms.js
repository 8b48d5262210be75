// What pages of forms have beyond forms: links to copy and to share, times as one's own clock has
// them, a question before what cannot be undone.

for (const button of document.querySelectorAll("[data-copies]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    select(button.parentElement.querySelector("input, code"));
    // Without HTTPS a page may not write to the clipboard: what is to be copied is selected at least.
    await navigator.clipboard?.writeText(button.dataset.copies).then(
      () => (button.textContent = "Copied"),
      () => {},
    );
  });
}

function select(text) {
  if (text.select) text.select();
  else getSelection().selectAllChildren(text);
}

for (const button of document.querySelectorAll("[data-shares]")) {
  button.hidden = !navigator.share;
  // Who changes their mind has shared nothing.
  button.addEventListener("click", () => navigator.share({ url: button.dataset.shares }).catch(() => {}));
}

for (const time of document.querySelectorAll("main time")) {
  time.textContent = new Date(time.dateTime).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}

for (const button of document.querySelectorAll("[data-asks]")) {
  button.addEventListener("click", (event) => {
    if (!confirm(button.dataset.asks)) event.preventDefault();
  });
}
