// A small store of one's unsent messages that outlives the page (IndexedDB), or, where there is
// none, lives as long as it.

const database = new Promise((resolve) => {
  const opening = indexedDB.open("whatscrap", 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore("unsent", { keyPath: "client_id" });
  };
  opening.onsuccess = () => resolve(opening.result);
  opening.onerror = () => resolve(null);
});

const memory = new Map();

async function access(mode, act) {
  const open = await database;
  if (!open) return null;
  return new Promise((resolve, reject) => {
    const transaction = open.transaction("unsent", mode);
    const request = act(transaction.objectStore("unsent"));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = () => reject(transaction.error);
  });
}

/** Keeps an entry, in place of one of the same `client_id`. */
export async function keep(entry) {
  memory.set(entry.client_id, entry);
  await access("readwrite", (store) => store.put(entry));
}

export async function forget(clientId) {
  memory.delete(clientId);
  await access("readwrite", (store) => store.delete(clientId));
}

/** Everything kept, oldest first. */
export async function all() {
  const entries = (await access("readonly", (store) => store.getAll())) ?? [...memory.values()];
  return entries.sort((a, b) => a.order - b.order);
}
