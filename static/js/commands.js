// What can be done from anywhere by its name: the switcher finds it.

import { send } from "./page.js";
import { showKeys } from "./shortcuts.js";

const root = document.documentElement;

async function useColours(theme) {
  root.dataset.theme = theme;
  const scheme = document.querySelector("meta[name=color-scheme]");
  scheme.content = theme === "system" ? "light dark" : theme;
  await send("PATCH", "/me", { preferences: { theme } });
}

const readAll = () => send("PUT", "/me/read");
const to = (path) => () => location.assign(path);

/** Each with the words it is found by, and what it does. */
const commands = [
  ["Mark everything as read", "read all", readAll],
  ["New room", "create room", to("/chat/rooms#new")],
  ["New conversation", "people direct group", to("/chat/people")],
  ["All rooms", "browse join", to("/chat/rooms")],
  ["Unread", "catch up inbox", to("/chat/unread")],
  ["Mentions", "me", to("/chat/mentions")],
  ["Search messages", "find", to("/chat/search")],
  ["Dark colours", "theme night", () => useColours("dark")],
  ["Light colours", "theme day", () => useColours("light")],
  ["Colours of the device", "theme system", () => useColours("system")],
  ["Keyboard shortcuts", "help keys", async () => showKeys()],
  ["Profile", "settings name picture", to("/settings/profile")],
  ["Appearance", "settings density theme", to("/settings/appearance")],
  ["Notifications", "settings push sound", to("/settings/notifications")],
  ["Devices", "settings sessions tokens", to("/settings/devices")],
  ["Password", "settings change", to("/settings/password")],
  ["Log out", "sign out leave", () => document.querySelector(".account__log-out").requestSubmit()],
];

/** Those of which every word that is typed begins some word. */
export function fittingCommands(wanted) {
  const keys = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  if (keys.length === 0) return [];
  return commands
    .filter(([name, more]) => {
      const words = `${name} ${more}`.toLowerCase().split(" ");
      return keys.every((key) => words.some((word) => word.startsWith(key)));
    })
    .map(([name, , act]) => ({ name, act }));
}
