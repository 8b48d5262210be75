//! Whom a message names: [`Named`] as its author typed it, [`Mentions`] as the room knows it.

mod places;

use whatscrap_users::{UserId, Username};

pub(crate) use places::places;

/// What `@room` and `@here` are called.
const ROOM: &str = "room";
const HERE: &str = "here";

/// Whom a text names; whether they are there to be named is yet to be seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    /// Each name once, folded as usernames are, in order; at most [`Named::MOST`].
    pub people: Vec<Username>,
    /// Whether `@room` or `@here` is among them: the wider of the two.
    pub call: Option<Call>,
}

/// A name for many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Call {
    /// `@here`: every member who is online at that instant.
    Here,
    /// `@room`: every member.
    Room,
}

impl Named {
    /// The most people that a message names; further names are plain text.
    pub const MOST: usize = 50;

    /// Those of a text, as they were typed there.
    pub(crate) fn of<'a>(typed: impl Iterator<Item = &'a str>) -> Self {
        let mut named = Self::default();
        for name in typed {
            match Name::of(name) {
                Name::Call(call) => named.call = named.call.max(Some(call)),
                Name::Person(name) => {
                    if named.people.len() < Self::MOST && !named.people.contains(&name) {
                        named.people.push(name);
                    }
                }
            }
        }
        named
    }

    /// Whether it names nobody.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty() && self.call.is_none()
    }
}

/// What an `@name` means.
enum Name {
    Call(Call),
    Person(Username),
}

impl Name {
    fn of(typed: &str) -> Self {
        let name = Username::sought(typed);
        match name.as_str() {
            ROOM => Self::Call(Call::Room),
            HERE => Self::Call(Call::Here),
            _ => Self::Person(name),
        }
    }
}

/// The members whom a message names, as they were when it was posted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mentions {
    /// Each of them once, and by what name, in order.
    pub people: Vec<(Username, UserId)>,
    /// Whether it calls many.
    pub call: Option<Call>,
}

/// What an `@name` of a message stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mention {
    /// A member.
    Person(UserId),
    /// Many members.
    Call(Call),
}

impl Mentions {
    /// What a typed name stands for here; `None` if it is a word like any other.
    pub fn find(&self, typed: &str) -> Option<Mention> {
        match Name::of(typed) {
            Name::Call(call) => (self.call >= Some(call)).then_some(Mention::Call(call)),
            Name::Person(name) => {
                let mut people = self.people.iter();
                let found = people.find(|(known, _)| *known == name);
                found.map(|(_, user)| Mention::Person(*user))
            }
        }
    }

    /// Whether it names nobody.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty() && self.call.is_none()
    }

    /// The members it names by their own names.
    pub fn users(&self) -> impl Iterator<Item = UserId> {
        self.people.iter().map(|(_, user)| *user)
    }

    /// Whether it names this member by their own name.
    pub fn contains(&self, user: UserId) -> bool {
        self.users().any(|named| named == user)
    }
}

#[cfg(test)]
mod tests {
    use whatscrap_kernel::Uuid;

    use super::*;
    use crate::{MessageBody, markup};

    fn read(body: &str) -> Named {
        markup::read(&MessageBody::stored(body.to_owned())).1
    }

    fn people(named: &Named) -> Vec<&str> {
        named.people.iter().map(Username::as_str).collect()
    }

    #[test]
    fn each_name_counts_once_and_folded() {
        let named = read("@Ben and @ben and @ＢＥＮ, also @ada");
        assert_eq!(people(&named), ["ben", "ada"]);
        assert_eq!(named.call, None);
        assert!(read("nobody").is_empty());
    }

    #[test]
    fn a_message_names_at_most_fifty_people() {
        let many: Vec<_> = (0..60).map(|number| format!("@user{number}")).collect();
        let named = read(&many.join(" "));
        assert_eq!(named.people.len(), Named::MOST);
        assert_eq!(named.people[49].as_str(), "user49");
    }

    #[test]
    fn the_wider_call_counts() {
        for (body, call) in [
            ("@here", Some(Call::Here)),
            ("@Room", Some(Call::Room)),
            ("@room @here", Some(Call::Room)),
            ("@here @room", Some(Call::Room)),
            ("@rooms", None),
        ] {
            assert_eq!(read(body).call, call, "{body}");
        }
    }

    #[test]
    fn only_who_was_resolved_is_found() {
        let ben = UserId(Uuid::from_u128(1));
        let mentions = Mentions {
            people: vec![(Username::sought("ben"), ben)],
            call: Some(Call::Here),
        };
        assert_eq!(mentions.find("BEN"), Some(Mention::Person(ben)));
        assert_eq!(mentions.find("here"), Some(Mention::Call(Call::Here)));
        assert_eq!(mentions.find("room"), None);
        assert_eq!(mentions.find("ada"), None);
        assert!(mentions.contains(ben));
    }
}
