use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use whatscrap_kernel::Time;
use whatscrap_users::{
    AVATAR_SIDES, Availability, Density, NotificationLevel, Preferences, PushText, Quiet,
    ServerRole, Session, SessionId, SessionKind, Theme, User,
};

/// A person, as others may see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = User)]
pub struct UserView {
    /// Never changes.
    pub id: Uuid,
    /// Unique; what `@` mentions name.
    pub username: String,
    /// What the pages show.
    pub display_name: String,
    /// Their picture, if they have one. The last part of the path is the size: 128, 256 or 512.
    pub avatar_url: Option<String>,
    /// A short line about now.
    pub status: Option<String>,
    /// Whether a program speaks here.
    pub bot: bool,
    /// Only of oneself: `owner`, `admin` or `member` of the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<&'static str>,
    /// Only of oneself, at `/me`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferences: Option<PreferencesView>,
    /// Only of oneself.
    #[serde(flatten)]
    pub availability: Option<AvailabilityView>,
}

/// What one says of one's being there, for oneself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Availability)]
pub struct AvailabilityView {
    /// When my status ends by itself.
    #[serde(serialize_with = "super::optional_timestamp")]
    #[schema(value_type = Option<String>)]
    pub status_until: Option<Time>,
    /// Until when nothing is to disturb me.
    #[serde(serialize_with = "super::optional_timestamp")]
    #[schema(value_type = Option<String>)]
    pub dnd_until: Option<Time>,
    /// Whether I chose to be seen as away.
    pub away: bool,
}

impl From<Availability> for AvailabilityView {
    fn from(availability: Availability) -> Self {
        Self {
            status_until: availability.status_until,
            dnd_until: availability.dnd_until,
            away: availability.away,
        }
    }
}

/// What I want of the server and its pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Preferences)]
pub struct PreferencesView {
    /// Whether others see up to where I have read, and I see it of them; true by default.
    pub receipts: bool,
    /// `all`, `mentions` or `nothing`: what to tell of rooms where nothing else was chosen.
    #[schema(value_type = String)]
    pub level: NotificationLevel,
    /// When not to disturb, day by day; none by default.
    #[schema(value_type = Option<QuietView>)]
    pub quiet: Option<Quiet>,
    /// `full`, `sender` or `nothing`: how much a notification says of its message.
    #[schema(value_type = String)]
    pub push_text: PushText,
    /// Whether the page makes a sound; false by default.
    pub sound: bool,
    /// `system`, `light` or `dark`.
    #[schema(value_type = String)]
    pub theme: Theme,
    /// `comfortable` or `compact`.
    #[schema(value_type = String)]
    pub density: Density,
    /// Whether single letters are commands while the messages have the focus; true by default.
    pub single_keys: bool,
}

/// Hours of each day.
#[derive(ToSchema)]
#[schema(as = Quiet)]
#[expect(dead_code, reason = "it only describes what the domain writes")]
pub(super) struct QuietView {
    /// Their first minute, as `22:00`.
    from: String,
    /// The first minute after them, as `07:00`.
    to: String,
    /// An IANA time zone, as `Europe/Vienna`.
    time_zone: String,
}

impl From<&Preferences> for PreferencesView {
    fn from(preferences: &Preferences) -> Self {
        let Preferences {
            receipts,
            level,
            quiet,
            push_text,
            sound,
            theme,
            density,
            single_keys,
        } = *preferences;
        Self {
            receipts,
            level,
            quiet,
            push_text,
            sound,
            theme,
            density,
            single_keys,
        }
    }
}

impl UserView {
    /// The person as they see themselves: with their server role.
    pub fn me(user: &User) -> Self {
        let role = match user.role {
            ServerRole::Owner => "owner",
            ServerRole::Admin => "admin",
            ServerRole::Member => "member",
        };
        Self {
            role: Some(role),
            availability: Some(user.availability.into()),
            ..Self::from(user)
        }
    }

    /// [`Self::me`], with what I prefer.
    pub fn whole(user: &User, preferences: &Preferences) -> Self {
        Self {
            preferences: Some(preferences.into()),
            ..Self::me(user)
        }
    }
}

impl From<&User> for UserView {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.0,
            username: user.username.as_str().to_owned(),
            display_name: user.display_name.as_str().to_owned(),
            avatar_url: avatar_url(user),
            status: user.status.clone(),
            bot: user.bot,
            role: None,
            preferences: None,
            availability: None,
        }
    }
}

/// Where somebody's picture is, in the size of a list. The last part of the path is the size:
/// 128, 256 or 512 pixels a side.
pub(super) fn avatar_url(user: &User) -> Option<String> {
    let avatar = user.avatar.as_ref()?;
    Some(format!("/avatars/{}/{}", avatar.as_str(), AVATAR_SIDES[0]))
}

/// One of my logins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionView {
    /// What to revoke it by.
    pub id: Uuid,
    /// Whether it is the one that asks.
    pub current: bool,
    /// `browser` or `token`.
    pub kind: &'static str,
    /// What its owner called a token.
    pub name: Option<String>,
    /// When it began.
    #[serde(serialize_with = "super::timestamp")]
    #[schema(value_type = String)]
    pub created_at: Time,
    /// When it was last used, to the minute.
    #[serde(serialize_with = "super::timestamp")]
    #[schema(value_type = String)]
    pub last_seen_at: Time,
    /// When it ends if it is not used before.
    #[serde(serialize_with = "super::timestamp")]
    #[schema(value_type = String)]
    pub expires_at: Time,
    /// The browser it began in.
    pub user_agent: Option<String>,
    /// The address it began from.
    pub address: Option<String>,
}

impl SessionView {
    /// A session, seen from the session `current`.
    pub fn new(session: Session, current: SessionId) -> Self {
        let (kind, name) = match session.kind {
            SessionKind::Browser => ("browser", None),
            SessionKind::Token { name } => ("token", Some(name)),
        };
        Self {
            id: session.id.0,
            current: session.id == current,
            kind,
            name,
            created_at: session.created_at,
            last_seen_at: session.last_seen_at,
            expires_at: session.expires_at,
            user_agent: session.user_agent,
            address: session.address,
        }
    }
}
