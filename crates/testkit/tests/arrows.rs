//! The walls of the house: which of our crates may use which, and who owns a
//! third-party crate. `ARCHITECTURE.md` draws them; this holds them up.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// What each of our crates may use of ours, outside its tests.
const ARROWS: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("users", &["kernel"]),
    ("rooms", &["kernel", "users"]),
    ("markup", &[]),
    ("messages", &["kernel", "users", "rooms", "markup"]),
    ("migration", &[]),
    (
        "store",
        &["kernel", "users", "rooms", "messages", "migration"],
    ),
    ("realtime", &["kernel", "users", "rooms", "messages"]),
    ("platform", &["kernel", "users", "rooms", "messages"]),
    ("web", &["kernel", "users", "rooms", "messages", "realtime"]),
    (
        "app",
        &[
            "kernel",
            "users",
            "rooms",
            "messages",
            "migration",
            "store",
            "realtime",
            "platform",
            "web",
        ],
    ),
    (
        "testkit",
        &["app", "web", "kernel", "users", "rooms", "messages"],
    ),
];

/// What a crate's tests may use beyond that.
const TEST_ARROWS: &[(&str, &[&str])] = &[
    ("store", &["testkit"]),
    ("realtime", &["testkit"]),
    ("web", &["store", "platform"]),
    ("app", &["testkit"]),
];

/// Third-party crates that shape their surroundings, and the crates of ours
/// that may name them.
const OWNERS: &[(&str, &[&str])] = &[
    ("sea-orm", &["store"]),
    ("sea-orm-migration", &["migration"]),
    ("axum", &["web", "app"]),
    ("redis", &["realtime"]),
    ("argon2", &["platform"]),
    ("minijinja", &["web"]),
    ("pulldown-cmark", &["markup"]),
    ("ammonia", &["markup"]),
    ("object_store", &["platform"]),
];

#[test]
fn our_crates_use_only_what_their_place_allows() {
    let workspace = Workspace::load();
    let mut broken = Vec::new();
    for package in workspace.ours() {
        let name = short(package);
        let allowed = allowed(ARROWS, name)
            .unwrap_or_else(|| panic!("{name} has no place in the house: give it one in ARROWS"));
        let in_tests = TEST_ARROWS.iter().find(|row| row.0 == name);
        for (used, kind) in workspace.uses(package) {
            let mut allowed = allowed.clone();
            if kind == DependencyKind::Development {
                allowed.extend(in_tests.map_or(&[][..], |row| row.1));
            }
            // A crate's tests may turn on its own `testing` feature.
            if used != name && !allowed.contains(used.as_str()) {
                broken.push(format!(
                    "{name} -> {used} ({kind}): allowed are {allowed:?}"
                ));
            }
        }
    }
    assert!(
        broken.is_empty(),
        "forbidden arrows:\n{}",
        broken.join("\n")
    );
}

#[test]
fn third_party_crates_with_an_owner_are_named_by_it_alone() {
    let workspace = Workspace::load();
    let mut broken = Vec::new();
    for package in workspace.ours() {
        let name = short(package);
        for dependency in &package.dependencies {
            let owned = OWNERS.iter().find(|row| row.0 == dependency.name);
            if let Some((third_party, owners)) = owned
                && !owners.contains(&name)
            {
                broken.push(format!("{name} -> {third_party}: it belongs to {owners:?}"));
            }
        }
    }
    assert!(
        broken.is_empty(),
        "crates off their owner:\n{}",
        broken.join("\n")
    );
}

#[test]
fn one_crate_links_sqlite_and_none_brings_a_second_tls_or_template_engine() {
    let workspace = Workspace::load();
    let mut versions: BTreeMap<&str, usize> = BTreeMap::new();
    for package in &workspace.metadata.packages {
        *versions.entry(&package.name).or_default() += 1;
    }
    for single in ["libsqlite3-sys", "minijinja"] {
        assert_eq!(versions.get(single), Some(&1), "{single} is there once");
    }
    for banned in [
        "aws-lc-rs",
        "aws-lc-sys",
        "openssl",
        "openssl-sys",
        "native-tls",
        "cmake",
    ] {
        assert_eq!(
            versions.get(banned),
            None,
            "{banned} is banned: see deny.toml"
        );
    }
}

struct Workspace {
    metadata: Metadata,
}

impl Workspace {
    fn load() -> Self {
        let metadata = MetadataCommand::new()
            .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml"))
            // What other platforms would need was never downloaded.
            .other_options(
                ["--offline", "--locked", "--filter-platform", &host()].map(String::from),
            )
            .exec()
            .expect("cargo describes the workspace");
        Self { metadata }
    }

    fn ours(&self) -> Vec<&Package> {
        self.metadata.workspace_packages()
    }

    /// The crates of ours that `package` names, and in which part of its manifest.
    fn uses<'a>(&self, package: &'a Package) -> Vec<(String, DependencyKind)> {
        let ours: BTreeSet<&str> = self
            .ours()
            .iter()
            .map(|package| package.name.as_str())
            .collect();
        package
            .dependencies
            .iter()
            .filter(|dependency: &&'a _| ours.contains(dependency.name.as_str()))
            .map(|dependency| {
                let name = dependency.name.trim_start_matches("whatscrap-").to_owned();
                (name, dependency.kind)
            })
            .collect()
    }
}

/// The platform that this was built on, as `rustc` calls it.
fn host() -> String {
    let rustc = Command::new("rustc").arg("-vV").output();
    let about = String::from_utf8(rustc.expect("rustc is there").stdout).expect("it is text");
    let host = about.lines().find_map(|line| line.strip_prefix("host: "));
    host.expect("rustc names its host").to_owned()
}

fn short(package: &Package) -> &str {
    package.name.trim_start_matches("whatscrap-")
}

fn allowed(
    table: &[(&str, &'static [&'static str])],
    name: &str,
) -> Option<BTreeSet<&'static str>> {
    let (_, allowed) = table.iter().find(|row| row.0 == name)?;
    Some(allowed.iter().copied().collect())
}
