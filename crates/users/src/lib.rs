//! Accounts, credentials and sessions.
//!
//! [`Service`] and [`Workspace`] are what callers use; [`Users`], [`Sessions`], [`Settings`],
//! [`PasswordHasher`] and [`Pictures`] are the ports that adapters implement; [`UserEvents`] is where the service tells what changed.
#![deny(missing_docs)]

mod accent;
mod availability;
mod avatar;
mod cache;
mod errors;
mod events;
mod password;
mod ports;
mod preferences;
mod secret;
mod service;
mod session;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod throttle;
mod user;
mod username;

pub use accent::Accent;
pub use availability::{
    Availability, STATUS_CHARS, StatusError, UntilError, parse_status, parse_until,
};
pub use avatar::{AVATAR_SIDES, Avatar, Print};
pub use errors::{
    AccentError, ChangePasswordError, LogInError, RegisterError, ResetPasswordError, TokenError,
};
pub use events::{UserEvent, UserEvents};
pub use password::{Password, PasswordError};
pub use ports::{
    Admission, CreateUserError, Founding, HashError, NewUser, PasswordHasher, PictureError,
    Pictures, ProfileChange, Sessions, Settings, StoredHash, Users, Verified,
};
pub use preferences::{
    Density, NotificationLevel, Preferences, PreferencesChange, PushText, Quiet, Theme,
};
pub use service::{
    NewAccount, Opened, Origin, Policy, Portraits, RegistrationMode, SESSION_DAYS, Service,
    Sitting, Workspace,
};
pub use session::{Login, NewSession, Session, SessionId, SessionKind, TokenHash};
pub use throttle::TryKey;
pub use user::{DisplayName, DisplayNameError, ServerRole, User, UserId, is_one_visible_line};
pub use username::{Username, UsernameError};
