// Rows out of sight cost nothing (`content-visibility`), once they were drawn and their size is known:
// so nothing moves when they come into sight again.

/** Lets the rows of a log rest. Returns what is to be called when some have come or changed. */
export function restRows(scroller) {
  let isDrawing = false;
  let width = 0;
  const look = () => {
    if (isDrawing) return;
    isDrawing = true;
    requestAnimationFrame(() => {
      const fresh = scroller.querySelectorAll(".message:not([data-drawn])");
      requestAnimationFrame(() => {
        isDrawing = false;
        for (const row of fresh) row.dataset.drawn = "";
        if (fresh.length) look();
      });
    });
  };
  // At another width every row has another size.
  const resized = new ResizeObserver(([{ contentRect: box }]) => {
    if (box.width === width) return;
    width = box.width;
    for (const row of scroller.querySelectorAll("[data-drawn]")) delete row.dataset.drawn;
    look();
  });
  resized.observe(scroller);
  return look;
}
