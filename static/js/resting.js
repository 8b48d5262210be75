// Rows out of sight cost nothing (`content-visibility`), once they were drawn and their size is known:
// so nothing moves when they come into sight again.

/** So far around what is in sight, all is drawn. */
const AROUND = "50% 0px";

/** Lets the rows of a log rest. Returns what is to be called when some have come or changed. */
export function restRows(scroller) {
  const seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) continue;
      seen.unobserve(target);
      target.dataset.rests = "";
    }
  }, { root: scroller, rootMargin: AROUND });
  const look = () => {
    for (const row of scroller.querySelectorAll(".message:not([data-rests])")) seen.observe(row);
  };
  let width = 0;
  // At another width every row has another size.
  const resized = new ResizeObserver(([{ contentRect: box }]) => {
    if (box.width === width) return;
    width = box.width;
    for (const row of scroller.querySelectorAll("[data-rests]")) delete row.dataset.rests;
    look();
  });
  resized.observe(scroller);
  return look;
}
