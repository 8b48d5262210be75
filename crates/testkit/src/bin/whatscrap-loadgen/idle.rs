//! Sockets that only listen: what does one cost the server?

use std::process::ExitCode;

use futures_util::{SinkExt, StreamExt};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;
use whatscrap_testkit::Site;

use crate::account;
use crate::arguments::Arguments;
use crate::process::resident_bytes;

/// Opens `count` sockets and reports the server's memory for each.
pub(crate) async fn measure(site: &Site, arguments: &Arguments, count: usize) -> ExitCode {
    let accounts = count.div_ceil(arguments.sockets_per_account);
    let people = account::register(site, accounts).await;
    let before = arguments.pid.map(resident_bytes);
    let start = Instant::now();
    let mut sockets = Vec::with_capacity(count);
    for number in 0..count {
        let upgrade = people[number % accounts].upgrade();
        let mut socket = upgrade.raw().await.expect("the upgrade is accepted");
        let hello = Message::text(r#"{"type":"hello","v":1}"#);
        socket.send(hello).await.expect("the socket is open");
        let welcome = socket.next().await;
        welcome
            .expect("a welcome comes")
            .expect("the socket is open");
        sockets.push(socket);
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("{count} idle sockets in {seconds:.1} s");
    if let (Some(pid), Some(before)) = (arguments.pid, before) {
        let after = resident_bytes(pid);
        let each = after.saturating_sub(before) / count as u64;
        let (before, after) = (before >> 20, after >> 20);
        println!("server memory {before} MiB before, {after} MiB after: {each} bytes a socket");
    }
    ExitCode::SUCCESS
}
