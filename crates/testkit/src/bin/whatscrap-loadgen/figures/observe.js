// What a page tells of its own speed, kept for whoever asks: `window.vitals`.
const vitals = { fcp: 0, lcp: 0, cls: 0, long: [], events: {} };
window.vitals = vitals;
const follow = (type, take, more = {}) =>
  new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...more });
follow("largest-contentful-paint", ({ startTime }) => (vitals.lcp = startTime));
follow("layout-shift", ({ value, hadRecentInput }) => (vitals.cls += hadRecentInput ? 0 : value));
follow("paint", ({ name, startTime }) => name === "first-contentful-paint" && (vitals.fcp = startTime));
follow("longtask", ({ startTime, duration }) => vitals.long.push([startTime, duration]));
// Of the events of one interaction, the longest counts.
const interact = ({ interactionId: id, duration }) => {
  if (id) vitals.events[id] = Math.max(duration, vitals.events[id] ?? 0);
};
follow("event", interact, { durationThreshold: 16 });
