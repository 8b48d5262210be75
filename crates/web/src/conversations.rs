//! How a conversation begins, by the API and by the pages.

use whatscrap_rooms::MyRoom;
use whatscrap_users::UserId;

use crate::Server;
use crate::problem::Problem;

/// The one room of these people and me, and whether it is new. Only a new one counts.
pub(crate) async fn begin(
    server: &Server,
    me: UserId,
    users: &[UserId],
) -> Result<(MyRoom, bool), Problem> {
    let rooms = &server.services.rooms;
    if let Some(known) = rooms.known_direct(me, users).await? {
        return Ok((known, false));
    }
    server.limits.direct_room(me)?;
    Ok(rooms.direct(me, users).await?)
}
