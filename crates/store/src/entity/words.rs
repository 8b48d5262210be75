use sea_orm::DbErr;
use whatscrap_messages::mentions::Call;
use whatscrap_messages::notify::Rule;
use whatscrap_rooms::{NotificationLevel, Role, RoomKind};
use whatscrap_users::ServerRole;

/// A choice that a column holds as a word.
pub(crate) trait Word: Copy + Eq + Sized + 'static {
    const WORDS: &'static [(Self, &'static str)];

    fn word(self) -> &'static str {
        let (_, word) = Self::WORDS
            .iter()
            .find(|(choice, _)| *choice == self)
            .expect("every choice has its word");
        word
    }

    fn from_word(word: &str) -> Result<Self, DbErr> {
        Self::WORDS
            .iter()
            .find(|(_, known)| *known == word)
            .map(|(choice, _)| *choice)
            .ok_or_else(|| DbErr::Type(format!("unknown word {word:?}")))
    }
}

impl Word for ServerRole {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Member, "member"),
        (Self::Admin, "admin"),
        (Self::Owner, "owner"),
    ];
}

impl Word for RoomKind {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Public, "public"),
        (Self::Private, "private"),
        (Self::Direct, "direct"),
    ];
}

impl Word for Role {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Member, "member"),
        (Self::Moderator, "moderator"),
        (Self::Owner, "owner"),
    ];
}

impl Word for NotificationLevel {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::All, "all"),
        (Self::Mentions, "mentions"),
        (Self::Nothing, "nothing"),
    ];
}

impl Word for Call {
    const WORDS: &'static [(Self, &'static str)] = &[(Self::Here, "here"), (Self::Room, "room")];
}

impl Word for Rule {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::OwnMessage, "own_message"),
        (Self::NotAMember, "not_a_member"),
        (Self::LevelNothing, "level_nothing"),
        (Self::LevelMentions, "level_mentions"),
        (Self::DoNotDisturb, "do_not_disturb"),
        (Self::QuietHours, "quiet_hours"),
        (Self::Read, "read"),
        (Self::Looking, "looking"),
        (Self::NoDevice, "no_device"),
        (Self::Named, "named"),
        (Self::NamedRoom, "named_room"),
        (Self::NamedHere, "named_here"),
        (Self::Answered, "answered"),
        (Self::Direct, "direct"),
        (Self::LevelAll, "level_all"),
    ];
}
