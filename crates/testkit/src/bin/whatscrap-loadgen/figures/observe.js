// What a page tells of its own speed, kept for whoever asks: `window.vitals`.
const vitals = { lcp: 0, cls: 0, long: [], events: [] };
window.vitals = vitals;
const follow = (type, take, more = {}) =>
  new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...more });
follow("largest-contentful-paint", ({ startTime }) => (vitals.lcp = startTime));
follow("layout-shift", ({ value, hadRecentInput }) => (vitals.cls += hadRecentInput ? 0 : value));
follow("longtask", ({ duration }) => vitals.long.push(duration));
follow("event", ({ interactionId, duration }) => interactionId && vitals.events.push(duration), {
  durationThreshold: 16,
});
