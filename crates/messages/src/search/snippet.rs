use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use super::query::SearchQuery;
use super::words::tokens;
use crate::body::excerpt;

/// How much is shown before what was found, in characters.
const BEFORE: usize = 40;
/// How much is shown in all.
const LENGTH: usize = 200;

/// The part of what a message says in which something was found, on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet(pub Vec<Part>);

/// A part of a snippet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it says.
    pub text: String,
    /// Whether it is what was looked for.
    pub is_found: bool,
}

impl Snippet {
    /// Cuts what a body says around the first place that a query finds, and marks all that it finds
    /// there. What is found in its markup alone, as in the address of a link, is shown as typed.
    pub fn of(body: &str, query: &SearchQuery) -> Self {
        let mut text: String = whatscrap_markup::text(body).nfc().collect();
        let mut found = finds(&text, query);
        if found.is_empty() && !query.phrases.is_empty() {
            text = body.nfc().collect();
            found = finds(&text, query);
        }
        let from = found
            .first()
            .map_or(0, |first| back(&text, first.start, BEFORE));
        let to = ahead(&text, from, LENGTH);
        let mut parts = Vec::new();
        let mut at = from;
        let mut add = |range: Range<usize>, is_found| {
            if !range.is_empty() {
                // Room for everything: nothing is cut here.
                let text = excerpt(&text[range], LENGTH);
                parts.push(Part { text, is_found });
            }
        };
        for range in found {
            let range = range.start.min(to)..range.end.min(to);
            add(at..range.start, false);
            add(range.clone(), true);
            at = range.end;
        }
        add(at..to, false);
        let gap = |text: &str| Part {
            text: text.to_owned(),
            is_found: false,
        };
        if from > 0 {
            parts.insert(0, gap("…"));
        }
        if to < text.len() {
            parts.push(gap("…"));
        }
        Self(parts)
    }

    /// As text, with what was found between `[[` and `]]`.
    pub fn marked(&self) -> String {
        let parts = self.0.iter().map(|part| {
            let text = &part.text;
            if part.is_found {
                format!("[[{text}]]")
            } else {
                text.clone()
            }
        });
        parts.collect()
    }
}

/// What a query finds in a text, in order; none overlaps another.
fn finds(text: &str, query: &SearchQuery) -> Vec<Range<usize>> {
    let tokens = tokens(text);
    let mut found: Vec<Range<usize>> = query
        .phrases
        .iter()
        .flat_map(|phrase| phrase.matches(&tokens))
        .map(|(first, past)| tokens[first].at.start..tokens[past - 1].at.end)
        .collect();
    found.sort_by_key(|range| (range.start, range.end));
    found.dedup_by(|next, before| {
        let overlaps = next.start < before.end;
        if overlaps {
            before.end = before.end.max(next.end);
        }
        overlaps
    });
    found
}

/// So many characters back.
fn back(text: &str, at: usize, characters: usize) -> usize {
    let mut before = text[..at].char_indices().rev();
    before
        .nth(characters.saturating_sub(1))
        .map_or(0, |(start, _)| start)
}

/// So many characters on.
fn ahead(text: &str, at: usize, characters: usize) -> usize {
    let mut after = text[at..].char_indices();
    after
        .nth(characters)
        .map_or(text.len(), |(offset, _)| at + offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snippet(text: &str, query: &str) -> String {
        Snippet::of(text, &SearchQuery::parse(query).unwrap()).marked()
    }

    #[test]
    fn what_was_found_is_marked() {
        assert_eq!(
            snippet("The Café\nis open", "cafe open"),
            "The [[Café]] is [[open]]"
        );
        assert_eq!(snippet("我家在上海东边", "上海"), "我家在[[上海]]东边");
        assert_eq!(
            snippet("see you, see you all", "\"see you\" you"),
            "[[see you]], [[see you]] all"
        );
        assert_eq!(snippet("planning", "plan*"), "[[planning]]");
        assert_eq!(snippet("e\u{301}te", "ete"), "[[éte]]");
        assert_eq!(snippet("<b>", "has:link"), "<b>");
    }

    #[test]
    fn markup_is_shown_where_only_that_was_found() {
        let code = "Run **this**:\n```rust\nlet a = 1;\n```";
        assert_eq!(snippet(code, "let"), "Run this: [[let]] a = 1;");
        assert_eq!(snippet(code, "after:2026-01-31"), "Run this: let a = 1;");
        assert!(snippet(code, "rust").contains("```[[rust]]"));
        let link = "[docs](https://example.org/way)";
        assert_eq!(snippet(link, "docs"), "[[docs]] (example.org)");
        assert_eq!(snippet(link, "way"), "[docs](https://example.org/[[way]])");
    }

    #[test]
    fn a_long_text_is_cut_around_what_was_found() {
        let text = format!("{} needle {}", "hay ".repeat(200), "hay ".repeat(200));
        let cut = snippet(&text, "needle");
        assert!(cut.starts_with('…') && cut.ends_with('…'), "{cut}");
        assert!(
            cut.contains("[[needle]]") && cut.chars().count() < 220,
            "{cut}"
        );
    }
}
