use minijinja::Value;
use whatscrap_rooms::MyRoom;

use super::show::value;
use crate::views::RoomView;

/// My rooms as the sidebar lists them: what is unread comes first. `static/js/sidebar.js` does the
/// same.
pub(super) fn rooms(mine: Vec<MyRoom>) -> Value {
    let mut rooms: Vec<_> = mine.into_iter().map(RoomView::from).collect();
    rooms.sort_by_key(|room| room.unread == 0);
    value(rooms)
}
