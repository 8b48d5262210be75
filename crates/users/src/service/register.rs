use super::{Opened, Origin, RegistrationMode, Service};
use crate::{
    Admission, Availability, DisplayName, Founding, NewUser, Password, RegisterError, ServerRole,
    User, UserId, Username,
};

/// What someone typed to get an account.
#[derive(Clone, Copy)]
pub struct NewAccount<'a> {
    /// What to log in with.
    pub username: &'a str,
    /// The password, as typed.
    pub password: &'a str,
    /// What the pages show; the username as typed if there is none.
    pub display_name: Option<&'a str>,
    /// The code of an invitation. Where anyone can register, one that does not hold is forgotten.
    pub invite: Option<&'a str>,
}

impl Service {
    /// Makes the first account, which owns the server, and logs it in.
    pub async fn set_up(
        &self,
        account: &NewAccount<'_>,
        origin: Origin,
    ) -> Result<Opened, RegisterError> {
        let user = self.make(account, ServerRole::Owner, None).await?;
        Ok(self.open_browser(user, origin).await?)
    }

    /// Makes an account for someone who comes by themselves, and logs it in.
    pub async fn register(
        &self,
        account: &NewAccount<'_>,
        origin: Origin,
    ) -> Result<Opened, RegisterError> {
        let required = match self.policy.registration {
            RegistrationMode::Open => false,
            RegistrationMode::Invite => true,
            RegistrationMode::Closed => return Err(RegisterError::Closed),
        };
        let admission = account.invite.map(|code| Admission {
            code: code.to_owned(),
            required,
        });
        if required && admission.is_none() {
            return Err(RegisterError::InviteRequired);
        }
        let user = self.make(account, ServerRole::Member, admission).await?;
        Ok(self.open_browser(user, origin).await?)
    }

    /// Makes an account whoever can register: for the server's administrator, at the command
    /// line. The owner's is the first one, and no other.
    pub async fn create_account(
        &self,
        account: &NewAccount<'_>,
        role: ServerRole,
    ) -> Result<User, RegisterError> {
        self.make(account, role, None).await
    }

    async fn make(
        &self,
        account: &NewAccount<'_>,
        role: ServerRole,
        admission: Option<Admission>,
    ) -> Result<User, RegisterError> {
        let username = Username::parse(account.username)?;
        let password = Password::parse(account.password, &username)?;
        let display_name = DisplayName::parse(account.display_name.unwrap_or(account.username))?;
        let founding = match role {
            ServerRole::Owner => Founding::First,
            ServerRole::Admin | ServerRole::Member => Founding::Later,
        };
        self.spare_the_hash(&username, founding).await?;
        let user = User {
            id: UserId::new(&*self.ids),
            username,
            display_name,
            avatar: None,
            status: None,
            availability: Availability::default(),
            role,
            bot: false,
            created_at: self.clock.now(),
        };
        let password = self.hasher.hash(password.as_str()).await?;
        self.users
            .create(NewUser {
                user: user.clone(),
                password,
                founding,
                admission,
            })
            .await?;
        tracing::info!(target: "audit", user = %user.id, ?role, "made an account");
        Ok(user)
    }

    /// Refuses what the port would refuse, before the work of hashing.
    async fn spare_the_hash(
        &self,
        username: &Username,
        founding: Founding,
    ) -> Result<(), RegisterError> {
        match (founding, self.users.founded().await?) {
            (Founding::First, true) => Err(RegisterError::AlreadyFounded),
            (Founding::Later, false) => Err(RegisterError::NotFounded),
            (Founding::First, false) => Ok(()),
            (Founding::Later, true) => match self.users.credentials(username).await? {
                Some(_) => Err(RegisterError::UsernameTaken),
                None => Ok(()),
            },
        }
    }
}
