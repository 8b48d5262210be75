use std::collections::HashMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use minijinja::context;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use whatscrap_messages::notify::{Entry, SubscriptionId};
use whatscrap_rooms::NotificationLevel;
use whatscrap_users::{Login, PreferencesChange, PushText, Quiet};

use super::home::room_path;
use super::refusal::Refusal;
use super::show::{show, value};
use super::sidebar;
use super::typed::{Asked, RoomInPath, Typed};
use super::who::Viewer;
use crate::Server;
use crate::problem::Problem;
use crate::views::{self, DeviceView, NoticeView, PreferencesView, RoomView};

const PATH: &str = "/settings/notifications";
/// How many decisions the page explains.
const NOTICES: u32 = 100;

/// What was just done.
#[derive(Default, Deserialize)]
pub(super) struct Done {
    done: Option<String>,
}

/// What to be told of, where, and why one was, or was not.
pub(super) async fn open(
    State(server): State<Server>,
    Viewer(login): Viewer,
    Asked(Done { done }): Asked<Done>,
) -> Result<Response, Refusal> {
    let saved = match done.as_deref() {
        Some("saved") => "Saved.",
        Some("tested") => {
            "Sent. If nothing shows, look at the settings of the browser and the system."
        }
        Some("failed") => "It could not be sent: the push service did not take it.",
        Some("removed") => "Removed.",
        _ => "",
    };
    page(&server, &login, saved, None).await
}

/// What the form says.
#[derive(Deserialize)]
pub(super) struct Wanted {
    level: NotificationLevel,
    push_text: PushText,
    #[serde(default)]
    sound: Option<String>,
    #[serde(default)]
    quiet: Option<String>,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    time_zone: String,
}

/// Keeps what the form says.
pub(super) async fn save(
    State(server): State<Server>,
    Viewer(login): Viewer,
    Typed(wanted): Typed<Wanted>,
) -> Result<Response, Refusal> {
    let quiet = match quiet(&wanted) {
        Ok(quiet) => quiet,
        Err(problem) => return page(&server, &login, "", Some(&problem)).await,
    };
    let change = PreferencesChange {
        level: Some(wanted.level),
        push_text: Some(wanted.push_text),
        sound: Some(wanted.sound.is_some()),
        quiet: Some(quiet),
        ..PreferencesChange::default()
    };
    let users = &server.services.users;
    users.change_preferences(login.user.id, &change).await?;
    Ok(Redirect::to(&format!("{PATH}?done=saved")).into_response())
}

fn quiet(wanted: &Wanted) -> Result<Option<Quiet>, Problem> {
    if wanted.quiet.is_none() {
        return Ok(None);
    }
    let hours = serde_json::json!({
        "from": wanted.from, "to": wanted.to, "time_zone": wanted.time_zone,
    });
    serde_json::from_value(hours).map(Some).map_err(|_| {
        let title = "quiet hours go from one time to another, as 22:00 to 07:00, by the clock of a \
                     place, as Europe/Vienna";
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", title)
    })
}

/// What is to be done with a device.
#[derive(Deserialize)]
pub(super) struct Deed {
    id: Uuid,
    action: Action,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Action {
    Test,
    Remove,
}

/// Tests a device, or removes it.
pub(super) async fn device(
    State(server): State<Server>,
    Viewer(login): Viewer,
    Typed(Deed { id, action }): Typed<Deed>,
) -> Result<Response, Refusal> {
    let (user, id) = (login.user.id, SubscriptionId(id));
    let notifications = &server.services.notifications;
    let done = match action {
        Action::Test => {
            server.limits.post(user)?;
            let delivery = notifications.test(user, id).await?;
            let delivery = delivery.ok_or_else(Problem::not_found)?;
            if delivery.is_accepted() {
                "tested"
            } else {
                "failed"
            }
        }
        Action::Remove => {
            notifications.forget(user, id).await?;
            "removed"
        }
    };
    Ok(Redirect::to(&format!("{PATH}?done={done}#devices")).into_response())
}

/// What to be told of in a room.
#[derive(Deserialize)]
pub(super) struct OfRoom {
    level: String,
}

/// Keeps what was chosen in the menu of a room.
pub(super) async fn of_room(
    State(server): State<Server>,
    Viewer(login): Viewer,
    RoomInPath(room): RoomInPath,
    Typed(OfRoom { level }): Typed<OfRoom>,
) -> Result<Response, Refusal> {
    let rooms = &server.services.rooms;
    let member = rooms.member(room, login.user.id).await?;
    let level = match level.as_str() {
        "all" => Some(NotificationLevel::All),
        "mentions" => Some(NotificationLevel::Mentions),
        "nothing" => Some(NotificationLevel::Nothing),
        _ => None,
    };
    rooms.set_notifications(&member, level).await?;
    Ok(Redirect::to(&room_path(room)).into_response())
}

/// A decision, with what only its reader may see.
#[derive(Serialize)]
struct Explained {
    #[serde(flatten)]
    notice: NoticeView,
    room_name: String,
    why: &'static str,
}

async fn page(
    server: &Server,
    login: &Login,
    saved: &str,
    problem: Option<&Problem>,
) -> Result<Response, Refusal> {
    let (user, services) = (login.user.id, &server.services);
    let mine = services.rooms.all_mine(user).await?;
    let rooms = mine.iter().cloned().map(RoomView::from);
    let names: HashMap<Uuid, String> = rooms.map(|room| (room.id, room.name)).collect();
    let notices = services.notifications.log(user, NOTICES).await?;
    let explained = |entry: Entry| Explained {
        room_name: names
            .get(&entry.room.0)
            .map_or("a room you left", String::as_str)
            .to_owned(),
        why: views::why(entry.rule),
        notice: NoticeView::from(entry),
    };
    let notices: Vec<_> = notices.into_iter().map(explained).collect();
    let devices = services.notifications.devices(user).await?;
    let devices = devices
        .iter()
        .map(|device| DeviceView::new(device, login.session.id));
    let context = context! {
        section => "notifications",
        saved,
        preferences => value(PreferencesView::from(&login.preferences)),
        devices => value(devices.collect::<Vec<_>>()),
        notices => value(notices),
        ..sidebar::inside(login, mine, None)
    };
    Ok(show(
        server,
        problem,
        "pages/settings/notifications.html",
        context,
    ))
}
