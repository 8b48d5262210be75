//! Words by the database itself: LISTEN and NOTIFY, one channel for everything. A notification
//! holds 8,000 bytes, so the body of a word stays behind (`docs/decisions/0020`).

mod listening;
mod speaking;

use std::collections::HashSet;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sea_orm::sqlx::postgres::PgConnectOptions;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use whatscrap_kernel::Uuid;
use whatscrap_messages::{Carrier, Channel, Heard, Word};
use whatscrap_rooms::RoomId;

use crate::ConnectError;

/// What the one channel of a database is called.
const CHANNEL: &str = "whatscrap";
/// How long the database is left alone when it did not answer.
const PAUSE: Duration = Duration::from_millis(250);
/// How much may wait to be said, and to be taken in.
const QUEUE: usize = 8_192;
/// Between two signs of life, which every node hears.
const PULSE: Duration = Duration::from_secs(1);

/// Carries words by PostgreSQL, until it is dropped.
#[derive(Debug)]
pub struct PostgresCarrier {
    words: mpsc::Sender<(Channel, Word)>,
    lost: Arc<AtomicBool>,
    followed: Followed,
    hears: mpsc::Sender<Heard>,
    tasks: [AbortHandle; 2],
}

/// The rooms that this node wants to hear. All are said on one channel.
#[derive(Debug, Clone, Default)]
struct Followed(Arc<Mutex<HashSet<RoomId>>>);

impl PostgresCarrier {
    /// Carries words by the database that `url` names, which need not be there yet.
    pub fn open(url: &str) -> Result<(Self, mpsc::Receiver<Heard>), ConnectError> {
        let options = PgConnectOptions::from_str(url)
            .map_err(|error| ConnectError::Malformed(error.to_string()))?;
        let (words, to_say) = mpsc::channel(QUEUE);
        let (tells, heard) = mpsc::channel(QUEUE);
        let (lost, healed) = (Arc::new(AtomicBool::new(false)), Arc::default());
        let followed = Followed::default();
        let speaking = speaking::speak(options.clone(), to_say, lost.clone(), Arc::clone(&healed));
        let listening = listening::listen(options, followed.clone(), healed, tells.clone());
        let tasks = [
            tokio::spawn(speaking).abort_handle(),
            tokio::spawn(listening).abort_handle(),
        ];
        let carrier = Self {
            words,
            lost,
            followed,
            hears: tells,
            tasks,
        };
        Ok((carrier, heard))
    }
}

impl Carrier for PostgresCarrier {
    fn say(&self, channel: Channel, word: Word) {
        if self.words.try_send((channel, word)).is_err() {
            self.lost.store(true, Ordering::Relaxed);
        }
    }

    fn follow(&self, room: RoomId) {
        self.followed.lock().insert(room);
        // A full queue is followed by `Back`, and that by a look at every room.
        let _ = self.hears.try_send(Heard::Following(room));
    }

    fn unfollow(&self, room: RoomId) {
        self.followed.lock().remove(&room);
    }
}

impl Drop for PostgresCarrier {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl Followed {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashSet<RoomId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A word as a notification's text.
fn pack(channel: Channel, word: &Word) -> String {
    match channel {
        Channel::All => format!(" {}", word.head),
        Channel::Room(RoomId(room)) => format!("{} {}", room.simple(), word.head),
    }
}

fn unpack(text: &str) -> Option<(Channel, Word)> {
    let (name, head) = text.split_once(' ')?;
    let channel = match name {
        "" => Channel::All,
        room => Channel::Room(RoomId(Uuid::try_parse(room).ok()?)),
    };
    let word = Word {
        head: head.to_owned(),
        body: bytes::Bytes::new(),
    };
    Some((channel, word))
}
