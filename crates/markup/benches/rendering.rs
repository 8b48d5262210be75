//! What a message costs to render, when it is posted and when it is shown:
//! `cargo bench -p whatscrap-markup`.

use divan::{Bencher, black_box};
use whatscrap_markup::{excerpt, plain, render};

fn main() {
    divan::main();
}

/// A hundred bytes without markup, the same with an address, a line with some markup, and all of it.
const BODIES: [(&str, &str); 4] = [
    (
        "plain",
        "It takes about a hundred bytes to say what people say to each other in an ordinary room of friends.",
    ),
    (
        "address",
        "It takes about a hundred bytes to say that https://example.org/a?b=c is an address, friends.",
    ),
    (
        "formatted",
        "It takes **about** a hundred bytes to say _what_ people `say` to each other in an ordinary room.",
    ),
    (
        "everything",
        "# Plan\n\n> It takes **about** a hundred bytes\n\n1. say _what_ people [say](https://example.org/a)\n2. to `each` other\n\n```rust\nfn main() {\n    println!(\"in an ordinary room\");\n}\n```\nof friends :tada: &lt; ~~none~~",
    ),
];

fn names() -> impl Iterator<Item = &'static str> {
    BODIES.iter().map(|(name, _)| *name)
}

fn body(name: &str) -> &'static str {
    BODIES
        .iter()
        .find(|(known, _)| *known == name)
        .map_or("", |(_, body)| body)
}

/// What posting pays.
#[divan::bench(args = names())]
fn post(bencher: Bencher, name: &str) {
    bencher.bench(|| render(black_box(body(name)), |_| Vec::new()));
}

/// What showing pays, where nothing was stored.
#[divan::bench(args = ["plain", "address"])]
fn show(bencher: Bencher, name: &str) {
    bencher.bench(|| plain(black_box(body(name)), |_| Vec::new()));
}

/// What a notification pays.
#[divan::bench(args = names())]
fn say(bencher: Bencher, name: &str) {
    bencher.bench(|| excerpt(black_box(body(name)), 200));
}

/// What the longest body costs that is nothing but signs.
#[divan::bench(args = ["*a ", "[a](b", "> ", "`", "<a ", "[a](https://b.c) "])]
fn hostile(bencher: Bencher, piece: &str) {
    let body: String = piece.chars().cycle().take(4_000).collect();
    bencher.bench(|| render(black_box(&body), |_| Vec::new()));
}
