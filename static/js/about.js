// The page about a room: copies links, shows times as one's own, asks before what cannot be undone.

for (const button of document.querySelectorAll("[data-copies]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const link = button.previousElementSibling;
    link.select();
    // Without HTTPS a page may not write to the clipboard: the link is selected at least.
    await navigator.clipboard?.writeText(button.dataset.copies).then(
      () => (button.textContent = "Copied"),
      () => {},
    );
  });
}

for (const time of document.querySelectorAll("main time")) {
  time.textContent = new Date(time.dateTime).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}

for (const button of document.querySelectorAll("[data-asks]")) {
  button.addEventListener("click", (event) => {
    if (!confirm(button.dataset.asks)) event.preventDefault();
  });
}
