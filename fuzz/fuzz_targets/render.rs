//! Whatever is typed: rendering ends, says nothing but what messages may say, and is the same when
//! it is cleaned of what it does not have.
#![no_main]

use libfuzzer_sys::fuzz_target;
use whatscrap_markup::{excerpt, plain, render, resolve};

const TAGS: [&str; 13] = [
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "li",
    "ol",
    "p",
    "pre",
    "span",
    "strong",
    "ul",
];

fuzz_target!(|body: &str| {
    let shown = plain(body, |_| Vec::new());
    let html = render(body, |_| Vec::new()).unwrap_or_else(|| shown.clone());
    for html in [&shown, &html] {
        assert_eq!(&resolve(html.clone(), |_| None), html);
        for part in html.split('<').skip(1) {
            let (tag, _) = part.split_once('>').expect("a tag ends");
            let name = tag
                .trim_start_matches('/')
                .split(' ')
                .next()
                .unwrap_or_default();
            assert!(TAGS.contains(&name), "{tag}");
        }
    }
    assert!(excerpt(body, 50).chars().count() <= 51);
});
