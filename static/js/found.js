// The pages of mentions and of what is unread: messages from several rooms.

import { showConnection } from "./connection.js";
import { notice } from "./notices.js";
import { Outbox } from "./outbox.js";
import { followPeople } from "./people.js";
import { Presence } from "./presence.js";
import { localiseAlone } from "./rows.js";
import { Sidebar } from "./sidebar.js";
import { Socket } from "./socket.js";

localiseAlone(document.querySelector(".found"));
const socket = new Socket(null);
showConnection(socket);
notice(socket, () => false);
followPeople(socket);
new Presence(socket);
new Sidebar(socket);
// What was written before may still be waiting.
new Outbox(socket);
