// What answers to what one does in a room, after what one sees.

import "./card.js";
import "./lightbox.js";

export { Actions } from "./actions.js";
export { Attach } from "./attach.js";
export { mayCall } from "./call_question.js";
export { offerCopies } from "./code_copy.js";
export { Completion } from "./completion.js";
export { completions } from "./completions.js";
export { offerFormatting } from "./composer_format.js";
export { bodyOf, edit } from "./editing.js";
export { showEdits } from "./edits.js";
export { offerPreview } from "./formatting.js";
export { pickEmoji } from "./picker.js";
