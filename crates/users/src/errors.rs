use std::time::Duration;

use whatscrap_kernel::BackendError;

use crate::{CreateUserError, DisplayNameError, HashError, PasswordError, UsernameError};

/// Why no account was made.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The username is none.
    #[error(transparent)]
    Username(#[from] UsernameError),
    /// The password is too weak or too long.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The display name is none.
    #[error(transparent)]
    DisplayName(#[from] DisplayNameError),
    /// The name, or one that looks the same, is someone's.
    #[error("this username is taken")]
    UsernameTaken,
    /// The owner's account is there already.
    #[error("this server is set up already")]
    AlreadyFounded,
    /// The owner's account has to be made first.
    #[error("this server is not set up yet")]
    NotFounded,
    /// Nobody can register.
    #[error("this server takes no new accounts")]
    Closed,
    /// Only who is invited can register.
    #[error("this server lets in only with an invitation")]
    InviteRequired,
    /// Too many passwords are being hashed: try again in a moment.
    #[error("too many people are logging in right now")]
    Busy,
    /// Unknown outcome.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

/// Why nobody was logged in.
#[derive(Debug, thiserror::Error)]
pub enum LogInError {
    /// The username or the password is wrong: which, is not told.
    #[error("the username or the password is wrong")]
    WrongCredentials,
    /// Too many wrong passwords for this account, or from this address.
    #[error("too many wrong passwords")]
    Throttled {
        /// How long to wait.
        retry_after: Duration,
    },
    /// Too many passwords are being compared: try again in a moment.
    #[error("too many people are logging in right now")]
    Busy,
    /// Unknown outcome.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

/// Why the password stays.
#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordError {
    /// The current password is another.
    #[error("this is not the current password")]
    WrongPassword,
    /// The new password is too weak or too long.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// Too many wrong passwords in this session.
    #[error("too many wrong passwords")]
    Throttled {
        /// How long to wait.
        retry_after: Duration,
    },
    /// Too many passwords are being hashed, or it was changed elsewhere just now.
    #[error("too many people are logging in right now")]
    Busy,
    /// Unknown outcome.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

/// Why an administrator could not set a password.
#[derive(Debug, thiserror::Error)]
pub enum ResetPasswordError {
    /// No account has this name.
    #[error("there is no account of this name")]
    UnknownUser,
    /// The new password is too weak or too long.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// Too many passwords are being hashed, or it was changed elsewhere just now.
    #[error("too many people are logging in right now")]
    Busy,
    /// Unknown outcome.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

/// Why the colour stays.
#[derive(Debug, thiserror::Error)]
pub enum AccentError {
    /// It is not theirs to choose.
    #[error("only the server's owner and its admins may change this")]
    Forbidden,
    /// Unknown outcome.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

/// Why no token was made.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The name is none.
    #[error("a token's name has 1 to 80 characters on one line")]
    Name,
    /// Unknown outcome.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

impl From<CreateUserError> for RegisterError {
    fn from(error: CreateUserError) -> Self {
        match error {
            CreateUserError::UsernameTaken => Self::UsernameTaken,
            CreateUserError::AlreadyFounded => Self::AlreadyFounded,
            CreateUserError::NotFounded => Self::NotFounded,
            CreateUserError::NotAdmitted => Self::InviteRequired,
            CreateUserError::Backend(error) => Self::Backend(error),
        }
    }
}

/// What hashing adds to the reasons of each use.
macro_rules! from_hash_error {
    ($($error:ident),+) => {$(
        impl From<HashError> for $error {
            fn from(error: HashError) -> Self {
                match error {
                    HashError::Busy => Self::Busy,
                    HashError::Backend(error) => Self::Backend(error),
                }
            }
        }
    )+};
}

from_hash_error!(
    RegisterError,
    LogInError,
    ChangePasswordError,
    ResetPasswordError
);
