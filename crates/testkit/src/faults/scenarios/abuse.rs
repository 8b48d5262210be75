//! R18: frames that no client sends.

use std::path::Path;
use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::Size;
use crate::faults::lasts;
use crate::faults::measured::{Measured, mib};
use crate::faults::pulse::{Acks, Pulse};
use crate::faults::vitals::Vitals;
use crate::server::{Launch, Opcode, Person, Process, RawFrame, Wire};

use Opcode::{Continuation, Ping, Text};

/// Frames that no client sends end their own connections with the right codes, cost no memory,
/// and are over when they are over. The first row is a server that is left in peace.
///
/// # Panics
/// If the code is another, the memory stays, or the server stays busy.
pub async fn abuse(binary: &Path, size: Size) -> Vec<Measured> {
    let data = tempfile::tempdir().expect("a temporary folder");
    let launch = Launch::of(binary, data.path());
    let abuse = Abuse {
        frames: size.of(10_000, 100_000),
        quiet: Duration::from_secs(size.of(1, 5)),
    };
    abuse.goes_on(&launch).await
}

/// How much of each.
#[derive(Debug, Clone, Copy)]
struct Abuse {
    frames: usize,
    /// For how long the answers of a quiet server are timed.
    quiet: Duration,
}

impl Abuse {
    async fn goes_on(self, launch: &Launch) -> Vec<Measured> {
        let server = launch.start().await;
        let ada = server.user("ada").await;
        let room = ada.creates_room("Hall").await;
        let mallory = server.user("mallory").await;
        let quiet = self.beside(&ada, &room, lasts(self.quiet)).await;
        let control = format!("ack p50 / p99 {}", quiet.times);
        let mut rows = vec![row("none", "a quiet server", vec![control])];
        let frames = self.frames;
        let frame = RawFrame::new(Text, vec![b' '; 10 << 20]).encode();
        let big = huge(&mallory, &frame);
        rows.push(
            self.suffers(&server, &ada, &room, "a frame of 10 MB", 1, big)
                .await,
        );
        let broken = malformed(&mallory, frames);
        rows.push(
            self.suffers(
                &server,
                &ada,
                &room,
                "frames that are no JSON",
                frames,
                broken,
            )
            .await,
        );
        let bytewise = fragments(&mallory, frames);
        rows.push(
            self.suffers(
                &server,
                &ada,
                &room,
                "fragments of a byte",
                frames,
                bytewise,
            )
            .await,
        );
        let restless = pings(&mallory, frames);
        rows.push(
            self.suffers(
                &server,
                &ada,
                &room,
                "pings that are answered",
                frames,
                restless,
            )
            .await,
        );
        let deaf = unread_pings(&mallory, frames);
        rows.push(
            self.suffers(&server, &ada, &room, "pings, answers unread", frames, deaf)
                .await,
        );
        assert!(!server.log().contains("panicked"), "{}", server.log());
        rows
    }

    async fn suffers(
        self,
        server: &Process,
        ada: &Person,
        room: &str,
        what: &str,
        frames: usize,
        abuse: impl Future<Output = ()>,
    ) -> Measured {
        /// S22.
        const LEAST: u64 = 8 << 20;
        let before = Vitals::of(server.id());
        let start = Instant::now();
        let acks = self.beside(ada, room, abuse).await;
        let took = start.elapsed();
        let ended = Vitals::of(server.id());
        lasts(Duration::from_secs(1)).await;
        let idle = Vitals::of(server.id());
        lasts(Duration::from_secs(1)).await;
        let after = Vitals::of(server.id());
        let busy = after.cpu.saturating_sub(idle.cpu);
        assert!(
            busy < Duration::from_millis(100),
            "{what}: busy for {busy:?} of a second"
        );
        let kept = after.resident.saturating_sub(before.resident);
        assert!(kept <= LEAST, "{what}: kept {}", mib(kept));
        row(
            what,
            &format!("{frames} in {:.1} s", took.as_secs_f64()),
            vec![
                format!("ack p50 / p99 beside it {}", acks.times),
                format!(
                    "CPU {:.2} s, a second later {} ms",
                    ended.cpu.saturating_sub(before.cpu).as_secs_f64(),
                    busy.as_millis()
                ),
                format!("memory kept {}", mib(kept)),
            ],
        )
    }

    /// Lets somebody talk while something else goes on.
    async fn beside(self, ada: &Person, room: &str, other: impl Future<Output = ()>) -> Acks {
        let every = Duration::from_millis(10);
        let pulse = Pulse::of(ada, room, "unmoved", every, Instant::now()).await;
        other.await;
        pulse.ends().await
    }
}

fn row(what: &str, load: &str, figures: Vec<String>) -> Measured {
    Measured {
        fault: format!("R18: {what}"),
        load: load.to_owned(),
        figures,
    }
}

async fn greeted(person: &Person) -> Wire {
    let mut wire = person.upgrade().wire().await;
    wire.say_text(r#"{"type":"hello","v":1}"#).await;
    wire.hear_next(Text).await;
    wire
}

async fn huge(mallory: &Person, frame: &[u8]) {
    let mut wire = greeted(mallory).await;
    wire.write(frame).await;
    assert_eq!(wire.closed().await, 1009);
}

/// The tenth is one too many: what is sent after it goes nowhere.
async fn malformed(mallory: &Person, frames: usize) {
    const AT_ONCE: usize = 10;
    let ten = RawFrame::new(Text, "{").encode().repeat(AT_ONCE);
    for _ in 0..frames / AT_ONCE {
        let mut wire = greeted(mallory).await;
        wire.write(&ten).await;
        assert_eq!(wire.closed().await, 4504);
    }
}

async fn fragments(mallory: &Person, frames: usize) {
    let mut wire = greeted(mallory).await;
    let mut bytes = RawFrame::new(Text, " ").unfinished().encode();
    let piece = RawFrame::new(Continuation, " ").unfinished().encode();
    bytes.extend(piece.repeat(frames - 1));
    wire.write(&bytes).await;
    if frames > 64 << 10 {
        assert_eq!(wire.closed().await, 1009);
    } else {
        wire.say(&RawFrame::new(Continuation, r#"{"type":"ping"}"#))
            .await;
        assert_eq!(wire.hear_next(Text).await, br#"{"type":"pong"}"#);
    }
}

async fn pings(mallory: &Person, frames: usize) {
    const AT_ONCE: usize = 500;
    let mut wire = greeted(mallory).await;
    let mut many = RawFrame::new(Ping, [b'x'; 125])
        .encode()
        .repeat(AT_ONCE - 1);
    many.extend(RawFrame::new(Ping, "the last").encode());
    for _ in 0..frames / AT_ONCE {
        assert!(wire.write(&many).await);
        while wire.hear_next(Opcode::Pong).await != b"the last" {}
    }
}

/// The server stops reading what is not answered yet.
async fn unread_pings(mallory: &Person, frames: usize) {
    let mut wire = greeted(mallory).await;
    let many = RawFrame::new(Text, r#"{"type":"ping"}"#)
        .encode()
        .repeat(frames);
    let _ = timeout(Duration::from_secs(2), wire.write(&many)).await;
}
