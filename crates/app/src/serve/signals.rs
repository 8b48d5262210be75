use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::Failure;

/// The wishes to end: SIGTERM, and Ctrl-C.
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

/// Listens from here on. Signals that nobody waits for then change nothing, so that a second one
/// does not cut a draining server short.
pub(super) fn listen() -> Result<Signals, Failure> {
    let listen =
        |kind| signal(kind).map_err(|error| Failure::cannot(format!("no signals: {error}")));
    Ok(Signals {
        terminate: listen(SignalKind::terminate())?,
        interrupt: listen(SignalKind::interrupt())?,
    })
}

impl Signals {
    /// Waits for one.
    pub(super) async fn recv(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
