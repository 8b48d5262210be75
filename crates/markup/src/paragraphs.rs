use std::borrow::Cow;

use crate::{Names, emoji, inline};

/// A body without markup as clean HTML: escaped, its lines and paragraphs kept, web addresses made
/// links, `:shortcodes:` made emoji, what may be a mention marked.
///
/// Of a body that [`render`](crate::render) takes for markup it shows every sign as typed.
pub fn plain(body: &str, names: Names) -> String {
    let body = without_returns(body);
    let mut html = String::with_capacity(body.len() + 16);
    let mut is_open = false;
    for line in body.split('\n') {
        let line = line.trim_end_matches([' ', '\t']);
        if line.is_empty() {
            if is_open {
                html.push_str("</p>");
            }
            is_open = false;
        } else {
            html.push_str(if is_open { "<br>" } else { "<p>" });
            inline::text(line, names, &mut html);
            is_open = true;
        }
    }
    if is_open {
        html.push_str("</p>");
    }
    emoji::enlarge(html)
}

/// Forms send `\r\n`.
pub(crate) fn without_returns(body: &str) -> Cow<'_, str> {
    if body.contains('\r') {
        Cow::Owned(body.replace('\r', ""))
    } else {
        Cow::Borrowed(body)
    }
}

/// Whether nothing in a body is markup. It may say no for nothing, but never yes for something.
pub(crate) fn is_plain(body: &str) -> bool {
    let bytes = body.as_bytes();
    let (mut stars, mut lines, mut ticks, mut waves) = (0, 0, 0, 0);
    for (at, byte) in bytes.iter().enumerate() {
        let next = bytes.get(at + 1).copied();
        match byte {
            b'*' => stars += 1,
            b'_' if !is_within_word(bytes, at) => lines += 1,
            b'`' => ticks += 1,
            b'~' => waves += 1,
            b']' if matches!(next, Some(b'(' | b':')) => return false,
            b'<' if next
                .is_some_and(|next| next.is_ascii_alphabetic() || b"/!?".contains(&next)) =>
            {
                return false;
            }
            b'\\'
                if next.is_none_or(|next| {
                    next.is_ascii_punctuation() || next.is_ascii_whitespace()
                }) =>
            {
                return false;
            }
            b'\x0B' | b'\x0C' => return false,
            _ => {}
        }
    }
    // Each of these needs another one to mean something.
    [stars, lines, ticks, waves].iter().all(|count| *count < 2)
        && body.split('\n').all(is_plain_line)
}

/// Whether the `_` there is one of `snake_case`.
fn is_within_word(bytes: &[u8], at: usize) -> bool {
    let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    is_letter(at.checked_sub(1).and_then(|before| bytes.get(before)))
        && is_letter(bytes.get(at + 1))
}

/// Whether a line begins no block: no quote, list, heading or line under one, nor is set in.
fn is_plain_line(line: &str) -> bool {
    let bare = line.trim_start_matches(' ');
    if line.len() - bare.len() > 3 {
        return false;
    }
    match bare.as_bytes().first() {
        Some(b'>' | b'#' | b'-' | b'+' | b'*' | b'=' | b'\t') => false,
        Some(b'0'..=b'9') => {
            let rest = bare.trim_start_matches(|c: char| c.is_ascii_digit());
            let rest = rest.strip_prefix(['.', ')']);
            rest.is_none_or(|rest| {
                !rest.is_empty() && !rest.starts_with(|c: char| c.is_ascii_whitespace())
            })
        }
        _ => true,
    }
}
