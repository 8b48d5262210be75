//! R9: people talk through every bad network there is.

use std::path::Path;
use std::time::Duration;

use super::{Play, Size};
use crate::faults::proxy::Weather;
use crate::faults::{Report, lasts};
use crate::server::Launch;

/// Far, stalling, resetting, narrow, without acks, and not there at all, each for a while.
pub async fn bad_network(binary: &Path, size: Size, seed: u64) -> Report {
    let data = tempfile::tempdir().expect("a temporary folder");
    let launch = Launch::of(binary, data.path());
    let (mut play, proxy) = Play::begin_behind(&launch, data.path(), &size.load(seed)).await;
    for (weather, time) in weathers(size) {
        play.supervisor.breaks();
        proxy.turns(weather);
        lasts(time).await;
        play.supervisor.mends();
        proxy.turns(Weather::default());
        play.talks(50).await;
    }
    let fault = "R9: 200 ms ± 200; 2 % stall; 1 % RST; 64 kbit/s; 5 % of acks cut off; silence";
    play.end(fault).await
}

fn weathers(size: Size) -> [(Weather, Duration); 6] {
    let time = size.of(Duration::from_secs(2), Duration::from_secs(15));
    // Long enough that both sides give up what is half open.
    let silence = size.of(Duration::from_secs(2), Duration::from_mins(1));
    let far = Weather {
        delay: Duration::from_millis(200),
        jitter: Duration::from_millis(200),
        ..Weather::default()
    };
    let stalling = Weather {
        stall: Duration::from_secs(1),
        stalls: 0.02,
        ..far.clone()
    };
    let resetting = Weather {
        resets: 0.01,
        ..far.clone()
    };
    let narrow = Weather {
        bytes_per_second: Some(64_000 / 8),
        ..Weather::default()
    };
    let forgetful = Weather {
        lost_acks: 0.05,
        ..Weather::default()
    };
    [
        (far, time),
        (stalling, time),
        (resetting, time),
        (narrow, time),
        (forgetful, time),
        (Weather::black_hole(), silence),
    ]
}
