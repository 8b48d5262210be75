// What would show that an element has the focus: the lines around it and what it is in.
const [element] = arguments;
const around = [element, element.nextElementSibling, element.parentElement, element.parentElement?.parentElement];
return around.filter(Boolean).map((each) => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor } = getComputedStyle(each);
    return outlineStyle === "none" ? [boxShadow, borderColor] : [outlineWidth, outlineColor, boxShadow, borderColor];
}).join("; ");
