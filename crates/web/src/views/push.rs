use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use whatscrap_kernel::Time;
use whatscrap_messages::notify::{Entry, Outcome, Rule, Subscription};
use whatscrap_users::SessionId;

/// A device that is told of messages while the pages are closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PushSubscription)]
pub struct DeviceView {
    /// What to test or forget it by.
    pub id: Uuid,
    /// Whether its session is the one that asks.
    pub current: bool,
    /// The host of its push service.
    pub service: String,
    /// What its owner knows it by, as `Firefox on Linux`.
    pub label: String,
    /// When it was made, or last renewed.
    #[serde(serialize_with = "super::timestamp")]
    #[schema(value_type = String)]
    pub created_at: Time,
}

impl DeviceView {
    /// A device, seen from the session `current`.
    pub fn new(device: &Subscription, current: SessionId) -> Self {
        Self {
            id: device.id.0,
            current: device.session == current,
            service: device.service().to_owned(),
            label: device.label(),
            created_at: device.created_at,
        }
    }
}

/// That I was, or was not, told of messages, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Notice)]
pub struct NoticeView {
    /// Its own.
    pub id: Uuid,
    /// Where they were said.
    pub room: Uuid,
    /// The first of them.
    pub seq: u64,
    /// How many they were.
    pub count: u32,
    /// When it was decided.
    #[serde(serialize_with = "super::timestamp")]
    #[schema(value_type = String)]
    pub at: Time,
    /// Whether I was told.
    pub told: bool,
    /// The rule that matched.
    pub rule: &'static str,
    /// What became of it on each of my devices.
    pub outcomes: Vec<OutcomeView>,
}

/// What became of it on one device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Outcome)]
pub struct OutcomeView {
    /// The device, as its owner knows it.
    pub device: String,
    /// In a few words.
    pub result: String,
}

impl From<Entry> for NoticeView {
    fn from(entry: Entry) -> Self {
        let outcomes = entry.outcomes.into_iter();
        Self {
            id: entry.id,
            room: entry.room.0,
            seq: entry.seq,
            count: entry.count,
            at: entry.at,
            told: entry.rule.tells(),
            rule: rule(entry.rule),
            outcomes: outcomes
                .map(|Outcome { device, result }| OutcomeView { device, result })
                .collect(),
        }
    }
}

/// The rule's word.
pub(crate) const fn rule(rule: Rule) -> &'static str {
    match rule {
        Rule::OwnMessage => "own_message",
        Rule::NotAMember => "not_a_member",
        Rule::LevelNothing => "level_nothing",
        Rule::LevelMentions => "level_mentions",
        Rule::DoNotDisturb => "do_not_disturb",
        Rule::QuietHours => "quiet_hours",
        Rule::Read => "read",
        Rule::Looking => "looking",
        Rule::NoDevice => "no_device",
        Rule::Named => "named",
        Rule::NamedRoom => "named_room",
        Rule::NamedHere => "named_here",
        Rule::Answered => "answered",
        Rule::Direct => "direct",
        Rule::LevelAll => "level_all",
    }
}

/// The rule in words that go on after "not told of a message in Plans:".
pub(crate) const fn why(rule: Rule) -> &'static str {
    match rule {
        Rule::OwnMessage => "it was your own",
        Rule::NotAMember => "you were not in the room",
        Rule::LevelNothing => "you chose to hear nothing of this room",
        Rule::LevelMentions => {
            "you chose to hear only what mentions or answers you, and it did not"
        }
        Rule::DoNotDisturb => "you did not want to be disturbed",
        Rule::QuietHours => "it came in your quiet hours",
        Rule::Read => "you had read it already",
        Rule::Looking => "you were looking at the room",
        Rule::NoDevice => "you had no device to be told on",
        Rule::Named => "it mentioned you",
        Rule::NamedRoom => "it called everyone in the room",
        Rule::NamedHere => "it called everyone who was there",
        Rule::Answered => "it answered you",
        Rule::Direct => "it was said to you directly",
        Rule::LevelAll => "you chose to hear everything of this room",
    }
}
