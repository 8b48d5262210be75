use whatscrap_kernel::BackendError;
use whatscrap_users::{ServerRole, User, UserId};

use super::{ActError, Service, allow, to_the_end};
use crate::{
    AcceptError, Accepted, ChangeRoomError, Invitation, Invite, InviteCode, InviteTerms, Member,
    Right, RoomEvent, RoomId, Ruling,
};

impl Service {
    /// Invites to a room. Takes [`Right::Invite`].
    pub async fn invite(
        &self,
        member: &Member,
        terms: InviteTerms,
    ) -> Result<Invitation, ActError> {
        allow(member, Right::Invite)?;
        let room = self.rooms.find(member.room()).await;
        let room = room.map_err(ChangeRoomError::from)?;
        if room.is_none_or(|room| room.archived_at.is_some()) {
            return Err(ChangeRoomError::Archived.into());
        }
        self.make_invite(Some(member.room()), member.user(), terms)
            .await
    }

    /// Invites to the server alone. Everyone may: a public room, to which everyone may invite, lets
    /// in as well.
    pub async fn invite_to_server(
        &self,
        maker: UserId,
        terms: InviteTerms,
    ) -> Result<Invitation, ActError> {
        self.make_invite(None, maker, terms).await
    }

    async fn make_invite(
        &self,
        room: Option<RoomId>,
        maker: UserId,
        terms: InviteTerms,
    ) -> Result<Invitation, ActError> {
        let now = self.clock.now();
        let invite = Invite {
            expires_at: terms.check(now)?,
            code: InviteCode::generate()?,
            room,
            maker,
            created_at: now,
            max_uses: terms.max_uses,
            uses: 0,
        };
        self.invites.create(&invite).await?;
        tracing::info!(target: "audit", user = %maker, ?room, "made an invitation");
        let made = self.invites.find(&invite.code).await?;
        Ok(made.ok_or_else(|| BackendError::new("an invitation is gone"))?)
    }

    /// The invitation of this code, and whether it may still be used.
    pub async fn invitation(
        &self,
        code: &InviteCode,
    ) -> Result<Option<(Invitation, bool)>, BackendError> {
        let Some(found) = self.invites.find(code).await? else {
            return Ok(None);
        };
        let mut is_open = found.invite.is_open(self.clock.now());
        if let Some(room) = &found.room {
            let place = self.rooms.membership(room.id, found.maker.id).await?;
            let role = place.and_then(|place| place.role);
            let may = Right::Invite.ruling(room.kind, role).is_allowed();
            is_open &= may && room.archived_at.is_none();
        }
        Ok(Some((found, is_open)))
    }

    /// The open invitations to a room: all of them with [`Right::ManageInvites`], otherwise one's
    /// own. Takes [`Right::Invite`].
    pub async fn invitations(&self, member: &Member) -> Result<Vec<Invitation>, ActError> {
        allow(member, Right::Invite)?;
        let maker = (!member.may(Right::ManageInvites)).then_some(member.user());
        let room = Some(member.room());
        Ok(self.invites.list(room, maker, self.clock.now()).await?)
    }

    /// The open invitations to the server alone: one's own, or, for its owner and admins, all.
    pub async fn server_invitations(&self, user: &User) -> Result<Vec<Invitation>, BackendError> {
        let maker = (user.role < ServerRole::Admin).then_some(user.id);
        self.invites.list(None, maker, self.clock.now()).await
    }

    /// Ends an invitation: for its maker; for who has [`Right::ManageInvites`] in its room; for the
    /// server's owner and admins if it leads to the server alone.
    pub async fn revoke(&self, code: &InviteCode, user: &User) -> Result<bool, ActError> {
        let Some(found) = self.invites.find(code).await? else {
            return Ok(false);
        };
        let ruling = if found.maker.id == user.id {
            Ruling::Allowed
        } else if let Some(room) = &found.room {
            let place = self.rooms.membership(room.id, user.id).await?;
            let role = place.and_then(|place| place.role);
            Right::ManageInvites.ruling(room.kind, role)
        } else if user.role >= ServerRole::Admin {
            Ruling::Allowed
        } else {
            Ruling::Forbidden
        };
        match ruling {
            Ruling::Allowed => Ok(self.invites.revoke(code).await?),
            Ruling::Hidden => Ok(false),
            Ruling::NotAMember | Ruling::Forbidden => Err(ActError::Forbidden),
        }
    }

    /// Comes in by an invitation.
    pub async fn accept(&self, code: &InviteCode, user: UserId) -> Result<Accepted, AcceptError> {
        let (service, code, now) = (self.clone(), code.clone(), self.clock.now());
        to_the_end(async move {
            let accepted = service.invites.accept(&code, user, now).await?;
            if let (Some(room), true) = (accepted.room, accepted.is_new) {
                service.events.publish(RoomEvent::Joined { room, user });
            }
            Ok(accepted)
        })
        .await
    }
}
