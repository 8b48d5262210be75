use super::hostile::assert_harmless;
use super::{names, show};
use crate::clean::clean;
use crate::{events, excerpt, paragraphs, plain, render, text};
use proptest::prelude::*;

/// What chats are made of, and what breaks them.
fn bodies() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-zA-Zäñ0-9]{1,6}",
        4 => Just(" ".to_owned()),
        2 => Just("\n".to_owned()),
        6 => "[-*_~`>#+=<|&:;.!?@/\\\\\\[\\](){}\"'0-9 \n\t]{1,3}",
        2 => prop::sample::select(PIECES).prop_map(str::to_owned),
        1 => "\\PC{1,2}",
        1 => prop::sample::select(&["\u{A0}", "\u{3000}", "\u{200B}", "\u{202E}", "\u{FDD0}", "\r", "\u{B}", "\u{C}", "\u{85}", "\u{2028}"]).prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 1..24).prop_map(|pieces| pieces.concat().trim().to_owned())
}

const PIECES: &[&str] = &[
    "https://example.org/a_b",
    "http://x.y/*z*",
    "](https://x.org)",
    "](javascript:alert(1))",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<!--",
    "]]>",
    "<a href='javascript:x'>",
    ":smile:",
    "😄",
    "👨‍👩‍👧‍👦",
    "```",
    "~~~",
    "- ",
    "1. ",
    "> ",
    "    ",
    "@ben",
    "&lt;",
    "&#x3c;",
    "  \n",
    "\\\n",
    "[x]: ",
];

/// More, if `PROPTEST_CASES` asks for more.
fn cases() -> u32 {
    ProptestConfig::default().cases.max(1_000)
}

fn letters(text: &str) -> Vec<char> {
    text.chars()
        .filter(|c| c.is_alphanumeric() && c.is_ascii())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn no_script_survives(body in bodies()) {
        assert_harmless(&show(&body), &body);
    }

    #[test]
    fn what_is_plain_is_shown_alike_by_the_parser(body in bodies()) {
        if paragraphs::is_plain(&body) {
            let html = events::html(&body, names).map(|html| clean(&html));
            prop_assert_eq!(Some(plain(&body, names)), html, "{:?}", body);
        }
    }

    #[test]
    fn cleaning_finds_nothing_to_do(body in bodies()) {
        if let Some(html) = events::html(&body, names) {
            prop_assert_eq!(clean(&html), html, "{:?}", body);
        }
    }

    #[test]
    fn no_word_is_lost(body in "[a-z*_~`>#+= \n.\\-\\[\\]<]{0,40}") {
        // What follows a fence may be the name of a language.
        prop_assume!(!body.contains("```") && !body.contains("~~~"));
        prop_assert_eq!(letters(&text(&body)), letters(&body));
    }

    #[test]
    fn an_excerpt_is_never_too_long(body in bodies(), chars in 1..30_usize) {
        prop_assert!(excerpt(&body, chars).chars().count() <= chars + 1);
    }
}

#[test]
fn hostile_signs_are_rendered_or_refused_alike() {
    assert_eq!(
        render("\u{FDD0}*a*", names).as_deref(),
        Some("<p>\u{FDD0}<em>a</em></p>")
    );
}
