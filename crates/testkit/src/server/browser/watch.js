// Runs before every document: what must never happen lands in the console log.
for (const dialog of ["alert", "confirm", "prompt"]) {
    window[dialog] = (text) => console.error(`testkit: ${dialog} dialog: ${text}`);
}
document.addEventListener("securitypolicyviolation", (event) =>
    console.error(`testkit: policy violation: ${event.violatedDirective} ${event.blockedURI}`));
