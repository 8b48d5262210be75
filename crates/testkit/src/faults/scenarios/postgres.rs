//! R4 and R5: PostgreSQL ends, or stands still, under its server.

use std::path::Path;
use std::time::Duration;

use serde_json::json;

use super::{Play, Size};
use crate::faults::vitals::Vitals;
use crate::faults::{Kind, Op, Report, lasts};
use crate::postgres::{Durable, Signal};
use crate::server::Launch;

/// R4: PostgreSQL is stopped fast, aborted and killed under load. The server stays, and goes on
/// by itself. `None`, after a loud message, where there is no PostgreSQL.
pub async fn database_ends(binary: &Path, size: Size, seed: u64) -> Option<Report> {
    let rounds = size.of(1, 5);
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
            play.talks(100).await;
        }
    }
    let stayed = play.supervisor.process.id() == pid;
    play.expects(stayed, "the server never ends");
    let fault = format!("R4: PostgreSQL stopped, aborted, killed × {rounds}");
    Some(play.end(&fault).await)
}

/// R5: PostgreSQL stands still. Posts are refused, to be sent again, and none is acked; sockets
/// stay and are answered; memory does not grow. `None`, after a loud message, where there is no
/// PostgreSQL.
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
    play.talks(200).await;
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
    let closed = count(Op::Info, Kind::Close);
    let grown = after.resident.saturating_sub(before.resident);
    play.expects(refused > 0, "posts are refused, to be sent again");
    // What was committed just before may be acked just after.
    let under_way = load.window * usize::try_from(load.senders).unwrap_or(usize::MAX);
    play.expects(acked <= under_way, "nothing is acked");
    play.expects(closed == 0 && bystander.is_open(), "sockets stay");
    play.expects(grown < MOST, "memory does not grow");
    play.talks(200).await;
    let seconds = time.as_secs();
    let fault = format!("R5: PostgreSQL hangs for {seconds} s; {refused} refused, {acked} acked");
    Some(play.end(&fault).await)
}
