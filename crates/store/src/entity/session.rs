use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use whatscrap_users::{NewSession, Session, SessionId, SessionKind, UserId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) user_id: Uuid,
    pub(crate) token: Vec<u8>,
    pub(crate) kind: String,
    pub(crate) name: Option<String>,
    pub(crate) created_at: ChronoDateTimeUtc,
    pub(crate) last_seen_at: ChronoDateTimeUtc,
    pub(crate) expires_at: ChronoDateTimeUtc,
    pub(crate) user_agent: Option<String>,
    pub(crate) address: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for Session {
    fn from(row: Model) -> Self {
        let kind = if row.kind == "token" {
            SessionKind::Token {
                name: row.name.unwrap_or_default(),
            }
        } else {
            SessionKind::Browser
        };
        Self {
            id: SessionId(row.id),
            user: UserId(row.user_id),
            kind,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            expires_at: row.expires_at,
            user_agent: row.user_agent,
            address: row.address,
        }
    }
}

impl From<NewSession> for ActiveModel {
    fn from(new: NewSession) -> Self {
        let session = new.session;
        let (kind, name) = match session.kind {
            SessionKind::Browser => ("browser", None),
            SessionKind::Token { name } => ("token", Some(name)),
        };
        Self {
            id: Set(session.id.0),
            user_id: Set(session.user.0),
            token: Set(new.token.to_vec()),
            kind: Set(kind.to_owned()),
            name: Set(name),
            created_at: Set(session.created_at),
            last_seen_at: Set(session.last_seen_at),
            expires_at: Set(session.expires_at),
            user_agent: Set(session.user_agent),
            address: Set(session.address),
        }
    }
}
