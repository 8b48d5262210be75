use std::net::SocketAddr;

use clap::CommandFactory;
use whatscrap_platform::webpush::Reach;

use super::*;
use crate::config::{DatabaseUrl, MetricsBind, PublicUrl, Registration, Switch};

fn line(flags: &[&str]) -> Result<Option<Command>, Failure> {
    parse(["whatscrap"].iter().chain(flags).map(OsString::from))
}

fn serve(flags: &[&str]) -> Config {
    match line(&[&["serve"], flags].concat()) {
        Ok(Some(Command::Serve(config))) => *config,
        other => panic!("{flags:?}: {other:?}"),
    }
}

#[test]
fn a_wrong_setting_is_one_line_that_names_the_variable_and_what_is_accepted() {
    for (flag, value, variable, explained) in [
        (
            "--port",
            "80000",
            "PORT",
            "80000\"; accepted: a whole number from 0 to 65535",
        ),
        ("--bind", "localhost", "BIND", "accepted: 0.0.0.0, "),
        (
            "--database-url",
            "mysql://u:s3cret@h/d",
            "DATABASE_URL",
            "accepted: sqlite:PATH",
        ),
        (
            "--public-url",
            "chat.example.com",
            "PUBLIC_URL",
            "accepted: http:// or https://",
        ),
        (
            "--public-url",
            "https://x.org/chat",
            "PUBLIC_URL",
            "without a path",
        ),
        (
            "--registration",
            "maybe",
            "REGISTRATION",
            "accepted: open, invite, closed",
        ),
        (
            "--client-ip-source",
            "leftmost",
            "CLIENT_IP_SOURCE",
            "RightmostXForwardedFor",
        ),
        ("--rate-limits", "never", "RATE_LIMITS", "accepted: on, off"),
        (
            "--metrics-bind",
            "9100",
            "METRICS_BIND",
            "accepted: IP:PORT",
        ),
        (
            "--log-format",
            "xml",
            "LOG_FORMAT",
            "accepted: pretty, json",
        ),
        (
            "--rust-log",
            "info=info=info",
            "RUST_LOG",
            "accepted: a level",
        ),
        (
            "--max-body-chars",
            "0",
            "MAX_BODY_CHARS",
            "accepted: a whole number from 1 to 16000",
        ),
        (
            "--max-sockets-per-user",
            "many",
            "MAX_SOCKETS_PER_USER",
            "accepted: a whole",
        ),
        (
            "--max-posts-per-second",
            "0",
            "MAX_POSTS_PER_SECOND",
            "accepted: a whole number from 1",
        ),
        ("--admin-username", "ada", "ADMIN_PASSWORD", "needed"),
    ] {
        let failure = line(&["serve", &format!("{flag}={value}")]).unwrap_err();
        let line = failure.to_string();
        assert!(
            line.starts_with(&format!("{variable}: ")),
            "{flag} {value}: {line}"
        );
        assert!(line.contains(explained), "{flag} {value}: {line}");
        assert!(!line.contains('\n') && !line.contains("s3cret"), "{line}");
    }
}

#[test]
fn what_is_not_said_has_a_default() {
    let config = serve(&[]);
    let listen = SocketAddr::new(config.listen.bind, config.listen.port);
    assert_eq!(listen.to_string(), "0.0.0.0:8000");
    let file = DatabaseUrl::Sqlite("./data/whatscrap.db".into());
    assert_eq!(config.storage.database(), file);
    assert_eq!(config.registration, Registration::Open);
    assert_eq!(config.rate_limits, Switch::On);
    assert_eq!(config.limits.max_body_chars, 4_000);
    assert_eq!(config.limits.max_sockets_per_user, 10);
    assert_eq!(config.metrics_bind, None);
}

#[test]
fn without_a_command_it_serves() {
    assert!(matches!(line(&[]), Ok(Some(Command::Serve(_)))));
}

#[test]
fn metrics_can_be_switched_off_and_a_public_url_is_an_origin() {
    let config = serve(&["--metrics-bind=", "--public-url=https://Chat.example.com/"]);
    assert_eq!(config.metrics_bind, Some(MetricsBind::Off));
    assert_eq!(
        config.public_url,
        Some(PublicUrl("https://chat.example.com".into()))
    );
}

