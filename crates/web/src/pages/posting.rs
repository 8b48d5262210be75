use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use whatscrap_messages::Draft;
use whatscrap_rooms::Member;
use whatscrap_users::Login;

use super::home::room_path;
use super::refusal::Refusal;
use super::room;
use super::typed::{RoomInPath, Typed};
use super::who::Viewer;
use crate::Server;
use crate::problem::Problem;

/// A message to be posted.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct NewMessage {
    /// The page's own name for it, so that sending the form twice posts once.
    client_id: String,
    body: String,
}

/// Whoever opens the form's address again after a refusal.
pub(super) async fn back_to_room(RoomInPath(room): RoomInPath) -> Redirect {
    Redirect::to(&room_path(room))
}

/// Posts a message by form, and shows the room again.
pub(super) async fn post(
    State(server): State<Server>,
    Viewer(login): Viewer,
    RoomInPath(room): RoomInPath,
    Typed(new): Typed<NewMessage>,
) -> Result<Response, Refusal> {
    let member = server.services.rooms.member(room, login.user.id).await?;
    match send(&server, &login, &member, &new).await {
        Ok(()) => Ok(Redirect::to(&room_path(room)).into_response()),
        Err(problem) => room::page(&server, &login, &member, None, &new.body, Some(&problem)).await,
    }
}

async fn send(
    server: &Server,
    login: &Login,
    member: &Member,
    new: &NewMessage,
) -> Result<(), Problem> {
    server.limits.post(login.user.id)?;
    let draft = Draft {
        attachments: &[],
        client_id: &new.client_id,
        body: &new.body,
        reply_to: None,
    };
    server.services.messages.post(member, draft).await?;
    Ok(())
}
