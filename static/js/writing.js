// What every field has in which one writes messages.

const isTouch = matchMedia("(pointer: coarse)");

/** Whether one writes on glass. */
export const writesOnGlass = () => isTouch.matches;

/** Whether a key sends what was written. While an input method composes, Enter chooses a word (229
 * is how Safari says so); on glass it makes a new line. */
export function isEnter(event) {
  const isComposing = event.isComposing || event.keyCode === 229;
  return event.key === "Enter" && !event.shiftKey && !isComposing && !isTouch.matches;
}

/** Lets a field be as high as what is in it, where the browser does not. */
export function grow(text) {
  if (CSS.supports("field-sizing", "content")) return;
  text.style.blockSize = "auto";
  text.style.blockSize = `${text.scrollHeight}px`;
}
