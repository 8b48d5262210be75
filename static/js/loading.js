// What comes after what one sees: loaded when the page has time, or when it is needed.

/** Promises what a module exports. If the server is away this throws, and the next call asks again. */
function loader(module) {
  let loading = null;
  let tries = 0;
  return () => {
    // Some browsers remember for ever that a file did not come: the next time it has another name.
    const again = tries ? `?again=${tries}` : "";
    loading ??= import(`${import.meta.resolve(module)}${again}`).catch((failure) => {
      loading = null;
      tries += 1;
      throw failure;
    });
    return loading;
  };
}

/** What every page has. */
export const around = loader("./around.js");

/** What one does in a room. */
export const later = loader("./later.js");

/** Loads something as soon as the page has nothing else to do; if that fails, when it is back online. */
export async function soon(load, then) {
  const idle = globalThis.requestIdleCallback ?? ((act) => setTimeout(act, 200));
  await new Promise((done) => idle(done, { timeout: 2_000 }));
  let loaded;
  try {
    loaded = await load();
  } catch {
    return addEventListener("online", () => soon(load, then), { once: true });
  }
  then(loaded);
}
