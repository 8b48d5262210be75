// What a page looks like to those who asked for something: each answers with what is not so.
const shown = (selector) =>
    [...document.querySelectorAll(selector)].filter((element) =>
        element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
        && !element.closest(".visually-hidden, [aria-hidden=true]"));
const named = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 120);
const sides = ["Top", "Right", "Bottom", "Left"];
const isFramed = (element) => {
    const style = getComputedStyle(element);
    return sides.every((side) => style[`border${side}Style`] !== "none" && parseFloat(style[`border${side}Width`]) > 0);
};
// Words that are pressed, and the lines of a menu.
const WORDS = ".message__author, .message__edited, .details__name, .skip-link, :popover-open *, [role=menu] *";

// What is pressed or written into, and shows no edge.
const frameless = () =>
    shown("button, .button, select, textarea, input:not([type=checkbox], [type=radio], [type=file], [type=range])")
        .filter((element) => !element.matches(WORDS))
        .filter((element) => ![element, element.parentElement, element.parentElement.parentElement].some(isFramed))
        .map(named);

// What can have the focus, and looks the same when it has.
const unseen = () => {
    const look = (element) => {
        const around = [element, element.parentElement, element.parentElement?.parentElement];
        return JSON.stringify(around.filter(Boolean).map((each) => {
            const { outlineStyle, outlineWidth, boxShadow, ...style } = getComputedStyle(each);
            const edges = sides.map((side) => [style[`border${side}Width`], style[`border${side}Color`]]);
            return [outlineStyle === "none" ? "" : outlineWidth, boxShadow, edges];
        }));
    };
    const stops = shown("a[href], button, select, textarea, input:not([type=hidden]), summary, [tabindex='0']");
    return stops.filter((element) => {
        if (element.disabled) return false;
        document.activeElement?.blur();
        const before = look(element);
        element.focus();
        return document.activeElement !== element || look(element) === before;
    }).map(named);
};

// What moves, or would.
const moving = () =>
    [...document.querySelectorAll("*")].flatMap((element) => ["", "::before", "::after"]
        .map((part) => getComputedStyle(element, part || undefined))
        .filter(({ transitionDuration, animationDuration, scrollBehavior }) =>
            scrollBehavior === "smooth"
            || `${transitionDuration}, ${animationDuration}`.split(", ").some((time) => parseFloat(time) > 0.001))
        .map(() => named(element)));

// What is not where a mirror would have it, when the page runs the other way.
const unmirrored = () => {
    const parts = shown(`.sidebar, .sidebar :is(a, button, .avatar), .room, .details, .room__header > *, .message__bubble,
        .message > .avatar, .composer__box, .composer__field > *, .lobby, .lobby__open, .settings__nav a,
        .settings__part, .found, .search > *, :popover-open, .room__levels button, .field input`);
    const edges = () => parts.map((part) => part.getBoundingClientRect()).map(({ left, right }) => [left, right]);
    const before = edges();
    document.documentElement.dir = "rtl";
    const after = edges();
    const { clientWidth, scrollWidth } = document.documentElement;
    document.documentElement.dir = "ltr";
    const wrong = parts.filter((_, at) => {
        const [left, right] = before[at];
        return Math.abs(after[at][0] - (clientWidth - right)) > 1 || Math.abs(after[at][1] - (clientWidth - left)) > 1;
    });
    return [...wrong.map(named), ...(scrollWidth > clientWidth ? [`${scrollWidth} wide`] : [])];
};

return { frameless, unseen, moving, unmirrored }[arguments[0]]();
