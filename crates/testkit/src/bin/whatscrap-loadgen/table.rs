//! Figures as Markdown.

use std::fmt;

use serde::Serialize;

/// A table of figures.
#[derive(Debug, Serialize)]
pub(crate) struct Table {
    pub(crate) title: String,
    pub(crate) head: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
    /// Whether something was lost, repeated or out of order while it was measured.
    pub(crate) faulty: bool,
}

impl Table {
    /// A table without rows.
    pub(crate) fn new(title: &str, head: &[&str]) -> Self {
        Self {
            title: title.to_owned(),
            head: head.iter().map(|&cell| cell.to_owned()).collect(),
            rows: Vec::new(),
            faulty: false,
        }
    }

    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        eprintln!("{}: {}", self.title, cells.join(" | "));
        self.rows.push(cells.into());
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}:\n", self.title)?;
        writeln!(f, "| {} |", self.head.join(" | "))?;
        writeln!(f, "|{}", " --- |".repeat(self.head.len()))?;
        for row in &self.rows {
            writeln!(f, "| {} |", row.join(" | "))?;
        }
        Ok(())
    }
}

/// A count to three digits, its thousands apart: `1,530,000`.
pub(crate) fn count(number: f64) -> String {
    let digits = number.abs().max(1.0).log10().floor() + 1.0;
    let unit = 10_f64.powf((digits - 3.0).max(0.0));
    let plain = format!("{:.0}", (number / unit).round() * unit);
    let thousands = plain.as_bytes().rchunks(3).rev();
    let thousands: Vec<_> = thousands.map(String::from_utf8_lossy).collect();
    thousands.join(",")
}

/// A small number with as many decimals as say something.
pub(crate) fn small(number: f64) -> String {
    match number {
        ..1.0 => format!("{number:.2}"),
        ..10.0 => format!("{number:.1}"),
        _ => count(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_as_exact_as_they_deserve() {
        for (number, expected) in [
            (0.0, "0"),
            (9.6, "10"),
            (1_234.0, "1,230"),
            (1_529_871.0, "1,530,000"),
        ] {
            assert_eq!(count(number), expected);
        }
        for (number, expected) in [(0.267, "0.27"), (2.46, "2.5"), (25.9, "26")] {
            assert_eq!(small(number), expected);
        }
    }

    #[test]
    fn a_table_is_markdown() {
        let mut table = Table::new("Sizes", &["room", "bytes"]);
        table.row(["1".into(), "2".into()]);
        let expected = "Sizes:\n\n| room | bytes |\n| --- | --- |\n| 1 | 2 |\n";
        assert_eq!(table.to_string(), expected);
    }
}
