// Makes links of the `#rooms` in a message that its reader is in: for everybody else they are words.

const NOT_IN = "a, code, pre, .mention";

/** Finds them in a message's text. */
export function linkRooms(body) {
  if (!body.textContent.includes("#")) return;
  const rooms = roomsByName();
  if (rooms.size === 0) return;
  const names = [...rooms.keys()].toSorted((one, other) => other.length - one.length);
  const sought = new RegExp(`(?<=^|[\\s(])#(${names.map(escape).join("|")})(?![\\p{L}\\p{N}_-])`, "giu");
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const text of texts) {
    if (text.parentElement.closest(NOT_IN)) continue;
    // From the last to the first: what is split off stands behind.
    for (const found of [...text.data.matchAll(sought)].reverse()) {
      const link = document.createElement("a");
      link.className = "mention";
      link.href = `/chat/room/${rooms.get(found[1].toLowerCase())}`;
      text.splitText(found.index + found[0].length);
      const name = text.splitText(found.index);
      name.replaceWith(link);
      link.append(name);
    }
  }
}

function roomsByName() {
  const links = document.querySelectorAll(".sidebar__rooms .room-link:not(:has([data-kind=direct]))");
  return new Map(
    [...links].map((link) => [
      link.querySelector(".room-link__name").textContent.toLowerCase(),
      link.dataset.room,
    ]),
  );
}

const escape = (name) => name.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
