use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};

use tokio::sync::mpsc;
use whatscrap_messages::{Event, Message};
use whatscrap_rooms::{RoomEvent, RoomId};
use whatscrap_users::{UserEvent, UserId};

/// How much may wait for the notifier.
const QUEUE: usize = 4_096;
/// How many rooms are remembered in which nobody is to be told.
const SILENT: usize = 100_000;
/// How many people are remembered who were told.
const TOLD: usize = 100_000;

/// Where events enter, on whatever task they happen: never blocks.
#[derive(Debug, Clone)]
pub struct Feed {
    line: mpsc::Sender<Work>,
    shared: Arc<Shared>,
}

/// Where the notifier finds them.
#[derive(Debug)]
pub struct Inbox {
    pub(super) line: mpsc::Receiver<Work>,
    pub(super) shared: Arc<Shared>,
}

#[derive(Debug)]
pub(super) enum Work {
    Messages(RoomId, Vec<Arc<Message>>),
    Event(Event),
}

/// A queue from those who commit to the one who tells.
pub fn feed() -> (Feed, Inbox) {
    let (sender, line) = mpsc::channel(QUEUE);
    let shared = Arc::new(Shared::default());
    let feed = Feed {
        line: sender,
        shared: shared.clone(),
    };
    (feed, Inbox { line, shared })
}

impl Feed {
    /// Takes what concerns the notifier. In rooms where nobody has a device, that is nothing.
    pub fn take(&self, event: &Event) {
        let work = match *event {
            Event::Messages(room, ref messages) if !self.shared.is_silent(room) => {
                Work::Messages(room, messages.clone())
            }
            Event::Renamed(ref renamed) if !self.shared.is_silent(renamed.message.room) => {
                Work::Event(event.clone())
            }
            Event::Read { user, .. } if self.shared.was_told(user) => Work::Event(event.clone()),
            Event::Devices { .. } => {
                self.shared.break_silence(None);
                Work::Event(event.clone())
            }
            Event::Room(RoomEvent::Joined { room, .. }) => {
                self.shared.break_silence(Some(room));
                Work::Event(event.clone())
            }
            Event::Room(
                RoomEvent::Left { room, .. }
                | RoomEvent::PlaceChanged { room, .. }
                | RoomEvent::Changed { room },
            ) if !self.shared.is_silent(room) => Work::Event(event.clone()),
            Event::User(UserEvent::SessionEnded { .. } | UserEvent::ProfileChanged { .. }) => {
                Work::Event(event.clone())
            }
            _ => return,
        };
        if let Err(mpsc::error::TrySendError::Full(_)) = self.line.try_send(work) {
            self.shared.missed.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// What both sides know.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// Rooms in which nobody has a device, and how often that was taken back.
    silent: RwLock<(HashSet<RoomId>, u64)>,
    /// Who was told of something: only what they read is worth knowing.
    told: RwLock<HashSet<UserId>>,
    missed: AtomicU64,
}

impl Shared {
    fn is_silent(&self, room: RoomId) -> bool {
        self.silent
            .read()
            .expect("no panic while held")
            .0
            .contains(&room)
    }

    /// Somebody in this room, or in any, may have a device now.
    pub(super) fn break_silence(&self, room: Option<RoomId>) {
        let mut silent = self.silent.write().expect("no panic while held");
        silent.1 += 1;
        match room {
            Some(room) => {
                silent.0.remove(&room);
            }
            None => silent.0.clear(),
        }
    }

    /// To be asked before it is read who has a device.
    pub(super) fn moment(&self) -> u64 {
        self.silent.read().expect("no panic while held").1
    }

    /// Nobody in this room had a device at that moment; from here on the committer passes it by,
    /// unless that changed meanwhile.
    pub(super) fn silence(&self, room: RoomId, moment: u64) {
        let mut silent = self.silent.write().expect("no panic while held");
        if silent.1 == moment {
            if silent.0.len() >= SILENT {
                silent.0.clear();
            }
            silent.0.insert(room);
        }
    }

    fn was_told(&self, user: UserId) -> bool {
        self.told
            .read()
            .expect("no panic while held")
            .contains(&user)
    }

    /// From here on it is worth knowing what this person reads.
    pub(super) fn remember(&self, user: UserId) {
        if self.was_told(user) {
            return;
        }
        let mut told = self.told.write().expect("no panic while held");
        if told.len() >= TOLD {
            told.clear();
        }
        told.insert(user);
    }

    /// How much found the queue full since this was last asked.
    pub(super) fn missed(&self) -> Option<u64> {
        Some(self.missed.swap(0, Ordering::Relaxed)).filter(|missed| *missed > 0)
    }
}
