use crate::{Role, RoomKind};

/// What can be asked of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Know that it is there, with its name and topic.
    See,
    /// Come in by oneself; being in already is a success.
    Join,
    /// Read what was said.
    Read,
    /// Hear what happens, live.
    Hear,
    /// Find what was said by searching.
    Search,
    /// Open the files that were sent.
    Files,
    /// See who is in.
    Members,
    /// Write messages.
    Post,
    /// React to messages.
    React,
    /// Change one's own message.
    EditOwn,
    /// Change what someone else said.
    EditOthers,
    /// Delete one's own message.
    DeleteOwn,
    /// Delete someone else's message.
    DeleteOthers,
    /// See what a message said before it was edited; of one's own everyone does.
    SeeEdits,
    /// Say how far one has read, and be told how far the others have where that is told.
    Receipts,
    /// Show that one is writing.
    Typing,
    /// Say what one wants to be told of.
    Notifications,
    /// Change name and topic.
    Rename,
    /// Make invitations.
    Invite,
    /// See and revoke the invitations of others.
    ManageInvites,
    /// Bring someone in.
    Add,
    /// Put someone of a lower role out.
    Remove,
    /// Say who moderates and who owns.
    SetRoles,
    /// Close the room to writing.
    Archive,
    /// Go out.
    Leave,
}

/// The least that one must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Least {
    /// Someone with an account, whoever else is in the room.
    Anyone,
    In(Role),
    /// It is for nobody.
    Nobody,
}

/// What the table says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruling {
    /// It is allowed.
    Allowed,
    /// For whoever asks there is no such room.
    Hidden,
    /// It takes being in.
    NotAMember,
    /// Whoever asks is in, and still may not.
    Forbidden,
}

const ANYONE: Least = Least::Anyone;
const MEMBER: Least = Least::In(Role::Member);
const MODERATOR: Least = Least::In(Role::Moderator);
const OWNER: Least = Least::In(Role::Owner);
const NOBODY: Least = Least::Nobody;

impl Ruling {
    /// Whether it is allowed.
    pub const fn is_allowed(self) -> bool {
        matches!(self, Self::Allowed)
    }
}

impl Right {
    /// Every right there is.
    #[rustfmt::skip]
    pub const ALL: [Self; 25] = [
        Self::See, Self::Join, Self::Read, Self::Hear, Self::Search, Self::Files, Self::Members,
        Self::Post, Self::React, Self::EditOwn, Self::EditOthers, Self::DeleteOwn,
        Self::DeleteOthers, Self::SeeEdits, Self::Receipts, Self::Typing, Self::Notifications, Self::Rename,
        Self::Invite, Self::ManageInvites, Self::Add, Self::Remove, Self::SetRoles, Self::Archive,
        Self::Leave,
    ];

    /// The table of rights, `docs/protocol.md` "Rights".
    #[rustfmt::skip]
    #[expect(clippy::match_same_arms, reason = "a line a right")]
    const fn least(self) -> [Least; 3] {
        match self {
            //                    public     private    direct
            Self::See          => [ANYONE,    MEMBER,    MEMBER],
            Self::Join         => [ANYONE,    MEMBER,    MEMBER],
            Self::Read         => [MEMBER,    MEMBER,    MEMBER],
            Self::Hear         => [MEMBER,    MEMBER,    MEMBER],
            Self::Search       => [MEMBER,    MEMBER,    MEMBER],
            Self::Files        => [MEMBER,    MEMBER,    MEMBER],
            Self::Members      => [MEMBER,    MEMBER,    MEMBER],
            Self::Post         => [MEMBER,    MEMBER,    MEMBER],
            Self::React        => [MEMBER,    MEMBER,    MEMBER],
            Self::EditOwn      => [MEMBER,    MEMBER,    MEMBER],
            Self::EditOthers   => [NOBODY,    NOBODY,    NOBODY],
            Self::DeleteOwn    => [MEMBER,    MEMBER,    MEMBER],
            Self::DeleteOthers => [MODERATOR, MODERATOR, NOBODY],
            Self::SeeEdits     => [MODERATOR, MODERATOR, NOBODY],
            Self::Receipts     => [MEMBER,    MEMBER,    MEMBER],
            Self::Typing       => [MEMBER,    MEMBER,    MEMBER],
            Self::Notifications => [MEMBER,    MEMBER,    MEMBER],
            Self::Rename       => [MODERATOR, MODERATOR, NOBODY],
            Self::Invite       => [MEMBER,    MODERATOR, NOBODY],
            Self::ManageInvites => [MODERATOR, MODERATOR, NOBODY],
            Self::Add          => [MODERATOR, MODERATOR, NOBODY],
            Self::Remove       => [MODERATOR, MODERATOR, NOBODY],
            Self::SetRoles     => [OWNER,     OWNER,     NOBODY],
            Self::Archive      => [OWNER,     OWNER,     NOBODY],
            Self::Leave        => [MEMBER,    MEMBER,    NOBODY],
        }
    }

    /// Whether someone may do this in a room of this kind. Who is not in has no role, whatever they
    /// were before and whatever they are on the server: its owner and admins have no way in.
    pub const fn ruling(self, kind: RoomKind, role: Option<Role>) -> Ruling {
        let [public, private, direct] = self.least();
        let least = match kind {
            RoomKind::Public => public,
            RoomKind::Private => private,
            RoomKind::Direct => direct,
        };
        match (least, role) {
            (Least::Anyone, _) => Ruling::Allowed,
            (Least::In(least), Some(role)) if role as u8 >= least as u8 => Ruling::Allowed,
            (Least::In(_) | Least::Nobody, Some(_)) => Ruling::Forbidden,
            (Least::In(_) | Least::Nobody, None) => match kind {
                RoomKind::Public => Ruling::NotAMember,
                RoomKind::Private | RoomKind::Direct => Ruling::Hidden,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [RoomKind; 3] = [RoomKind::Public, RoomKind::Private, RoomKind::Direct];
    const ROLES: [Role; 3] = [Role::Member, Role::Moderator, Role::Owner];

    #[test]
    fn a_higher_role_may_whatever_a_lower_one_may() {
        for (right, kind) in Right::ALL.iter().flat_map(|r| KINDS.map(|kind| (r, kind))) {
            let rulings = ROLES.map(|role| right.ruling(kind, Some(role)) == Ruling::Allowed);
            assert!(rulings.is_sorted(), "{right:?} in {kind:?}: {rulings:?}");
        }
    }

    #[test]
    fn what_is_not_public_is_hidden_from_outsiders_in_all_things() {
        for right in Right::ALL {
            for kind in [RoomKind::Private, RoomKind::Direct] {
                assert_eq!(right.ruling(kind, None), Ruling::Hidden, "{right:?}");
            }
        }
    }

    #[test]
    fn a_public_room_can_be_looked_at_and_joined_and_nothing_else_from_outside() {
        let from_outside = |right: &Right| right.ruling(RoomKind::Public, None);
        let allowed = Right::ALL
            .into_iter()
            .filter(|right| from_outside(right) == Ruling::Allowed);
        assert_eq!(allowed.collect::<Vec<_>>(), [Right::See, Right::Join]);
    }

    #[test]
    fn nobody_rules_in_a_direct_room() {
        for right in Right::ALL {
            let rulings = ROLES.map(|role| right.ruling(RoomKind::Direct, Some(role)));
            assert!(
                rulings.iter().all(|ruling| *ruling == rulings[0]),
                "{right:?}"
            );
        }
    }
}