#[test]
fn several_nodes_need_postgresql_and_one_secret() {
    let database = "--database-url=postgres://u:p@h/d";
    let redis = "--redis-url=redis://:s3cret@h";
    let key = "--secret-key=0123456789abcdef";
    for (flags, variable) in [
        (&[redis][..], "REDIS_URL"),
        (&[redis, key], "REDIS_URL"),
        (&[redis, database], "SECRET_KEY"),
        (&[redis, database, "--secret-key=short"], "SECRET_KEY"),
        (&["--bus=postgres", key], "BUS"),
        (&["--bus=postgres", database], "SECRET_KEY"),
        (&["--bus=redis", database, key], "BUS"),
    ] {
        let refused = serve(flags).check().unwrap_err().to_string();
        assert!(refused.starts_with(&format!("{variable}: ")), "{refused}");
        assert!(!refused.contains("s3cret"), "{refused}");
    }
    for flags in [
        &["--redis-url="][..],
        &[redis, "--bus=none"],
        &[redis, database, key],
        &["--bus=postgres", database, key],
    ] {
        assert_eq!(serve(flags).check(), Ok(()), "{flags:?}");
    }
}

#[test]
fn pushing_to_this_machine_is_for_tests_alone() {
    assert_eq!(serve(&[]).push_reach(), Reach::Public);
    let loopback = "--push-endpoints=loopback";
    for more in [
        &[][..],
        &["--bind=192.0.2.1"],
        &["--bind=127.0.0.1", "--public-url=https://chat.example.com"],
    ] {
        let refused = serve(&[&[loopback], more].concat()).check().unwrap_err();
        assert!(
            refused.to_string().starts_with("PUSH_ENDPOINTS: "),
            "{refused}"
        );
    }
    assert_eq!(serve(&[loopback, "--bind=127.0.0.1"]).check(), Ok(()));
}

#[test]
fn secrets_are_not_in_what_is_printed_for_debugging() {
    let flags = [
        "--database-url=postgres://u:s3cret@h/d",
        "--admin-username=ada",
        "--admin-password=s3cret",
        "--setup-token=s3cret",
        "--redis-url=redis://:s3cret@h",
        "--secret-key=s3cret",
    ];
    assert!(!format!("{:?}", serve(&flags)).contains("s3cret"));
}

#[test]
fn every_variable_is_documented() {
    let example = include_str!("../../../../.env.example");
    let readme = include_str!("../../../../README.md");
    let command = Cli::command();
    let serve = command.find_subcommand("serve").expect("it is there");
    let shown = serve
        .get_arguments()
        .filter(|argument| !argument.is_hide_set());
    for name in shown.filter_map(clap::Arg::get_env) {
        let name = name.to_str().expect("ASCII");
        assert!(
            example.contains(&format!("\n#{name}=")),
            ".env.example lacks {name}"
        );
        assert!(
            readme.contains(&format!("`{name}`")),
            "README.md lacks {name}"
        );
    }
}

#[test]
fn every_variable_of_the_blueprints_is_a_setting() {
    // Of Compose, of its other services, and of the Dockerfile.
    let others = [
        "COMPOSE_PROFILES",
        "POSTGRES_PASSWORD",
        "PUBLISH",
        "SITE_ADDRESS",
        "FEATURES",
    ];
    let command = Cli::command();
    let serve = command.find_subcommand("serve").expect("it is there");
    let settings = serve.get_arguments().filter_map(clap::Arg::get_env);
    let settings: Vec<_> = settings.filter_map(|name| name.to_str()).collect();
    for (file, text, before, after, count) in [
        (
            ".env.example",
            include_str!("../../../../.env.example"),
            "#",
            '=',
            30,
        ),
        (
            "compose.yaml",
            include_str!("../../../../compose.yaml"),
            "#   ",
            '=',
            9,
        ),
        (
            "render.yaml",
            include_str!("../../../../render.yaml"),
            "      - key: ",
            '\n',
            2,
        ),
        (
            "render.cluster.yaml",
            include_str!("../../../../render.cluster.yaml"),
            "      - key: ",
            '\n',
            10,
        ),
    ] {
        let lines = text.split_inclusive('\n');
        let rests = lines.filter_map(|line| line.strip_prefix(before)?.split_once(after));
        let names = rests.map(|(name, _)| name);
        let names = names.filter(|name| {
            name.chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        });
        let names: Vec<_> = names.collect();
        assert!(names.len() >= count, "{file}: {names:?}");
        for name in names {
            assert!(
                settings.contains(&name) || others.contains(&name),
                "{file} names {name}"
            );
        }
    }
}
