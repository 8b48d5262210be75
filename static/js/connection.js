// Says, in words and in `<html data-connection>`, whether the server hears us.

const AT_FIRST_MS = 2_000;

/** Shows the state of a socket. */
export function showConnection(socket) {
  const words = document.getElementById("connection");
  let wasOnline = false;
  const opening = setTimeout(() => (words.textContent = "Connecting…"), AT_FIRST_MS);
  socket.addEventListener("connection", ({ detail }) => {
    const isState = ["online", "connecting", "offline"].includes(detail);
    document.documentElement.dataset.connection = isState ? detail : "offline";
    if (detail !== "connecting") clearTimeout(opening);
    if (detail === "online") {
      wasOnline = true;
      words.textContent = "";
    } else if (!isState) {
      words.textContent = detail;
    } else if (wasOnline || detail === "offline") {
      words.textContent = navigator.onLine
        ? "The connection is lost. Trying again; what you write is kept and sent then."
        : "You are offline. What you write is kept and sent when you are back.";
    }
  });
}
