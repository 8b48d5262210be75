// What every page has around it: the account menu, the bell, the switcher, and what tells of news.

import "./account.js";
import "./bell.js";
import "./keys.js";
import "./leftovers.js";
import "./switcher.js";

export { nameKeys } from "./keys.js";
export { notice } from "./notices.js";
export { register } from "./push.js";
