use std::collections::HashSet;

use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::{Value, context};
use serde::Deserialize;
use uuid::Uuid;
use whatscrap_kernel::Limit;
use whatscrap_rooms::{Member, Right, Roommate};
use whatscrap_users::{Login, UserId};

use crate::Server;
use crate::pages::invitations;
use crate::pages::refusal::Refusal;
use crate::pages::show::{show, value};
use crate::pages::sidebar;
use crate::problem::Problem;
use crate::views::{RoomView, UserView};

/// Which people are shown.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct Part {
    /// Whose name begins so: members, and whom one could add.
    q: String,
    /// Only members after this one, by their user id.
    after: Option<Uuid>,
}

/// The people that a page shows.
struct People {
    members: Vec<Roommate>,
    /// After whom the next page begins, if there is one.
    next_after: Option<UserId>,
    /// Who is not in, of those who are looked for.
    others: Vec<UserView>,
}

pub(super) async fn page(
    server: &Server,
    login: &Login,
    member: &Member,
    headers: &HeaderMap,
    part: &Part,
    problem: Option<&Problem>,
) -> Result<Response, Refusal> {
    let rooms = &server.services.rooms;
    let mine = rooms.all_mine(member.user()).await?;
    let room = RoomView::from(rooms.mine(member).await?);
    let is_open = room.archived_at.is_none();
    let people = people(server, member, part, is_open).await?;
    let invites = if is_open && member.may(Right::Invite) {
        rooms.invitations(member).await?
    } else {
        Vec::new()
    };
    let members = people.members.iter().map(|one| server.roommate(one));
    let context = context! {
        room => value(&room),
        q => part.q.trim(),
        is_later => part.after.is_some(),
        next_after => people.next_after.map(|user| user.0.to_string()),
        members => value(members.collect::<Vec<_>>()),
        others => value(people.others),
        invites => invitations::shown(server, headers, &invites),
        may => may(member, is_open),
        ..sidebar::inside(login, mine, Some(member.room()))
    };
    Ok(show(server, problem, "pages/about.html", context))
}

async fn people(
    server: &Server,
    member: &Member,
    part: &Part,
    is_open: bool,
) -> Result<People, Problem> {
    let (rooms, limit) = (&server.services.rooms, Limit::default());
    let q = part.q.trim();
    if q.is_empty() {
        let page = rooms.members(member, part.after.map(UserId), limit).await?;
        let last = page.items.last().filter(|_| page.has_after);
        return Ok(People {
            next_after: last.map(|one| one.user.id),
            members: page.items,
            others: Vec::new(),
        });
    }
    let members = rooms.members_called(member, q, limit).await?;
    let mut others = Vec::new();
    if is_open && member.may(Right::Add) {
        let inside: HashSet<_> = members.iter().map(|one| one.user.id).collect();
        let found = server.services.users.directory(q, limit).await?;
        let found = found.iter().filter(|user| !inside.contains(&user.id));
        others = found.map(UserView::from).collect();
    }
    Ok(People {
        next_after: None,
        members,
        others,
    })
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
