use std::error::Error;

/// Something outside the process did not answer as it should: the database, the bus, the disk.
///
/// The outcome of the operation is **unknown**: it may or may not have happened. Callers never
/// report success for it; they ask the client to try again.
#[derive(Debug, thiserror::Error)]
#[error("a backend is unavailable")]
pub struct BackendError(#[source] Box<dyn Error + Send + Sync>);

impl BackendError {
    /// Wraps the adapter's own error, or a sentence, for the log.
    pub fn new(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(cause.into())
    }
}
