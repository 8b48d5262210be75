use whatscrap_kernel::Time;

use crate::{Preferences, User, UserId};

whatscrap_kernel::ids! {
    /// Names a session: one browser, or one token of a program.
    SessionId
}

/// The SHA-256 of a session's secret. The secret itself is only ever with its holder.
pub type TokenHash = [u8; 32];

/// How the secret travels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionKind {
    /// In a browser's cookie.
    Browser,
    /// In an `Authorization: Bearer` header, under a name its owner chose.
    Token {
        /// What the owner calls it.
        name: String,
    },
}

/// A login that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Names it in lists and when it is revoked.
    pub id: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// Browser or token.
    pub kind: SessionKind,
    /// When it began.
    pub created_at: Time,
    /// When it was last used, to the minute.
    pub last_seen_at: Time,
    /// When it ends if it is not used before; moves with use, up to the absolute end.
    pub expires_at: Time,
    /// The `User-Agent` it began with, shortened.
    pub user_agent: Option<String>,
    /// The address it began from.
    pub address: Option<String>,
}

/// A session to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// What is known of it.
    pub session: Session,
    /// The hash of its secret.
    pub token: TokenHash,
}

/// Who is speaking: an account and the session that proves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The account.
    pub user: User,
    /// What its owner prefers.
    pub preferences: Preferences,
    /// The session.
    pub session: Session,
}
