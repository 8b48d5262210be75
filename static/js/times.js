// Times as the reader's clock has them.

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
const date = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const short = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const dateAndYear = new Intl.DateTimeFormat(undefined, { dateStyle: "long" });

const DAY_MS = 86_400_000;

/** The day and the time of a moment, in words. */
export const fullTime = (ms) => full.format(ms);

/** A moment's day in a few letters. */
export const shortDay = (ms) => short.format(ms);

/** The local day of a moment, as `2026-01-02`. */
export function dayOf(ms) {
  const moment = new Date(ms);
  const pad = (number) => String(number).padStart(2, "0");
  return `${moment.getFullYear()}-${pad(moment.getMonth() + 1)}-${pad(moment.getDate())}`;
}

/** Shows the moment of a message's `<time>`. */
export function showTime(time, ms) {
  time.dateTime = new Date(ms).toISOString();
  time.textContent = clock.format(ms);
  time.title = full.format(ms);
}

/** Shows a day in the `<time>` of a divider. */
export function showDay(time, ms, now = Date.now()) {
  const day = dayOf(ms);
  time.dateTime = day;
  if (day === dayOf(now)) time.textContent = "Today";
  else if (day === dayOf(now - DAY_MS)) time.textContent = "Yesterday";
  else time.textContent = (now - ms < 300 * DAY_MS ? date : dateAndYear).format(ms);
}
