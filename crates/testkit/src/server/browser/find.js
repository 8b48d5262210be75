// The first visible element with this role and accessible name, or null.
const [role, name] = arguments;
const selectors = {
    button: "button, summary, input[type=submit], [role=button]",
    link: "a[href], [role=link]",
    textbox: "textarea, input:not([type=submit], [type=hidden], [type=radio], [type=checkbox])",
    combobox: "select",
    heading: "h1, h2, h3, [role=heading]",
    status: "[role=status], output",
    alert: "[role=alert]",
    log: "[role=log]",
    navigation: "nav, [role=navigation]",
};
const text = (element) => (element?.textContent ?? "").replace(/\s+/g, " ").trim();
const referenced = (element) =>
    (element.getAttribute("aria-labelledby") ?? "").split(/\s+/).filter(Boolean)
        .map((id) => text(document.getElementById(id))).join(" ");
const nameOf = (element) =>
    referenced(element) || element.getAttribute("aria-label")
    || [...(element.labels ?? [])].map(text).join(" ")
    || (["textbox", "combobox"].includes(role) ? "" : text(element)) || element.value || element.title;
const matches = (element) => {
    const own = (nameOf(element) ?? "").trim();
    return role === "link" ? own.includes(name) : own === name;
};
const found = [...document.querySelectorAll(selectors[role])]
    .filter((element) => matches(element) && element.checkVisibility({ visibilityProperty: true }));
// What is open lies above what is not.
return found.find((element) => element.closest(":popover-open, dialog[open]")) ?? found[0] ?? null;
