//! R22: the server against a model of what it promises.

use std::path::Path;

use super::Size;
use crate::faults::Measured;
use crate::faults::model::agrees;
use crate::server::Launch;

/// People post, repeat, join, leave, read and lose their connections, the server is killed, and a
/// small model says what must come of it.
///
/// # Panics
/// With the seed and the shortest sequence found, if the two differ.
pub async fn model(binary: &Path, size: Size, seed: u64) -> Measured {
    let data = tempfile::tempdir().expect("a temporary folder");
    let server = Launch::of(binary, data.path()).start().await;
    let compared = agrees(server, size.of(8, 200), 120, seed).await;
    Measured {
        fault: "R22: anything, in any order".to_owned(),
        load: format!(
            "{} operations, {} kills; seed {seed}",
            compared.operations, compared.kills
        ),
        figures: vec!["0 differences from the model".to_owned()],
    }
}
