use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use whatscrap_users::{
    Availability, Avatar, DisplayName, NewUser, Preferences, ServerRole, User, UserId, Username,
};

use super::Word;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) username: String,
    pub(crate) skeleton: String,
    pub(crate) display_name: String,
    pub(crate) display_key: String,
    pub(crate) avatar: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) status_until: Option<ChronoDateTimeUtc>,
    pub(crate) dnd_until: Option<ChronoDateTimeUtc>,
    pub(crate) away: bool,
    pub(crate) role: String,
    pub(crate) bot: bool,
    pub(crate) password: String,
    pub(crate) preferences: String,
    pub(crate) created_at: ChronoDateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for User {
    type Error = DbErr;

    fn try_from(row: Model) -> Result<Self, DbErr> {
        Ok(Self {
            id: UserId(row.id),
            username: Username::stored(row.username),
            display_name: DisplayName::stored(row.display_name),
            avatar: row.avatar.map(Avatar::stored),
            status: row.status,
            availability: Availability {
                status_until: row.status_until,
                dnd_until: row.dnd_until,
                away: row.away,
            },
            role: ServerRole::from_word(&row.role)?,
            bot: row.bot,
            created_at: row.created_at,
        })
    }
}

impl From<NewUser> for ActiveModel {
    fn from(new: NewUser) -> Self {
        let user = new.user;
        Self {
            id: Set(user.id.0),
            skeleton: Set(user.username.skeleton()),
            username: Set(user.username.as_str().to_owned()),
            display_name: Set(user.display_name.as_str().to_owned()),
            display_key: Set(display_key(&user.display_name)),
            avatar: Set(user.avatar.map(|avatar| avatar.as_str().to_owned())),
            status: Set(user.status),
            status_until: Set(user.availability.status_until),
            dnd_until: Set(user.availability.dnd_until),
            away: Set(user.availability.away),
            role: Set(user.role.word().to_owned()),
            bot: Set(user.bot),
            password: Set(new.password.0),
            preferences: Set(Preferences::default().to_json()),
            created_at: Set(user.created_at),
        }
    }
}

/// By what the directory finds a display name.
pub(crate) fn display_key(name: &DisplayName) -> String {
    name.as_str().to_lowercase()
}
