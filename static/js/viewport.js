// Keeps the field above the on-screen keyboard where the page does not shrink for it (Safari).

const { visualViewport: seen } = window;
const { documentElement: page } = document;

function fit() {
  const isZoomed = seen.scale > 1;
  const isCovered = !isZoomed && seen.height < page.clientHeight - 1;
  page.style.setProperty("--seen", isCovered ? `${seen.height}px` : "");
  if (isCovered) scrollTo(0, 0);
}

seen?.addEventListener("resize", fit);
