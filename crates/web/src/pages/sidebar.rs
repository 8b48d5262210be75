use minijinja::{Value, context};
use whatscrap_rooms::{MyRoom, RoomId};
use whatscrap_users::Login;

use super::show::value;
use crate::views::{RoomView, UserView};

/// What `layouts/chat.html` shows beside every page: who looks, and their rooms, the unread ones
/// first, as `static/js/sidebar.js` keeps them.
pub(super) fn inside(login: &Login, mine: Vec<MyRoom>, current: Option<RoomId>) -> Value {
    let mut rooms: Vec<_> = mine.into_iter().map(RoomView::from).collect();
    rooms.sort_by_key(|room| room.unread == 0);
    context! {
        me => value(UserView::whole(&login.user, &login.preferences)),
        rooms => value(rooms),
        current_room => current.map(|room| room.0.to_string()),
    }
}
