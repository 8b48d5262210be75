use whatscrap_kernel::Time;
use whatscrap_rooms::NotificationLevel;
use whatscrap_users::UserId;

use crate::mentions::{Call, Mentions};

/// How a message calls someone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedBy {
    /// By their own name.
    OwnName,
    /// As everyone in the room.
    Room,
    /// As everyone who is there now, and they are.
    Here,
}

impl NamedBy {
    /// How these mentions call someone, if they do.
    pub fn of(mentions: &Mentions, user: UserId, is_online: bool) -> Option<Self> {
        if mentions.contains(user) {
            return Some(Self::OwnName);
        }
        match mentions.call? {
            Call::Room => Some(Self::Room),
            Call::Here => is_online.then_some(Self::Here),
        }
    }
}

/// All that decides whether someone is told of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own"
)]
pub struct Situation {
    /// It is their own.
    pub is_author: bool,
    /// They are in the room.
    pub is_member: bool,
    /// The room is between the people in it alone.
    pub is_direct: bool,
    /// What they chose for the room; `None`: as everywhere.
    pub chosen: Option<NotificationLevel>,
    /// What they chose for rooms where they chose nothing.
    pub usual: NotificationLevel,
    /// How the message calls them.
    pub named: Option<NamedBy>,
    /// It answers something they said.
    pub is_answer: bool,
    /// Until when they do not want to be disturbed.
    pub do_not_disturb: Option<Time>,
    /// Whether these are their quiet hours.
    pub is_quiet: bool,
    /// They have read it.
    pub has_read: bool,
    /// They look at the room, on any device.
    pub is_looking: bool,
    /// They have a device to be told on.
    pub has_device: bool,
    /// When it is decided.
    pub now: Time,
}

/// The rule that matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Not told: it is their own message.
    OwnMessage,
    /// Not told: they are not in the room.
    NotAMember,
    /// Not told: of this room they want to hear nothing.
    LevelNothing,
    /// Not told: of this room they want to hear what names or answers them, and it does neither.
    LevelMentions,
    /// Not told: they do not want to be disturbed for a while.
    DoNotDisturb,
    /// Not told: these are their quiet hours.
    QuietHours,
    /// Not told: they have read it already.
    Read,
    /// Not told: they look at the room right now.
    Looking,
    /// Not told: there is no device to be told on.
    NoDevice,
    /// Told: it names them.
    Named,
    /// Told: it calls everyone in the room.
    NamedRoom,
    /// Told: it calls everyone who is there, and they are.
    NamedHere,
    /// Told: it answers them.
    Answered,
    /// Told: it is said to them directly.
    Direct,
    /// Told: of this room they want to hear everything.
    LevelAll,
}

impl Rule {
    /// Whether someone is told by this rule.
    pub fn tells(self) -> bool {
        matches!(
            self,
            Self::Named
                | Self::NamedRoom
                | Self::NamedHere
                | Self::Answered
                | Self::Direct
                | Self::LevelAll
        )
    }

    /// Whether someone waits for an answer, as far as one can tell.
    pub fn is_personal(self) -> bool {
        matches!(self, Self::Named | Self::Answered | Self::Direct)
    }
}

