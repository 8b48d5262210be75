// The key that brings the focus nearer to an element, or null once it is there. Whoever is lost goes
// forward and around.
const [target, isLost] = arguments;
const active = document.activeElement ?? document.body;
if (active === target) return null;
const towards = (goal, back, forth) =>
    active.compareDocumentPosition(goal) & Node.DOCUMENT_POSITION_FOLLOWING ? forth : back;
const tab = (goal) => isLost ? "Tab" : towards(goal, "Shift+Tab", "Tab");
// Arrows lead from row to row of a log, from item to item of a menu, from choice to choice.
const row = target.closest("[role=log] article");
if (row && !row.contains(active)) {
    const log = row.closest("[role=log]");
    if (active === log) return "ArrowUp";
    return active.matches("article") ? towards(row, "ArrowUp", "ArrowDown") : tab(log);
}
if (target.closest("[role=menu]")?.contains(active)) return towards(target, "ArrowUp", "ArrowDown");
if (target.type === "radio" && active.name === target.name) return towards(target, "ArrowUp", "ArrowDown");
return tab(target);
