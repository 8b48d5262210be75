# What one does with the project; `just` lists it.

_default:
    @just --list --unsorted

# Run the server from source: templates, styles and scripts are read from disk
dev *flags:
    cargo run -- serve {{ flags }}

# Everything that must be green before a change goes in
ci:
    .ci/run

# The tests alone; without PostgreSQL or Chromium theirs step aside and say so
test *filter:
    cargo test --workspace {{ filter }}

# The stories of browsers told with the keyboard alone; all that pages are in, or those named
keyboard *stories="browsers::two_people conversations:: changing_pages:: reading_pages:: files_seen:: search::people_find settings::a_picture composing:: calm::what_was_refused notified_pages:: presence::two_people formatting::what_is switching::rooms switching::the_switcher switching::a_logout":
    HANDS=keyboard cargo test --workspace --test stories -- {{ stories }}

# The stories told of three nodes, each person on another, joined by `redis` or `postgres`: `just nodes redis rooms::`
nodes joined *stories:
    TEST_NODES={{ joined }} cargo test --workspace --test stories -- --skip on_sqlite {{ stories }}

# Apply the formatter
fmt:
    cargo fmt --all

# Licences, advisories and the walls between crates (needs cargo-deny)
deny:
    cargo deny check

# Make load on a release build, by its own rules: `just load --help`
load *arguments:
    cargo run --release -p whatscrap-testkit --bin whatscrap-loadgen -- {{ arguments }}

# Break a server in every way, at length (as root), and print the rows of docs/reliability.md
faults *arguments:
    cargo build -p whatscrap-app -p whatscrap-testkit --bins --features whatscrap-testkit/failpoints
    target/debug/whatscrap-faults --binary {{ justfile_directory() }}/target/debug/whatscrap {{ arguments }}

# Every figure of docs/performance.md, or those named: server on one core, generator on another
figures *names:
    cargo build --release -p whatscrap-app -p whatscrap-testkit --bin whatscrap --bin whatscrap-loadgen
    target/release/whatscrap-loadgen figures {{ names }}

# Pictures of every page into docs/screens: three widths, light and dark
screens *arguments:
    cargo run -p whatscrap-testkit --bin whatscrap-screens -- {{ arguments }}

# The microbenchmarks: rendering, encoding, fan-out, appending, catching up, pages
bench:
    cargo bench -p whatscrap-markup --bench rendering
    cargo bench -p whatscrap-web --bench frames
    cargo bench -p whatscrap-realtime --bench hub
    cargo bench -p whatscrap-store --bench posts
    cargo bench -p whatscrap-store --bench search
    cargo bench -p whatscrap-testkit --bench pages

# Feed the renderer with what libFuzzer thinks of, on the stable compiler: `just fuzz -max_total_time=600`
fuzz *arguments:
    mkdir -p fuzz/corpus/render
    cd fuzz && RUSTFLAGS="-Cpasses=sancov-module -Ccodegen-units=1 -Cllvm-args=-sanitizer-coverage-level=4 \
        -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
        -Cllvm-args=-sanitizer-coverage-trace-compares" \
        cargo run --release --target "$(rustc --print host-tuple)" -- corpus/render -max_len=4000 {{ arguments }}

# Build the container image
image:
    docker build --tag whatscrap .
