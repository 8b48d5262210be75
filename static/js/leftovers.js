// What somebody deleted on a page that was closed before it had said so.

import { send } from "./page.js";
import { aboutToGo, keepAboutToGo } from "./shelf.js";

for (const [path, at] of Object.entries(aboutToGo())) {
  setTimeout(() => finish(path), Math.max(0, at - Date.now()));
}

async function finish(path) {
  // Another tab may have undone it meanwhile.
  if (!(path in aboutToGo())) return;
  try {
    await send("DELETE", path);
  } catch (problem) {
    // Without an answer the next page tries again.
    if (!problem.code) return;
  }
  keepAboutToGo(path, null);
}
