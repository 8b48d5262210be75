use serde::Deserialize;
use whatscrap_rooms::{InviteCode, Member, Role, RoomChange};
use whatscrap_users::{Login, UserId};

use crate::Server;
use crate::api::rooms::{parse_name, parse_topic};
use crate::pages::invitations::Terms;
use crate::problem::Problem;

/// What a form of the page asks for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct Wish {
    /// Which form it is.
    act: String,
    name: String,
    topic: String,
    /// A person, by id.
    user: String,
    role: String,
    /// Of an invitation.
    code: String,
    #[serde(flatten)]
    terms: Terms,
}

impl Wish {
    /// Whether one is out of the room once it is granted.
    pub(super) fn leaves(&self) -> bool {
        matches!(self.act.as_str(), "leave" | "hand-over-and-leave")
    }

    /// The part of the page that it is about.
    pub(super) fn section(&self) -> &'static str {
        match self.act.as_str() {
            "add" | "role" | "remove" => "about-people",
            "invite" | "revoke" => "about-invites",
            _ => "about-name",
        }
    }
}

/// Does it.
pub(super) async fn grant(
    server: &Server,
    login: &Login,
    member: &Member,
    wish: &Wish,
) -> Result<(), Problem> {
    let rooms = &server.services.rooms;
    match wish.act.as_str() {
        "rename" => {
            let change = RoomChange {
                name: Some(parse_name(&wish.name)?),
                topic: Some(parse_topic(&wish.topic)?),
            };
            rooms.change(member, &change).await?;
        }
        "add" => rooms
            .add(member, person(&wish.user)?, None)
            .await
            .map(drop)?,
        "role" => {
            let role = match wish.role.as_str() {
                "owner" => Role::Owner,
                "moderator" => Role::Moderator,
                _ => Role::Member,
            };
            rooms.add(member, person(&wish.user)?, Some(role)).await?;
        }
        "remove" => rooms.remove(member, person(&wish.user)?).await?,
        "leave" => rooms.leave(member).await?,
        "hand-over-and-leave" => {
            rooms
                .add(member, person(&wish.user)?, Some(Role::Owner))
                .await?;
            rooms.leave(member).await?;
        }
        "archive" => rooms.archive(member).await?,
        "invite" => {
            let terms = wish.terms.read(server.clock.now())?;
            server.limits.invitation(login.user.id)?;
            rooms.invite(member, terms).await?;
        }
        "revoke" => {
            let code = InviteCode::parse(&wish.code).ok_or_else(Problem::not_found)?;
            rooms.revoke(&code, &login.user).await?;
        }
        _ => return Err(Problem::malformed("the form could not be read: try again")),
    }
    Ok(())
}

fn person(id: &str) -> Result<UserId, Problem> {
    id.parse()
        .map_err(|_| Problem::invalid("user", "choose a person"))
}
