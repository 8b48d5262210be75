use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use whatscrap_kernel::Limit;
use whatscrap_messages::notify::{
    Keys, KeysError, NamedBy, Situation, SubscriptionId, compose, decide,
};
use whatscrap_messages::{Attention, PageAt};
use whatscrap_rooms::{RoomId, RoomKind};

use super::body::{Body, Ids, Params};
use super::rooms::limit;
use crate::Server;
use crate::auth::Auth;
use crate::problem::Problem;
use crate::views::{self, DeviceView, NoticeView};

/// A name of a host has at most 253 characters; `https://` and a port come to it.
const LONGEST_ORIGIN: usize = 267;

/// What a browser subscribes with.
#[derive(Serialize, ToSchema)]
pub(super) struct Key {
    /// The `applicationServerKey`: 65 bytes, in base64url.
    key: String,
}

/// The key that browsers subscribe with. It stays the same for ever.
#[utoipa::path(get, path = "/push/key", responses((status = OK, body = Key)))]
pub(super) async fn key(State(server): State<Server>, Auth(_): Auth) -> Json<Key> {
    let key = server.services.notifications.key();
    Json(Key {
        key: URL_SAFE_NO_PAD.encode(key),
    })
}

/// A browser's `PushSubscription.toJSON()`.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewSubscription {
    /// Where its push service takes pushes: `https`, on the public Internet.
    endpoint: String,
    keys: NewKeys,
}

/// In base64url.
#[derive(Deserialize, ToSchema)]
struct NewKeys {
    /// An uncompressed point of P-256.
    p256dh: String,
    /// 16 bytes.
    auth: String,
}

/// A device that is told of messages while the pages are closed.
#[derive(Serialize, ToSchema)]
pub(super) struct OneDevice {
    subscription: DeviceView,
}

/// My devices.
#[derive(Serialize, ToSchema)]
pub(super) struct Devices {
    subscriptions: Vec<DeviceView>,
}

/// Tells this browser of new messages from here on, until its session ends. At most 16 a person.
#[utoipa::path(post, path = "/push/subscriptions", request_body = NewSubscription, responses(
    (status = CREATED, body = OneDevice),
    (status = CONFLICT, body = Problem, description = "`quota_exceeded`"),
    (status = UNPROCESSABLE_ENTITY, body = Problem, description = "`field` is `endpoint` or a key"),
))]
pub(super) async fn subscribe(
    State(server): State<Server>,
    Auth(login): Auth,
    headers: HeaderMap,
    Body(new): Body<NewSubscription>,
) -> Result<Response, Problem> {
    server.limits.post(login.user.id)?;
    let (p256dh, auth) = (decode(&new.keys.p256dh), decode(&new.keys.auth));
    let keys = Keys::parse(&p256dh, &auth).map_err(|error| {
        let field = match error {
            KeysError::P256dh => "keys.p256dh",
            KeysError::Auth => "keys.auth",
        };
        Problem::invalid(field, error.to_string())
    })?;
    let notifications = &server.services.notifications;
    let kept = notifications
        .subscribe(&login, &new.endpoint, keys, secure_origin(&headers))
        .await?;
    let subscription = DeviceView::new(&kept, login.session.id);
    Ok((StatusCode::CREATED, Json(OneDevice { subscription })).into_response())
}

/// The address at which a browser has these pages, as it says itself: behind a proxy without
/// `PUBLIC_URL`, nobody else knows that it is HTTPS.
fn secure_origin(headers: &HeaderMap) -> Option<String> {
    let origin = headers.get(header::ORIGIN)?.to_str().ok()?;
    let is_one = origin.starts_with("https://") && origin.len() <= LONGEST_ORIGIN;
    is_one.then(|| origin.to_owned())
}

/// My devices that are told of messages, the oldest first.
#[utoipa::path(get, path = "/push/subscriptions", responses((status = OK, body = Devices)))]
pub(super) async fn list(
    State(server): State<Server>,
    Auth(login): Auth,
) -> Result<Json<Devices>, Problem> {
    let devices = server.services.notifications.devices(login.user.id).await?;
    let session = login.session.id;
    let devices = devices.iter();
    Ok(Json(Devices {
        subscriptions: devices
            .map(|device| DeviceView::new(device, session))
            .collect(),
    }))
}

/// Which device.
#[derive(Deserialize, ToSchema)]
pub(super) struct Gone {
    endpoint: String,
}

/// Tells the device with this endpoint no more. One that is not there is a success.
#[utoipa::path(delete, path = "/push/subscriptions", request_body = Gone,
    responses((status = NO_CONTENT)))]
pub(super) async fn unsubscribe(
    State(server): State<Server>,
    Auth(login): Auth,
    Body(gone): Body<Gone>,
) -> Result<StatusCode, Problem> {
    let notifications = &server.services.notifications;
    notifications
        .unsubscribe(login.user.id, &gone.endpoint)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tells this device no more.
#[utoipa::path(delete, path = "/push/subscriptions/{id}", params(("id" = Uuid, Path)),
    responses((status = NO_CONTENT), (status = NOT_FOUND, body = Problem)))]
