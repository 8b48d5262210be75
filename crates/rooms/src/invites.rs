use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use rand::TryRngCore;
use rand::rngs::OsRng;
use whatscrap_kernel::{BackendError, Time};
use whatscrap_users::{User, UserId};

use crate::{Room, RoomId};

/// How long an invitation stands if its maker does not say.
pub const USUAL_INVITE: TimeDelta = TimeDelta::days(7);
/// How long an invitation may stand at most.
pub const LONGEST_INVITE: TimeDelta = TimeDelta::days(365);
/// How many uses an invitation may have, if it counts them.
pub const MOST_USES: u32 = 10_000;
/// How many invitations of one person may stand at once.
pub const MOST_INVITES: u64 = 100;

/// What an invitation is known by, and all that one needs to accept it: 128 random bits, base64url.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteCode(String);

impl InviteCode {
    const BYTES: usize = 16;

    pub(crate) fn generate() -> Result<Self, BackendError> {
        let mut bytes = [0; Self::BYTES];
        OsRng
            .try_fill_bytes(&mut bytes)
            .map_err(BackendError::new)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// What may be a code; anything else names no invitation.
    pub fn parse(code: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(code).ok()?;
        (bytes.len() == Self::BYTES).then(|| Self(code.to_owned()))
    }

    /// A code as it is kept.
    pub fn stored(code: String) -> Self {
        Self(code)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A way in: to a room, or to the server alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invite {
    /// What it is known by.
    pub code: InviteCode,
    /// Where it leads; `None` to the server alone.
    pub room: Option<RoomId>,
    /// Who made it. It holds as long as they may invite there.
    pub maker: UserId,
    /// When it was made.
    pub created_at: Time,
    /// Until when it stands.
    pub expires_at: Time,
    /// How many may use it; `None`: any number.
    pub max_uses: Option<u32>,
    /// How many have used it.
    pub uses: u32,
}

impl Invite {
    /// Whether it may still be used.
    pub fn is_open(&self, now: Time) -> bool {
        now < self.expires_at && self.max_uses.is_none_or(|most| self.uses < most)
    }
}

/// An invitation as it is shown: with who made it, and where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The invitation.
    pub invite: Invite,
    /// Who made it.
    pub maker: User,
    /// The room, if it leads to one.
    pub room: Option<Room>,
}

/// What an invitation's maker decides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct InviteTerms {
    /// Until when; [`USUAL_INVITE`] from now if it is not said.
    pub expires_at: Option<Time>,
    /// How many may use it; any number if it is not said.
    pub max_uses: Option<u32>,
}

/// Which of its terms was refused, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TermsError {
    /// When it ends.
    #[error("an invitation ends in the future, and within a year")]
    ExpiresAt,
    /// How many may use it.
    #[error("an invitation has 1 to {MOST_USES} uses, or any number of them")]
    MaxUses,
}

impl InviteTerms {
    /// Until when an invitation on these terms stands.
    pub(crate) fn check(&self, now: Time) -> Result<Time, TermsError> {
        if self
            .max_uses
            .is_some_and(|most| !(1..=MOST_USES).contains(&most))
        {
            return Err(TermsError::MaxUses);
        }
        let expires_at = self.expires_at.unwrap_or(now + USUAL_INVITE);
        if now < expires_at && expires_at <= now + LONGEST_INVITE {
            Ok(expires_at)
        } else {
            Err(TermsError::ExpiresAt)
        }
    }
}

/// Why no invitation was made.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// Its maker has [`MOST_INVITES`] that still stand.
    #[error("you have {MOST_INVITES} invitations that still stand: revoke some first")]
    TooMany,
    /// Unknown outcome.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

/// Why an invitation let nobody in.
#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    /// There is none of this code, or it has ended, is used up, or its maker may not invite any more.
    #[error("this invitation is not valid any more")]
    NotFound,
    /// The room is archived.
    #[error("this room is archived")]
    Archived,
    /// Unknown outcome.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

/// Where an invitation led.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// The room, if it leads to one.
    pub room: Option<RoomId>,
    /// Whether they came in by it; who is in already uses nothing up.
    pub is_new: bool,
}

/// The invitations.
#[cfg_attr(any(test, feature = "testing"), mockall::automock)]
#[async_trait]
pub trait Invites: Send + Sync {
    /// Keeps a new invitation, unless its maker has [`MOST_INVITES`] that still stand.
    async fn create(&self, invite: &Invite) -> Result<(), InviteError>;

    /// The invitation of this code, also one that has ended or is used up.
    async fn find(&self, code: &InviteCode) -> Result<Option<Invitation>, BackendError>;

    /// Those that are still open, to a room or (`None`) to the server alone, the newest first; only
    /// those of one maker if there is one.
    async fn list(
        &self,
        room: Option<RoomId>,
        maker: Option<UserId>,
        now: Time,
    ) -> Result<Vec<Invitation>, BackendError>;

    /// Ends an invitation for good; whether there was one.
    async fn revoke(&self, code: &InviteCode) -> Result<bool, BackendError>;

    /// Lets someone in, in one transaction: of any number who accept at once no more come in than
    /// it has uses. It holds only as long as its maker has
    /// [`Right::Invite`](crate::Right::Invite) in the room. Who is in already, and an account that
    /// accepts one to the server alone, use nothing up. (Who makes an account by an invitation uses
    /// it up together with that: see `whatscrap_users::Users::create`.)
    async fn accept(
        &self,
        code: &InviteCode,
        user: UserId,
        now: Time,
    ) -> Result<Accepted, AcceptError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_128_random_bits() {
        let (one, two) = (
            InviteCode::generate().unwrap(),
            InviteCode::generate().unwrap(),
        );
        assert_ne!(one, two);
        assert_eq!(InviteCode::parse(one.as_str()), Some(one));
        for code in [
            "",
            "x",
            "../../../../../../../",
            "AAAAAAAAAAAAAAAAAAAAAAAAA",
            "ü",
        ] {
            assert_eq!(InviteCode::parse(code), None, "{code}");
        }
    }

    #[test]
    fn terms_have_bounds() {
        let now = Time::UNIX_EPOCH;
        let terms = |days: i64, max_uses| InviteTerms {
            expires_at: Some(now + TimeDelta::days(days)),
            max_uses,
        };
        assert_eq!(InviteTerms::default().check(now), Ok(now + USUAL_INVITE));
        assert!(terms(365, Some(1)).check(now).is_ok());
        for days in [-1, 0, 366] {
            assert_eq!(terms(days, None).check(now), Err(TermsError::ExpiresAt));
        }
        for uses in [0, MOST_USES + 1] {
            assert_eq!(terms(1, Some(uses)).check(now), Err(TermsError::MaxUses));
        }
    }
}
