//! The page about a room: who is in, who may come, what it is called. A form each.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::TimeDelta;
use minijinja::{Value, context};
use serde::Deserialize;
use whatscrap_kernel::Limit;
use whatscrap_rooms::{InviteCode, InviteTerms, Member, Right, Role, RoomChange};
use whatscrap_users::{Login, UserId};

use super::home::room_path;
use super::refusal::Refusal;
use super::show::{show, value};
use super::sidebar;
use super::typed::{RoomInPath, Typed};
use super::who::Viewer;
use crate::Server;
use crate::api::rooms::{parse_name, parse_topic};
use crate::problem::Problem;
use crate::views::{InviteView, RoomView};

/// What a form of the page asks for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    /// Which form it is.
    act: String,
    name: String,
    topic: String,
    /// A person: by username where one is typed, else by id.
    user: String,
    role: String,
    /// Of an invitation.
    code: String,
    days: String,
    max_uses: String,
}

/// Shows it.
pub(super) async fn open(
    State(server): State<Server>,
    Viewer(login): Viewer,
    RoomInPath(room): RoomInPath,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let member = server.services.rooms.member(room, login.user.id).await?;
    page(&server, &login, &member, &headers, None).await
}

/// Does what a form asks, and shows the page again.
pub(super) async fn act(
    State(server): State<Server>,
    Viewer(login): Viewer,
    RoomInPath(room): RoomInPath,
    headers: HeaderMap,
    Typed(wish): Typed<Wish>,
) -> Result<Response, Refusal> {
    let member = server.services.rooms.member(room, login.user.id).await?;
    match grant(&server, &login, &member, &wish).await {
        Ok(()) if wish.act.ends_with("leave") => Ok(Redirect::to("/chat/rooms").into_response()),
        Ok(()) => Ok(Redirect::to(&about_path(&member)).into_response()),
        Err(problem) => page(&server, &login, &member, &headers, Some(&problem)).await,
    }
}

fn about_path(member: &Member) -> String {
    format!("{}/about", room_path(member.room()))
}

async fn grant(
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
        "add" => {
            let user = called(server, &wish.user).await?;
            rooms.add(member, user, None).await?;
        }
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
            let days = wish.days.parse().unwrap_or(7).clamp(1, 365);
            let terms = InviteTerms {
                expires_at: Some(server.clock.now() + TimeDelta::days(days)),
                max_uses: wish.max_uses.parse().ok(),
            };
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

/// The person of this username.
async fn called(server: &Server, username: &str) -> Result<UserId, Problem> {
    let username = username.trim().trim_start_matches('@').to_lowercase();
    let limit = Limit::default();
    let found = server.services.users.directory(&username, limit).await?;
    let found = found
        .iter()
        .find(|user| user.username.as_str() == username)
        .ok_or_else(|| Problem::invalid("user", "nobody here has this username"))?;
    Ok(found.id)
}

async fn page(
    server: &Server,
    login: &Login,
    member: &Member,
    headers: &HeaderMap,
    problem: Option<&Problem>,
) -> Result<Response, Refusal> {
    let rooms = &server.services.rooms;
    let mine = rooms.all_mine(member.user()).await?;
    let room = RoomView::from(rooms.mine(member).await?);
    let people = rooms.members(member, None, Limit::MAX).await?;
    let is_open = room.archived_at.is_none();
    let invites = if is_open && member.may(Right::Invite) {
        rooms.invitations(member).await?
    } else {
        Vec::new()
    };
    let origin = server.config.origin(headers).unwrap_or_default();
    let views = invites.iter().map(|shown| InviteView::new(shown, &origin));
    let context = context! {
        room => value(&room),
        more_members => people.has_after,
        members => value(people.items.iter().map(|one| server.roommate(one)).collect::<Vec<_>>()),
        invites => value(views.collect::<Vec<_>>()),
        may => may(member, is_open),
        ..sidebar::inside(login, mine, Some(member.room()))
    };
    Ok(show(server, problem, "pages/about.html", context))
}

/// What the page offers.
fn may(member: &Member, is_open: bool) -> Value {
    let may = |right| member.may(right);
    context! {
        rename => is_open && may(Right::Rename),
        add => is_open && may(Right::Add),
        remove => may(Right::Remove),
        set_roles => may(Right::SetRoles),
        invite => is_open && may(Right::Invite),
        archive => is_open && may(Right::Archive),
        leave => may(Right::Leave),
    }
}