/// Whether someone is told of a message, and by which rule: the first that matches, from what is
/// settled longest to what holds only now.
pub fn decide(s: &Situation) -> Rule {
    let level = match s.chosen {
        Some(level) => level,
        None if s.is_direct => NotificationLevel::All,
        None => s.usual,
    };
    if s.is_author {
        Rule::OwnMessage
    } else if !s.is_member {
        Rule::NotAMember
    } else if level == NotificationLevel::Nothing {
        Rule::LevelNothing
    } else if level == NotificationLevel::Mentions && s.named.is_none() && !s.is_answer {
        Rule::LevelMentions
    } else if s.do_not_disturb.is_some_and(|until| until > s.now) {
        Rule::DoNotDisturb
    } else if s.is_quiet {
        Rule::QuietHours
    } else if s.has_read {
        Rule::Read
    } else if s.is_looking {
        Rule::Looking
    } else if !s.has_device {
        Rule::NoDevice
    } else {
        match s.named {
            Some(NamedBy::OwnName) => Rule::Named,
            _ if s.is_answer => Rule::Answered,
            Some(NamedBy::Room) => Rule::NamedRoom,
            Some(NamedBy::Here) => Rule::NamedHere,
            None if s.is_direct => Rule::Direct,
            None => Rule::LevelAll,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use whatscrap_rooms::NotificationLevel::{All, Mentions, Nothing};
    use whatscrap_users::testing::now;

    use super::*;

    /// Someone to be told of everything, now.
    fn open() -> Situation {
        Situation {
            is_author: false,
            is_member: true,
            is_direct: false,
            chosen: None,
            usual: All,
            named: None,
            is_answer: false,
            do_not_disturb: None,
            is_quiet: false,
            has_read: false,
            is_looking: false,
            has_device: true,
            now: now(),
        }
    }

    fn with(change: impl Fn(&mut Situation)) -> Rule {
        let mut situation = open();
        change(&mut situation);
        decide(&situation)
    }

    #[test]
    fn each_rule_alone() {
        let until = |minutes| Some(now() + Duration::from_mins(minutes));
        assert_eq!(with(|_| ()), Rule::LevelAll);
        assert_eq!(with(|s| s.is_author = true), Rule::OwnMessage);
        assert_eq!(with(|s| s.is_member = false), Rule::NotAMember);
        assert_eq!(with(|s| s.chosen = Some(Nothing)), Rule::LevelNothing);
        assert_eq!(with(|s| s.chosen = Some(Mentions)), Rule::LevelMentions);
        assert_eq!(with(|s| s.do_not_disturb = until(1)), Rule::DoNotDisturb);
        assert_eq!(with(|s| s.do_not_disturb = until(0)), Rule::LevelAll);
        assert_eq!(with(|s| s.is_quiet = true), Rule::QuietHours);
        assert_eq!(with(|s| s.has_read = true), Rule::Read);
        assert_eq!(with(|s| s.is_looking = true), Rule::Looking);
        assert_eq!(with(|s| s.has_device = false), Rule::NoDevice);
        assert_eq!(with(|s| s.is_direct = true), Rule::Direct);
        for (named, rule) in [
            (NamedBy::OwnName, Rule::Named),
            (NamedBy::Room, Rule::NamedRoom),
            (NamedBy::Here, Rule::NamedHere),
        ] {
            let told = with(|s| (s.named, s.chosen) = (Some(named), Some(Mentions)));
            assert_eq!(told, rule);
        }
    }

    #[test]
    fn who_is_answered_is_told_as_who_is_named() {
        let answered = |chosen, named| {
            with(|s| (s.is_answer, s.chosen, s.named) = (true, Some(chosen), named))
        };
        assert_eq!(answered(Mentions, None), Rule::Answered);
        assert_eq!(answered(All, Some(NamedBy::Room)), Rule::Answered);
        assert_eq!(answered(All, Some(NamedBy::OwnName)), Rule::Named);
        assert_eq!(answered(Nothing, None), Rule::LevelNothing);
    }

    #[test]
    fn what_was_chosen_for_a_room_goes_before_the_usual() {
        assert_eq!(with(|s| s.usual = Nothing), Rule::LevelNothing);
        assert_eq!(with(|s| s.usual = Mentions), Rule::LevelMentions);
        let both = with(|s| (s.usual, s.chosen) = (Nothing, Some(All)));
        assert_eq!(both, Rule::LevelAll);
    }

    #[test]
    fn direct_rooms_tell_of_everything_unless_something_else_was_chosen() {
        let direct = |chosen| with(|s| (s.is_direct, s.usual, s.chosen) = (true, Nothing, chosen));
        assert_eq!(direct(None), Rule::Direct);
        assert_eq!(direct(Some(Mentions)), Rule::LevelMentions);
        assert_eq!(direct(Some(Nothing)), Rule::LevelNothing);
    }

    #[test]
    fn being_named_breaks_neither_silence_nor_do_not_disturb_nor_quiet_hours() {
        let named = |change: fn(&mut Situation)| {
            with(|s| {
                s.named = Some(NamedBy::OwnName);
                change(s);
            })
        };
        assert_eq!(named(|s| s.chosen = Some(Nothing)), Rule::LevelNothing);
        assert_eq!(named(|s| s.is_quiet = true), Rule::QuietHours);
        let dnd = named(|s| s.do_not_disturb = Some(s.now + Duration::from_hours(1)));
        assert_eq!(dnd, Rule::DoNotDisturb);
    }

    /// Of all situations together: nobody is told against any one of the reasons.
    #[test]
    fn whoever_is_told_has_no_reason_not_to_be() {
        let mut told = 0;
        for bits in 0..1_u32 << 8 {
            let bit = |n: u32| bits >> n & 1 == 1;
            for chosen in [None, Some(All), Some(Mentions), Some(Nothing)] {
                for named in [None, Some(NamedBy::OwnName)] {
                    let situation = Situation {
                        is_author: bit(0),
                        is_member: bit(1),
                        is_direct: bit(2),
                        chosen,
                        usual: if bit(3) { All } else { Nothing },
                        named,
                        is_answer: false,
                        do_not_disturb: None,
                        is_quiet: bit(4),
                        has_read: bit(5),
                        is_looking: bit(6),
                        has_device: bit(7),
                        now: now(),
                    };
                    let reasons = [
                        bit(0),
                        !bit(1),
                        chosen == Some(Nothing),
                        chosen == Some(Mentions) && named.is_none(),
                        chosen.is_none() && !bit(2) && !bit(3),
                        bit(4),
                        bit(5),
                        bit(6),
                        !bit(7),
                    ];
                    let tells = decide(&situation).tells();
                    assert_eq!(tells, !reasons.contains(&true), "{situation:?}");
                    told += u32::from(tells);
                }
            }
        }
        assert!(told > 0);
    }
}
