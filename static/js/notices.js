// Tells of messages while the page is open and nobody looks at it: by a sound, and by a
// notification of the page's own where nothing is pushed. Whether is the server's to say, by the
// same rule as for pushes. And it takes back what was pushed once it was read elsewhere.

import { get, isNew, me } from "./page.js";
import { isWanted, renew, worker } from "./push.js";

/** Of one room, the server is asked this often. */
const PAUSE_MS = 5_000;

const asked = new Map();

/** Follows what a socket hears. `isSeen` tells whether a room is in sight. */
export function notice(socket, isSeen) {
  socket.addEventListener("message", ({ detail: { room, message } }) => {
    if (message.author.id !== me && isNew(message)) consider(room, message, isSeen);
  });
  socket.addEventListener("read", ({ detail }) => {
    if (detail.user === me) withdraw(({ room, seq }) => room === detail.room && seq <= detail.seq);
  });
  socket.addEventListener("welcome", ({ detail: { rooms } }) => {
    const read = new Map(rooms.map(({ id, read_seq: seq }) => [id, seq]));
    withdraw(({ room, seq }) => seq <= read.get(room));
  });
  renew().catch((error) => console.warn("Notifications could not be renewed.", error));
}

async function consider(room, message, isSeen) {
  if (isSeen(room) || Date.now() - (asked.get(room) ?? 0) < PAUSE_MS) return;
  asked.set(room, Date.now());
  const rule = await get(`/push/rule?room=${room}&seq=${message.seq}`).catch(() => null);
  if (!rule?.told) return;
  if (rule.sound) play();
  const isShown = document.visibilityState === "visible" && document.hasFocus();
  if (isShown || isWanted() || window.Notification?.permission !== "granted") return;
  const shown = new Notification(rule.title, { body: rule.body, tag: `room-${room}` });
  shown.addEventListener("click", () => {
    window.focus();
    shown.close();
    if (!isSeen(room)) location.assign(`/chat/room/${room}?at=${message.seq}`);
  });
}

// What was pushed to this device, of what was read since, on any device.
async function withdraw(isRead) {
  const registration = await worker();
  for (const shown of (await registration?.getNotifications()) ?? []) {
    if (shown.data && isRead(shown.data)) shown.close();
  }
}

// Two soft notes. Browsers let a page sound once it was touched.
let audio;

function play() {
  audio ??= new AudioContext();
  if (audio.state === "suspended") return void audio.resume().then(sound, () => {});
  sound();
}

function sound() {
  for (const [note, after] of [
    [659.25, 0],
    [880, 0.12],
  ]) {
    const at = audio.currentTime + after;
    const [tone, volume] = [audio.createOscillator(), audio.createGain()];
    tone.type = "sine";
    tone.frequency.value = note;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(0.12, at + 0.015);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.35);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.4);
  }
}

/** Plays it, to show how it sounds. */
export const trySound = play;
