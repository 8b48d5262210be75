use async_trait::async_trait;
use whatscrap_kernel::{BackendError, Time};

use crate::{
    Accent, Avatar, DisplayName, Login, NewSession, Preferences, PreferencesChange, Print, Session,
    SessionId, TokenHash, User, UserId, Username,
};

/// A hash in PHC string format (argon2id), or one of the original's bcrypt hashes.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredHash(pub String);

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// The account; its role is `Owner` only with [`Founding::First`].
    pub user: User,
    /// The password's hash.
    pub password: StoredHash,
    /// Whether it is the first one.
    pub founding: Founding,
    /// By which invitation it comes, if by any.
    pub admission: Option<Admission>,
}

/// An invitation that an account comes by: it is used up together with making the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// Its code.
    pub code: String,
    /// Whether there is no account without it. Otherwise the account is made also if it does not
    /// hold any more.
    pub required: bool,
}

/// Whether the account founds the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Founding {
    /// It must be the first account.
    First,
    /// There must be an account already.
    Later,
}

/// Why an account was not made.
#[derive(Debug, thiserror::Error)]
pub enum CreateUserError {
    /// The name, or one that looks the same, is someone's.
    #[error("this username is taken")]
    UsernameTaken,
    /// [`Founding::First`], but there is an account.
    #[error("this server is set up already")]
    AlreadyFounded,
    /// [`Founding::Later`], but there is none.
    #[error("this server is not set up yet")]
    NotFounded,
    /// The [`Admission`] is required and does not hold any more.
    #[error("this invitation is not valid any more")]
    NotAdmitted,
    /// Unknown outcome.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

/// What a person changed of their profile. `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileChange {
    /// A new display name.
    pub display_name: Option<DisplayName>,
    /// A new status, or `Some(None)` to clear it.
    pub status: Option<Option<String>>,
    /// When the status ends by itself, or `Some(None)` for never.
    pub status_until: Option<Option<Time>>,
    /// Until when nothing is to disturb them, or `Some(None)` for no longer.
    pub dnd_until: Option<Option<Time>>,
    /// Whether they are to be seen as away.
    pub away: Option<bool>,
}

/// The accounts.
#[cfg_attr(any(test, feature = "testing"), mockall::automock)]
#[async_trait]
pub trait Users: Send + Sync {
    /// Makes an account.
    ///
    /// The name is unique by [`Username::as_str`] and by [`Username::skeleton`]. With
    /// [`Founding::First`] exactly one of any number of simultaneous calls succeeds, on any
    /// number of nodes.
    async fn create(&self, user: NewUser) -> Result<(), CreateUserError>;

    /// Whether there is any account.
    async fn founded(&self) -> Result<bool, BackendError>;

    /// The account with this id.
    async fn find(&self, id: UserId) -> Result<Option<User>, BackendError>;

    /// Those of these accounts that there are, with what their owners prefer, each once and in no
    /// order.
    async fn find_all(&self, ids: &[UserId]) -> Result<Vec<(User, Preferences)>, BackendError>;

    /// The account of this name and its password's hash.
    async fn credentials(
        &self,
        username: &Username,
    ) -> Result<Option<(User, StoredHash)>, BackendError>;

    /// Replaces the password's hash if it is still `old`: whether it was.
    async fn replace_password(
        &self,
        id: UserId,
        old: &StoredHash,
        new: &StoredHash,
    ) -> Result<bool, BackendError>;

    /// Changes the profile and returns the account as it is then; `None` if there is no such one.
    async fn change_profile(
        &self,
        id: UserId,
        change: &ProfileChange,
    ) -> Result<Option<User>, BackendError>;

    /// Gives the account this picture, or none, and returns the account as it is then and the
    /// picture it had before; `None` if there is no such account. Of any number of simultaneous
    /// changes each picture is had before by one at most.
    async fn replace_avatar<'a>(
        &self,
        id: UserId,
        avatar: Option<&'a Avatar>,
    ) -> Result<Option<(User, Option<Avatar>)>, BackendError>;

    /// What the owner of this account prefers; `None` if there is no such one.
    async fn preferences(&self, id: UserId) -> Result<Option<Preferences>, BackendError>;

    /// Changes the named preferences and returns them all as they are then; `None` if there is no
    /// such account. Of any number of simultaneous changes none undoes another's field.
    async fn change_preferences(
        &self,
        id: UserId,
        change: &PreferencesChange,
    ) -> Result<Option<Preferences>, BackendError>;

    /// Whose status ended by itself after `after` and not after `until`.
    async fn expired(&self, after: Time, until: Time) -> Result<Vec<UserId>, BackendError>;

    /// The accounts whose username or display name begins with `prefix` (case-folded; empty:
    /// all), in the order of the usernames' code points, at most `limit`.
    async fn directory(&self, prefix: &str, limit: u32) -> Result<Vec<User>, BackendError>;
}

