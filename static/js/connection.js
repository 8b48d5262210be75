// Says, in words and in `<html data-connection>`, whether the server hears us.

const AT_FIRST_MS = 2_000;
/** So long something is said that has nothing to do with it. */
const TOLD_MS = 6_000;

let state = "";
let told = "";
let timer = null;

/** Shows the state of a socket. */
export function showConnection(socket) {
  let wasOnline = false;
  const opening = setTimeout(() => become("Connecting…"), AT_FIRST_MS);
  socket.addEventListener("connection", ({ detail }) => {
    const isState = ["online", "connecting", "offline"].includes(detail);
    document.documentElement.dataset.connection = isState ? detail : "offline";
    if (detail !== "connecting") clearTimeout(opening);
    if (detail === "online") {
      wasOnline = true;
      become("");
    } else if (!isState) {
      become(detail);
    } else if (wasOnline || detail === "offline") {
      become(
        navigator.onLine
          ? "The connection is lost. Trying again; what you write is kept and sent then."
          : "You are offline. What you write is kept and sent when you are back.",
      );
    }
  });
}

/** Says for a moment what did not work. */
export function tell(words) {
  told = words;
  clearTimeout(timer);
  timer = setTimeout(() => {
    told = "";
    showWords();
  }, TOLD_MS);
  showWords();
}

/** Says it on a page that has just been put in place. */
export function showWords() {
  const line = document.getElementById("connection");
  const words = told || state;
  if (line.textContent !== words) line.textContent = words;
}

function become(words) {
  state = words;
  showWords();
}
