//! R4 and R5: PostgreSQL ends, or stands still, under its server.

use std::path::Path;
use std::time::Duration;

use serde_json::json;

use super::{Play, Size};
use crate::faults::vitals::Vitals;
use crate::faults::{Kind, Op, Report, lasts};
use crate::postgres::{Durable, Signal};
use crate::server::{Launch, PATIENCE};

/// R4: PostgreSQL is stopped fast, aborted and killed under load. The server stays, and goes on
/// by itself. `None`, after a loud message, where there is no PostgreSQL.
///
/// # Panics
/// If the server ends, or acks nothing any more.
pub async fn database_ends(binary: &Path, size: Size, seed: u64) -> Option<Report> {
    let rounds = size.of(1, 10);
    let cluster = Durable::start().await?;
    let data = tempfile::tempdir().expect("a temporary folder");
    let launch = Launch::of(binary, data.path()).set("DATABASE_URL", &cluster.url);
    let mut play = Play::begin(&launch, data.path(), &size.load(seed)).await;
    let pid = play.supervisor.process.id();
    for _ in 0..rounds {
        for signal in [Signal::Fast, Signal::Immediate, Signal::Kill] {
            play.supervisor.breaks();
            cluster.stops(signal).await;
            cluster.starts_again().await;
            play.supervisor.mends();
            let again = play.crowd.acks_more(100, PATIENCE).await;
            assert!(again, "{signal:?}: {}", play.supervisor.process.log());
        }
    }
    assert_eq!(play.supervisor.process.id(), pid, "the server never ended");
    let fault = format!("R4: PostgreSQL stopped, aborted, killed × {rounds}");
    Some(play.end(&fault).await)
}

/// R5: PostgreSQL stands still. Posts are refused, to be sent again, and none is acked; sockets
/// stay and are answered; memory does not grow. `None`, after a loud message, where there is no
/// PostgreSQL.
///
/// # Panics
/// If any of that does not hold.
pub async fn database_hangs(binary: &Path, size: Size, seed: u64) -> Option<Report> {
    const MOST: u64 = 32 << 20;
    // The server waits for ten seconds before it gives up.
    let time = Duration::from_secs(size.of(12, 20));
    let cluster = Durable::start().await?;
    let data = tempfile::tempdir().expect("a temporary folder");
    let launch = Launch::of(binary, data.path()).set("DATABASE_URL", &cluster.url);
    let load = size.load(seed);
    let mut play = Play::begin(&launch, data.path(), &load).await;
    let mut bystander = play.crowd.owner.socket().await;
    assert!(
        play.crowd.acks_more(200, PATIENCE).await,
        "the talk goes on"
    );
    let before = Vitals::of(play.supervisor.process.id());
    play.supervisor.breaks();
    cluster.hangs().await;
    let began = play.history.entries().len();
    lasts(time).await;
    bystander.say(&json!({"type": "ping"}));
    bystander.wait_for("pong").await;
    let during = &play.history.entries()[began..];
    let after = Vitals::of(play.supervisor.process.id());
    cluster.goes_on().await;
    play.supervisor.mends();

    let count = |op, kind| {
        let such = during.iter().filter(|it| (it.op, it.kind) == (op, kind));
        such.count()
    };
    let (refused, acked) = (count(Op::Info, Kind::Send), count(Op::Ok, Kind::Send));
    assert!(refused > 0, "posts are refused, to be sent again");
    // What was committed just before may be acked just after.
    let under_way = load.window * usize::try_from(load.senders).unwrap_or(usize::MAX);
    assert!(acked <= under_way, "{acked} acked");
    assert_eq!(count(Op::Info, Kind::Close), 0, "sockets stay");
    assert!(bystander.is_open());
    let grown = after.resident.saturating_sub(before.resident);
    assert!(grown < MOST, "memory grew by {grown} bytes");
    let again = play.crowd.acks_more(200, PATIENCE).await;
    assert!(again, "it goes on: {}", play.supervisor.process.log());
    let seconds = time.as_secs();
    let fault = format!("R5: PostgreSQL hangs for {seconds} s; {refused} refused, {acked} acked");
    Some(play.end(&fault).await)
}
