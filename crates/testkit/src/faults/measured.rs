use std::fmt;

/// What a server did that was hurt without losing its database: a row of
/// `docs/reliability.md`.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Which fault.
    pub fault: String,
    /// Under which load, and from which seed if chance had a part in it.
    pub load: String,
    /// What came of it, each with its unit.
    pub figures: Vec<String>,
}

impl Measured {
    /// The head of the table that these are rows of.
    pub fn heading() -> &'static str {
        "| fault | load | what came of it |\n| --- | --- | --- |"
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            fault,
            load,
            figures,
        } = self;
        write!(f, "| {fault} | {load} | {} |", figures.join("; "))
    }
}

/// Bytes in the unit of the figures.
pub(super) fn mib(bytes: u64) -> String {
    let kib = u32::try_from(bytes >> 10).unwrap_or(u32::MAX);
    format!("{:.1} MiB", f64::from(kib) / 1024.0)
}
