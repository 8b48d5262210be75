use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use whatscrap_kernel::Time;
use whatscrap_rooms::Invitation;

use super::UserView;
use super::room::kind;

/// An invitation, as anyone sees it who has its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Invite)]
pub struct InviteView {
    /// All that one needs to accept it.
    pub code: String,
    /// The page that shows it.
    pub url: String,
    /// Where it leads; `null` to the server alone.
    pub room: Option<InvitedRoomView>,
    /// Who invites.
    pub maker: UserView,
    /// How many may use it; `null`: any number.
    pub max_uses: Option<u32>,
    /// How many have.
    pub uses: u32,
    /// When it was made.
    #[serde(serialize_with = "super::timestamp")]
    #[schema(value_type = String)]
    pub created_at: Time,
    /// Until when it stands.
    #[serde(serialize_with = "super::timestamp")]
    #[schema(value_type = String)]
    pub expires_at: Time,
}

/// What an invitation tells of its room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = InvitedRoom)]
pub struct InvitedRoomView {
    /// Never changes.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// `public` or `private`.
    pub kind: &'static str,
    /// What it is about, perhaps empty.
    pub topic: String,
}

impl InviteView {
    /// An invitation of the server at `origin`.
    pub fn new(shown: &Invitation, origin: &str) -> Self {
        let invite = &shown.invite;
        let code = invite.code.as_str().to_owned();
        Self {
            url: format!("{origin}/invite/{code}"),
            code,
            room: shown.room.as_ref().map(|room| InvitedRoomView {
                id: room.id.0,
                name: room.name.as_str().to_owned(),
                kind: kind(room.kind),
                topic: room.topic.as_str().to_owned(),
            }),
            maker: UserView::from(&shown.maker),
            max_uses: invite.max_uses,
            uses: invite.uses,
            created_at: invite.created_at,
            expires_at: invite.expires_at,
        }
    }
}
