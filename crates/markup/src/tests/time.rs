use std::time::{Duration, Instant};

use super::{names, show};
use crate::{plain, text};

/// Pieces that parsers repeat themselves over.
const PIECES: &[&str] = &[
    "*",
    "_",
    "~",
    "`",
    "[",
    "]",
    "(",
    ">",
    "<",
    "!",
    "&",
    "\\",
    ":",
    "@",
    "#",
    "\n",
    "-",
    "=",
    "|",
    "> ",
    "- ",
    "1. ",
    "* ",
    "+ ",
    ">\n",
    "- \n",
    "\n\n",
    "**",
    "*a ",
    "**a ",
    "*a**",
    "_a ",
    "a_",
    "a**b",
    "~~",
    "~a ",
    "[a](",
    "[a](b",
    "](",
    "![",
    "![a](",
    "[[",
    "[]",
    "[a]: b\n",
    "[a]",
    "<a ",
    "<a@",
    "<!--",
    "<?",
    "<!A ",
    "<![CDATA[",
    "</",
    "<https://a ",
    "http://",
    "https://a.b ",
    "http://a.b/(",
    "http://a@",
    "://",
    "www.",
    "@a",
    ":a:",
    ":+1:",
    "&a",
    "&lt;",
    "`a",
    "``a`",
    "```\n",
    "~~~\n",
    "    a\n",
    "\t",
    " ",
    "\u{300}",
    "😄",
    "\u{202E}",
    "a\\\n",
    "\\`",
    "*[",
    "`<",
];

fn took(body: &str) -> Duration {
    let start = Instant::now();
    let html = show(body);
    assert!(
        html.len() < 40 * body.len(),
        "{} of {}",
        html.len(),
        body.len()
    );
    text(body);
    plain(body, names);
    start.elapsed()
}

/// The shortest of a few runs.
fn time(piece: &str, chars: usize) -> Duration {
    let body: String = piece.chars().cycle().take(chars).collect();
    (0..3).map(|_| took(&body)).min().unwrap_or_default()
}

#[test]
fn four_times_the_text_takes_about_four_times_as_long() {
    let slow: Vec<_> = PIECES
        .iter()
        .map(|piece| (piece, time(piece, 4_000), time(piece, 16_000)))
        // Others share the machine: what grows with the square takes sixteen times as long.
        .filter(|(_, short, long)| *long > 10 * *short + Duration::from_millis(40))
        .collect();
    assert!(slow.is_empty(), "{slow:?}");
}
