//! The first account.

use whatscrap_users::{NewAccount, RegisterError, ServerRole, Service};

use crate::config::Config;
use crate::{Failure, random};

/// The secret in the setup link: the operator's, or a new one.
pub(super) fn setup_token(config: &Config) -> Result<String, Failure> {
    match &config.setup_token {
        Some(token) => Ok(token.reveal().to_owned()),
        None => random::hex(),
    }
}

/// Makes the account that the settings name, if there is none at all. Whether the owner is still
/// to be made, by the setup page.
pub(super) async fn is_missing(config: &Config, users: &Service) -> Result<bool, Failure> {
    if users.founded().await.map_err(Failure::cannot)? {
        return Ok(false);
    }
    let (Some(username), Some(password)) = (&config.admin_username, &config.admin_password) else {
        return Ok(true);
    };
    let account = NewAccount {
        username,
        password: password.reveal(),
        display_name: None,
        invite: None,
    };
    match users.create_account(&account, ServerRole::Owner).await {
        // Another node was faster.
        Ok(_) | Err(RegisterError::AlreadyFounded) => Ok(false),
        Err(error) => Err(Failure::cannot(format!(
            "the owner's account was not made: {error}"
        ))),
    }
}