/// The sessions, of browsers and of tokens.
#[cfg_attr(any(test, feature = "testing"), mockall::automock)]
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Opens a session.
    async fn open(&self, session: &NewSession) -> Result<(), BackendError>;

    /// The session with this secret and its account, expired or not.
    async fn find(&self, token: &TokenHash) -> Result<Option<Login>, BackendError>;

    /// Moves `last_seen_at` and `expires_at`, never backwards; nothing if it has ended.
    async fn touch(&self, id: SessionId, seen: Time, expires: Time) -> Result<(), BackendError>;

    /// The sessions of an account that end after `now`, the latest used first.
    async fn list(&self, user: UserId, now: Time) -> Result<Vec<Session>, BackendError>;

    /// Those of these sessions that nobody has ended, expired or not, in no order.
    async fn standing(&self, ids: &[SessionId]) -> Result<Vec<SessionId>, BackendError>;

    /// Ends a session of this account: whether there was one.
    async fn end(&self, user: UserId, id: SessionId) -> Result<bool, BackendError>;

    /// Ends every session of this account but `keep`, tokens included, and names those that
    /// were ended.
    async fn end_others(
        &self,
        user: UserId,
        keep: Option<SessionId>,
    ) -> Result<Vec<SessionId>, BackendError>;

    /// Forgets the sessions that do not end after `now`: how many.
    async fn prune(&self, now: Time) -> Result<u64, BackendError>;
}

/// What is set for the whole server.
#[async_trait]
pub trait Settings: Send + Sync {
    /// The colour that was chosen last; `None` if none was.
    async fn accent(&self) -> Result<Option<Accent>, BackendError>;

    /// Chooses a colour. Of any number of simultaneous choices one holds.
    async fn set_accent(&self, accent: Accent) -> Result<(), BackendError>;
}

/// What came of comparing a password with a hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verified {
    /// Another password.
    No,
    /// The password, under a hash of today's strength.
    Yes,
    /// The password, under a weaker or older hash: hash it anew.
    YesButWeak,
}

/// Why a password was neither hashed nor compared.
#[derive(Debug, thiserror::Error)]
pub enum HashError {
    /// Every permit is taken: try again in a moment.
    #[error("too many passwords are being checked right now")]
    Busy,
    /// The stored hash is damaged, or asks for absurd work.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

/// Turns passwords into hashes. Slow by design, so it takes permits: at most a few at a time, and
/// a bounded number that wait.
///
/// OWASP Password Storage Cheat Sheet: argon2id, 19 MiB, t=2, p=1.
#[cfg_attr(any(test, feature = "testing"), mockall::automock)]
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// Hashes a password with a salt of its own.
    async fn hash(&self, password: &str) -> Result<StoredHash, HashError>;

    /// Compares a password with a hash. `None` stands for an account that does not exist and
    /// takes as long as one that does.
    async fn verify<'a>(
        &self,
        password: &str,
        hash: Option<&'a StoredHash>,
    ) -> Result<Verified, HashError>;
}

/// Why no picture was made of a file.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// It is no picture of a kind that we read.
    #[error("this is no picture that can be read: send a PNG, JPEG, WebP or GIF file")]
    Unknown,
    /// It says that it is one, and is not, or not wholly.
    #[error("this picture is damaged: send another PNG, JPEG, WebP or GIF file")]
    Damaged,
    /// It would take too much memory.
    #[error(
        "a picture has at most 40 million pixels, a progressive JPEG 28 million: make it smaller"
    )]
    TooLarge,
    /// Every permit is taken: try again in a moment.
    #[error("too many pictures are being made right now")]
    Busy,
    /// The maker is gone.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

/// Makes pictures of what people send.
///
/// Whatever the file is, this takes a bounded time and memory, and only so many at a time.
#[cfg_attr(any(test, feature = "testing"), mockall::automock)]
#[async_trait]
pub trait Pictures: Send + Sync {
    /// The prints of a picture, one of each of [`crate::AVATAR_SIDES`], the smallest first: upright, cut
    /// to the square in its middle, encoded anew as JPEG or PNG, without anything else that the
    /// file held.
    async fn prints(&self, file: Vec<u8>) -> Result<Vec<Print>, PictureError>;
}

impl std::fmt::Debug for StoredHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoredHash(…)")
    }
}