pub(super) async fn forget(
    State(server): State<Server>,
    Auth(login): Auth,
    Ids(id): Ids<Uuid>,
) -> Result<StatusCode, Problem> {
    let notifications = &server.services.notifications;
    let forgotten = notifications
        .forget(login.user.id, SubscriptionId(id))
        .await?;
    if forgotten {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found())
    }
}

/// What became of a test.
#[derive(Serialize, ToSchema)]
pub(super) struct Tested {
    /// Whether the push service took it.
    accepted: bool,
    /// What became of it, in a few words.
    result: String,
}

/// Sends this device a notification now, to show that it works.
#[utoipa::path(post, path = "/push/subscriptions/{id}/test", params(("id" = Uuid, Path)),
    responses((status = OK, body = Tested), (status = NOT_FOUND, body = Problem)))]
pub(super) async fn test(
    State(server): State<Server>,
    Auth(login): Auth,
    Ids(id): Ids<Uuid>,
) -> Result<Json<Tested>, Problem> {
    server.limits.post(login.user.id)?;
    let notifications = &server.services.notifications;
    let delivery = notifications
        .test(login.user.id, SubscriptionId(id))
        .await?
        .ok_or_else(Problem::not_found)?;
    Ok(Json(Tested {
        accepted: delivery.is_accepted(),
        result: delivery.to_string(),
    }))
}

#[derive(Deserialize, IntoParams)]
pub(super) struct Page {
    /// 1 to 200, 50 by default.
    limit: Option<u32>,
}

/// Why I was, or was not, told.
#[derive(Serialize, ToSchema)]
pub(super) struct Notices {
    notices: Vec<NoticeView>,
}

/// Why I was, or was not, told of messages in the last seven days, the latest first.
#[utoipa::path(get, path = "/push/log", params(Page), responses((status = OK, body = Notices)))]
pub(super) async fn log(
    State(server): State<Server>,
    Auth(login): Auth,
    Params(page): Params<Page>,
) -> Result<Json<Notices>, Problem> {
    let limit = limit(page.limit)?.get();
    let notices = server
        .services
        .notifications
        .log(login.user.id, limit)
        .await?;
    Ok(Json(Notices {
        notices: notices.into_iter().map(NoticeView::from).collect(),
    }))
}

#[derive(Deserialize, IntoParams)]
pub(super) struct Which {
    room: Uuid,
    /// Of which message.
    seq: u64,
}

/// Whether a page that nobody looks at is to tell of a message.
#[derive(Serialize, ToSchema)]
pub(super) struct Decision {
    /// Whether it is.
    told: bool,
    /// The rule that matched.
    rule: &'static str,
    /// Whether by a sound, too.
    sound: bool,
    /// What to say: no more than I want to be shown.
    title: String,
    body: String,
}

/// By the same rule as for pushes: whether a page of mine that nobody looks at is to tell of this
/// message now.
#[utoipa::path(get, path = "/push/rule", params(Which),
    responses((status = OK, body = Decision), (status = NOT_FOUND, body = Problem)))]
pub(super) async fn rule(
    State(server): State<Server>,
    Auth(login): Auth,
    Params(Which { room, seq }): Params<Which>,
) -> Result<Json<Decision>, Problem> {
    let (rooms, messages) = (&server.services.rooms, &server.services.messages);
    let member = rooms.member(RoomId(room), login.user.id).await?;
    let mine = rooms.mine(&member).await?;
    let page = messages.page(&member, PageAt::Around(seq), Limit::default());
    let mut page = page.await?.items.into_iter();
    let message = page
        .find(|message| message.seq == seq)
        .ok_or_else(Problem::not_found)?;
    let (user, now) = (login.user.id, server.clock.now());
    let preferences = &login.preferences;
    let answered = message.reply_to.as_ref();
    let rule = decide(&Situation {
        is_author: message.author.id == user,
        is_member: true,
        is_direct: mine.room.kind == RoomKind::Direct,
        chosen: mine.notifications_chosen.then_some(mine.notifications),
        usual: preferences.level,
        is_answer: answered.is_some_and(|parent| parent.author == login.user.username),
        named: NamedBy::of(&message.mentions, user, server.hub.is_online(user)),
        do_not_disturb: login.user.availability.dnd_until,
        is_quiet: preferences.is_quiet(now),
        has_read: mine.read_seq >= seq,
        is_looking: server.hub.looks_at(user, mine.room.id),
        // It is the page itself.
        has_device: true,
        now,
    });
    let is_direct = mine.room.kind == RoomKind::Direct;
    let name = (!is_direct).then(|| mine.room.name.as_str());
    let said = compose(preferences.push_text, name, rule, &message, 1, Vec::new());
    Ok(Json(Decision {
        told: rule.tells(),
        rule: views::rule(rule),
        sound: preferences.sound,
        title: said.title,
        body: said.body,
    }))
}

/// Browsers send no padding, some clients do. What is neither has no length that fits.
fn decode(text: &str) -> Vec<u8> {
    let decoded = URL_SAFE_NO_PAD
        .decode(text)
        .or_else(|_| URL_SAFE.decode(text));
    decoded.unwrap_or_default()
}
