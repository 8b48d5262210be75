// Times as the reader's clock has them.

// A format takes a slow device 20 ms to make: each is made when it is first needed.
function format(options) {
  let made = null;
  return (ms) => (made ??= new Intl.DateTimeFormat(undefined, options)).format(ms);
}

const clock = format({ hour: "2-digit", minute: "2-digit" });
const date = format({ weekday: "long", day: "numeric", month: "long" });
const dateAndYear = format({ dateStyle: "long" });

const DAY_MS = 86_400_000;

/** The day and the time of a moment, in words. */
export const fullTime = format({ dateStyle: "full", timeStyle: "medium" });

/** A moment's day in a few letters. */
export const shortDay = format({ day: "numeric", month: "short" });

// All of it is for whoever points at it.
document.addEventListener("pointerover", ({ target }) => {
  if (target.matches(".message__time")) target.title = fullTime(Date.parse(target.dateTime));
});

/** The local day of a moment, as `2026-01-02`. */
export function dayOf(ms) {
  const moment = new Date(ms);
  const pad = (number) => String(number).padStart(2, "0");
  return `${moment.getFullYear()}-${pad(moment.getMonth() + 1)}-${pad(moment.getDate())}`;
}

/** Shows the moment of a message's `<time>`. */
export function showTime(time, ms) {
  time.dateTime = new Date(ms).toISOString();
  time.textContent = clock(ms);
}

/** Shows a day in the `<time>` of a divider. */
export function showDay(time, ms, now = Date.now()) {
  const day = dayOf(ms);
  time.dateTime = day;
  if (day === dayOf(now)) time.textContent = "Today";
  else if (day === dayOf(now - DAY_MS)) time.textContent = "Yesterday";
  else time.textContent = (now - ms < 300 * DAY_MS ? date : dateAndYear)(ms);
}
