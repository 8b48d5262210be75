// Every page inside: the socket, the rooms at the side, and the open room, if there is one.

import { attention } from "./attention.js";
import { showConnection, showWords } from "./connection.js";
import { around, soon } from "./loading.js";
import { goBetweenRooms } from "./navigation.js";
import { Outbox } from "./outbox.js";
import { readRoom, room } from "./page.js";
import { followPeople } from "./people.js";
import { Presence } from "./presence.js";
import { OpenRoom } from "./room.js";
import { Sidebar } from "./sidebar.js";
import { Socket } from "./socket.js";
import "./viewport.js";

let open = null;

function begin() {
  readRoom();
  const socket = new Socket();
  showConnection(socket);
  const outbox = new Outbox(socket);
  const sidebar = new Sidebar(socket, () => open?.isAttended ?? false);
  followPeople(socket);
  const presence = new Presence(socket);
  const enter = () => (open = new OpenRoom(socket, sidebar, outbox));
  if (room.id) {
    // Nothing of it is drawn before: it is seen as its reader sees it, and where they left it.
    enter();
    goBetweenRooms({
      place: () => open.place,
      enter(place) {
        socket.release(room.id);
        readRoom();
        enter();
        showWords();
        sidebar.moved();
        presence.moved();
        if (place) open.restore(place);
      },
    });
  }
  socket.open();
  soon(around, ({ notice, register }) => {
    notice(socket, (id) => id === room.id && attention.attends);
    register().catch((error) => console.warn("Nothing is kept for reading offline.", error));
  });
}

begin();
