use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use whatscrap_kernel::{BackendError, Time};
use whatscrap_messages::notify::{Listener, NamedBy, Rule, Situation, Subscription, decide};
use whatscrap_messages::{Attention, Message};
use whatscrap_rooms::{Room, RoomId, RoomKind};
use whatscrap_users::{Preferences, User, UserId, Username};

use super::Ports;

/// For how long a room's listeners are believed: what changes them is told at once.
const ROOM: Duration = Duration::from_secs(30);
/// For how long it is believed what a person wants: not every change is told.
const PERSON: Duration = Duration::from_secs(1);
/// How many of each are kept.
const MOST: usize = 10_000;

/// A room, and who in it has a device.
#[derive(Debug)]
pub(super) struct Audience {
    pub(super) room: Room,
    pub(super) listeners: Vec<Listener>,
}

impl Audience {
    /// What the room is called; a direct one is called by whoever speaks.
    pub(super) fn name(&self) -> Option<&str> {
        (self.room.kind != RoomKind::Direct).then(|| self.room.name.as_str())
    }
}

/// What a person wants, and where they are told.
#[derive(Debug)]
pub(super) struct Person {
    pub(super) username: Option<Username>,
    pub(super) preferences: Preferences,
    pub(super) do_not_disturb: Option<Time>,
    pub(super) devices: Vec<Subscription>,
}

/// What was read a moment ago.
pub(super) struct People {
    ports: Ports,
    rooms: HashMap<RoomId, (Instant, Arc<Audience>)>,
    users: HashMap<UserId, (Instant, Arc<Person>)>,
}

impl People {
    pub(super) fn new(ports: Ports) -> Self {
        Self {
            ports,
            rooms: HashMap::new(),
            users: HashMap::new(),
        }
    }

    pub(super) fn forget(&mut self, user: UserId) {
        self.users.remove(&user);
    }

    pub(super) fn forget_room(&mut self, room: RoomId) {
        self.rooms.remove(&room);
    }

    pub(super) fn forget_all(&mut self) {
        self.rooms.clear();
        self.users.clear();
    }

    pub(super) fn forget_rooms(&mut self) {
        self.rooms.clear();
    }

    pub(super) async fn audience(&mut self, id: RoomId) -> Result<Arc<Audience>, BackendError> {
        let now = Instant::now();
        if let Some((until, audience)) = self.rooms.get(&id)
            && *until > now
        {
            return Ok(audience.clone());
        }
        let listeners = self.ports.subscriptions.listeners(id).await?;
        let room = self.ports.rooms.find(id).await?;
        let room = room.ok_or_else(|| BackendError::new("a room that was posted to is gone"))?;
        let audience = Arc::new(Audience { room, listeners });
        if self.rooms.len() >= MOST {
            self.rooms.clear();
        }
        self.rooms.insert(id, (now + ROOM, audience.clone()));
        Ok(audience)
    }

    /// What each of these people wants. What is not known is read in one go; who has no account any
    /// more is missing.
    pub(super) async fn wishes(
        &mut self,
        users: impl Iterator<Item = UserId>,
    ) -> Result<HashMap<UserId, Arc<Person>>, BackendError> {
        let now = Instant::now();
        let (mut people, mut unknown) = (HashMap::new(), Vec::new());
        for user in users {
            match self.users.get(&user) {
                Some((until, person)) if *until > now => {
                    people.insert(user, person.clone());
                }
                _ => unknown.push(user),
            }
        }
        if unknown.is_empty() {
            return Ok(people);
        }
        if self.users.len() + unknown.len() > MOST {
            self.users.clear();
        }
        for (user, person) in self.read(&unknown).await? {
            self.users.insert(user, (now + PERSON, person.clone()));
            people.insert(user, person);
        }
        Ok(people)
    }

    async fn read(&self, users: &[UserId]) -> Result<Vec<(UserId, Arc<Person>)>, BackendError> {
        let accounts = self.ports.users.find_all(users).await?;
        let mut devices: HashMap<UserId, Vec<Subscription>> = HashMap::new();
        for device in self.ports.subscriptions.list(users).await? {
            devices.entry(device.user).or_default().push(device);
        }
        let person = |(account, preferences): (User, Preferences)| {
            let person = Person {
                preferences,
                do_not_disturb: account.availability.dnd_until,
                username: Some(account.username),
                devices: devices.remove(&account.id).unwrap_or_default(),
            };
            (account.id, Arc::new(person))
        };
        Ok(accounts.into_iter().map(person).collect())
    }
}

/// Asks the rule.
pub(super) fn rule(
    attention: &dyn Attention,
    audience: &Audience,
    listener: &Listener,
    person: &Person,
    message: &Message,
    now: Time,
) -> Rule {
    let user = listener.user;
    let answered = message.reply_to.as_ref().map(|parent| &parent.author);
    decide(&Situation {
        is_author: message.author.id == user,
        is_member: true,
        is_direct: audience.room.kind == RoomKind::Direct,
        chosen: listener.level,
        usual: person.preferences.level,
        named: NamedBy::of(&message.mentions, user, attention.is_online(user)),
        is_answer: answered.is_some() && answered == person.username.as_ref(),
        do_not_disturb: person.do_not_disturb,
        is_quiet: person.preferences.is_quiet(now),
        has_read: false,
        is_looking: attention.looks_at(user, message.room),
        has_device: !person.devices.is_empty(),
        now,
    })
}
