//! What was promised, through faults: the short form of every scenario. The long
//! form is `just faults`; `docs/reliability.md` has its figures.

mod network;
mod overload;

use std::path::Path;

use whatscrap_testkit::faults::scenarios::{Size, kill};

const BINARY: &str = env!("CARGO_BIN_EXE_whatscrap");

/// Where chance begins; every seed must do.
const SEED: u64 = 1;

#[tokio::test]
async fn what_was_acked_survives_kill_9_again_and_again() {
    let report = kill(Path::new(BINARY), Size::Short, SEED).await;
    println!("{report}");
    report.assert_sound();
    assert_eq!(report.verdict.resets, 0);
}
