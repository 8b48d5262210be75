use std::io::{BufRead, IsTerminal, Write};

use whatscrap_messages::Limits;
use whatscrap_messages::attachments::FileLimits;
use whatscrap_store::Store;
use whatscrap_users::Service as Users;
use whatscrap_users::{NewAccount, Policy, RegisterError, ResetPasswordError, ServerRole};

use crate::cli::Account;
use crate::wiring::{self, Domain, Kept, Push};
use crate::{Failure, data_dir, database, random};

/// Makes an account: the owner's on a server without accounts, else an administrator's.
pub(super) async fn create(account: &Account) -> Result<(), Failure> {
    let password = password(account)?;
    let (store, users) = open(account).await?;
    let founded = users.founded().await.map_err(Failure::cannot)?;
    let role = if founded {
        ServerRole::Admin
    } else {
        ServerRole::Owner
    };
    let new = NewAccount {
        username: &account.username,
        password: password.text(),
        display_name: None,
        invite: None,
    };
    let made = users
        .create_account(&new, role)
        .await
        .map_err(|error| match error {
            RegisterError::Backend(error) => Failure::cannot(database::explain(&error)),
            refused => Failure::cannot(refused),
        })?;
    let what = if founded {
        "an administrator"
    } else {
        "the owner"
    };
    println!("made {} {what}", made.username.as_str());
    password.tell_if_made_up();
    store.close().await.map_err(Failure::cannot)
}

/// Sets a new password and ends the account's sessions.
pub(super) async fn reset_password(account: &Account) -> Result<(), Failure> {
    let password = password(account)?;
    let (store, users) = open(account).await?;
    let reset = users
        .reset_password(&account.username, password.text())
        .await;
    let user = reset.map_err(|error| match error {
        ResetPasswordError::Backend(error) => Failure::cannot(database::explain(&error)),
        refused => Failure::cannot(refused),
    })?;
    let noted = store.note_reset(user.id).await;
    noted.map_err(|error| Failure::cannot(database::explain(&error)))?;
    println!(
        "{} has a new password; their sessions have ended",
        user.username.as_str()
    );
    password.tell_if_made_up();
    store.close().await.map_err(Failure::cannot)
}

/// The accounts, by no other rules than those of names and passwords.
async fn open(account: &Account) -> Result<(Store, Users), Failure> {
    data_dir::prepare(&account.storage.data_dir)?;
    let told = wiring::nobody();
    let store = database::open(&account.storage.database(), &told).await?;
    database::migrate(&store).await?;
    let domain = Domain::new(
        &store,
        told,
        Policy::default(),
        whatscrap_rooms::Limits::default(),
        Limits::default(),
        Push::unused(),
        Kept {
            blobs: account.storage.blobs()?,
            limits: FileLimits::default(),
        },
    );
    Ok((store, domain.services.users))
}

/// A password, and whether anyone knows it yet.
enum Password {
    Given(String),
    MadeUp(String),
}

impl Password {
    fn text(&self) -> &str {
        match self {
            Self::Given(text) | Self::MadeUp(text) => text,
        }
    }

    fn tell_if_made_up(&self) {
        if let Self::MadeUp(text) = self {
            println!("password: {text}");
        }
    }
}

/// From `ADMIN_PASSWORD`, made up, or else the first line of standard input.
fn password(account: &Account) -> Result<Password, Failure> {
    if account.generate {
        return Ok(Password::MadeUp(random::hex()?));
    }
    if let Some(password) = &account.admin_password {
        return Ok(Password::Given(password.reveal().to_owned()));
    }
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        print!(
            "New password for {} (it is shown as you type): ",
            account.username
        );
        std::io::stdout().flush().map_err(Failure::cannot)?;
    }
    let mut line = String::new();
    stdin.lock().read_line(&mut line).map_err(Failure::cannot)?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        let needed = "give the password on standard input or as ADMIN_PASSWORD, or say --generate";
        return Err(Failure::cannot(needed));
    }
    Ok(Password::Given(password.to_owned()))
}
