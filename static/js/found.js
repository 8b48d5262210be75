// The pages of mentions and of what is unread: messages from several rooms.

import { localiseAlone } from "./rows.js";

localiseAlone(document.querySelector(".found"));
