//! Words by Redis, or whatever speaks as it does: one channel for everybody, one for each room.
//!
//! Two connections, so that what is said is not hindered by what is heard: [`speaking`] publishes
//! and [`listening`] is subscribed. Each looks after itself: what takes longer than [`PATIENCE`]
//! has failed, and is not tried again before [`PAUSE`]. Redis keeps nothing for us.

mod listening;
mod speaking;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, Client, ConnectionAddr, IntoConnectionInfo, ProtocolVersion, RedisError,
    RedisResult,
};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio_rustls::rustls::crypto::ring;
use whatscrap_kernel::{BackendError, Uuid};
use whatscrap_messages::{Carrier, Channel, Heard, Word};
use whatscrap_rooms::RoomId;

/// How long Redis may take to answer.
const PATIENCE: Duration = Duration::from_millis(250);
/// How long it is left alone when it did not.
const PAUSE: Duration = Duration::from_millis(250);
/// How much may wait to be said, and to be taken in.
const QUEUE: usize = 8_192;
/// The longest word that is said whole. Of longer ones the others read the database.
const LONGEST: usize = 256 << 10;

/// The address of the Redis cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct RedisUrlError(String);

/// Carries words by Redis, until it is dropped.
#[derive(Debug)]
pub struct RedisCarrier {
    words: mpsc::Sender<(Channel, Word)>,
    /// Words found no place among those that wait.
    lost: Arc<AtomicBool>,
    orders: mpsc::UnboundedSender<Order>,
    tasks: [AbortHandle; 2],
}

#[derive(Debug)]
enum Order {
    Follow(RoomId),
    Unfollow(RoomId),
    /// Words were lost on their way out and no longer are.
    Lost,
}

/// What the channels of one installation are called.
#[derive(Debug, Clone)]
struct Names(String);

impl RedisCarrier {
    /// Carries words by the Redis at this address, which need not be there yet; those of other
    /// installations, which have another name, are not heard.
    pub fn open(
        url: &str,
        installation: &str,
    ) -> Result<(Self, mpsc::Receiver<Heard>), RedisUrlError> {
        let client = client(url)?;
        let names = Names(format!("whatscrap:{installation}:"));
        let (words, to_say) = mpsc::channel(QUEUE);
        let (orders, ordered) = mpsc::unbounded_channel();
        let (tells, heard) = mpsc::channel(QUEUE);
        let lost = Arc::new(AtomicBool::new(false));
        let speaking = speaking::speak(
            client.clone(),
            names.clone(),
            to_say,
            lost.clone(),
            orders.clone(),
        );
        let listening = listening::listen(client, names, ordered, tells);
        let tasks = [
            tokio::spawn(speaking).abort_handle(),
            tokio::spawn(listening).abort_handle(),
        ];
        let carrier = Self {
            words,
            lost,
            orders,
            tasks,
        };
        Ok((carrier, heard))
    }

    /// Whether the Redis at this address answers, and if not, why.
    pub async fn ping(url: &str) -> Result<(), BackendError> {
        let client = client(url).map_err(BackendError::new)?;
        let answers = async {
            let mut connection = connect(&client, AsyncConnectionConfig::new()).await?;
            redis::cmd("PING").exec_async(&mut connection).await
        };
        answers.await.map_err(BackendError::new)
    }

    fn order(&self, order: Order) {
        // The task ends with the carrier.
        let _ = self.orders.send(order);
    }
}

impl Carrier for RedisCarrier {
    fn say(&self, channel: Channel, word: Word) {
        if self.words.try_send((channel, word)).is_err() {
            self.lost.store(true, Ordering::Relaxed);
        }
    }

    fn follow(&self, room: RoomId) {
        self.order(Order::Follow(room));
    }

    fn unfollow(&self, room: RoomId) {
        self.order(Order::Unfollow(room));
    }
}

impl Drop for RedisCarrier {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl Names {
    fn of(&self, channel: Channel) -> String {
        let Self(prefix) = self;
        match channel {
            Channel::All => format!("{prefix}all"),
            Channel::Room(RoomId(room)) => format!("{prefix}room:{}", room.simple()),
        }
    }

    fn room(&self, name: &[u8]) -> Option<RoomId> {
        let room = name.strip_prefix(self.0.as_bytes())?;
        let room = room.strip_prefix(b"room:")?;
        Uuid::try_parse_ascii(room).ok().map(RoomId)
    }
}

fn client(url: &str) -> Result<Client, RedisUrlError> {
    let unreadable = |error: RedisError| RedisUrlError(error.to_string());
    let info = url.into_connection_info().map_err(unreadable)?;
    if let ConnectionAddr::TcpTls { insecure, .. } = info.addr() {
        if *insecure {
            let fault = "who answers is always checked; leave #insecure out";
            return Err(RedisUrlError(fault.to_owned()));
        }
        // Which else is chosen by what other crates are compiled with; it may be there already.
        let _ = ring::default_provider().install_default();
    }
    let spoken = info
        .redis_settings()
        .clone()
        .set_protocol(ProtocolVersion::RESP3);
    Client::open(info.set_redis_settings(spoken)).map_err(unreadable)
}

async fn connect(
    client: &Client,
    settings: AsyncConnectionConfig,
) -> RedisResult<MultiplexedConnection> {
    let settings = settings
        .set_connection_timeout(Some(PATIENCE * 4))
        .set_response_timeout(Some(PATIENCE));
    client
        .get_multiplexed_async_connection_with_config(&settings)
        .await
}

/// A word as one piece: its head is a line.
fn pack(word: &Word) -> Vec<u8> {
    let whole = word.head.len() + 1 + word.body.len();
    let body: &[u8] = if whole <= LONGEST { &word.body } else { &[] };
    [word.head.as_bytes(), b"\n", body].concat()
}

fn unpack(mut packed: Vec<u8>) -> Option<Word> {
    let end = packed.iter().position(|byte| *byte == b'\n')?;
    let body = Bytes::from(packed.split_off(end + 1));
    packed.pop();
    let head = String::from_utf8(packed).ok()?;
    Some(Word { head, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(body: &[u8]) -> Word {
        Word {
            head: "{\"is\":\"look\"}".to_owned(),
            body: Bytes::copy_from_slice(body),
        }
    }

    #[test]
    fn a_word_is_packed_and_unpacked_with_every_byte() {
        for body in [&b""[..], b"\n\0\xff{\n"] {
            assert_eq!(unpack(pack(&word(body))), Some(word(body)));
        }
        assert_eq!(unpack(b"no line".to_vec()), None);
    }

    #[test]
    fn of_a_word_that_is_too_long_the_head_is_said() {
        let long = word(&vec![b'x'; LONGEST]);
        assert_eq!(unpack(pack(&long)), Some(word(b"")));
    }

    #[test]
    fn whoever_is_not_to_be_checked_is_refused() {
        for url in ["redis://h", "rediss://:secret@h:6380", "rediss://u:p@h/0"] {
            client(url).unwrap();
        }
        for url in ["rediss://h/#insecure", "http://h", "h:6379"] {
            client(url).unwrap_err();
        }
    }

    #[test]
    fn a_channel_is_named_by_installation_and_room() {
        let names = Names("whatscrap:a:".to_owned());
        let room = RoomId(Uuid::from_u128(7));
        let name = names.of(Channel::Room(room));
        assert_eq!(names.room(name.as_bytes()), Some(room));
        assert_eq!(names.room(names.of(Channel::All).as_bytes()), None);
        assert_eq!(Names("whatscrap:b:".to_owned()).room(name.as_bytes()), None);
    }
}
