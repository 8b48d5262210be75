mod hostile;
mod properties;
mod shown;
mod time;

use std::ops::Range;

/// `@` and letters, as good as any other rule for names.
fn names(text: &str) -> Vec<Range<usize>> {
    let begins = |at: usize| !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '/');
    let name = |(at, _): (usize, &str)| {
        let rest = &text[at + 1..];
        let length = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        (length > 0 && begins(at)).then_some(at..at + 1 + length)
    };
    text.match_indices('@').filter_map(name).collect()
}

/// What is shown of a body.
fn show(body: &str) -> String {
    crate::render(body, names).unwrap_or_else(|| crate::plain(body, names))
}
