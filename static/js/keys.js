// What keys are called where one presses ⌘ for Ctrl.

/** Whether this is a device of Apple's. */
export const isApple = /Mac|iP/.test(navigator.platform);

/** Says so in what the server wrote. */
export function nameKeys(within = document) {
  if (!isApple) return;
  for (const key of within.querySelectorAll("kbd")) key.textContent = shown(key.textContent);
  for (const each of within.querySelectorAll("[title*='Ctrl']")) each.title = shown(each.title);
}

const shown = (keys) =>
  keys.replace(/Ctrl ?\+ ?/g, "⌘").replace(/Alt ?\+ ?/g, "⌥").replace(/Shift ?\+ ?/g, "⇧");

nameKeys();
