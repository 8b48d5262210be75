//! The command line.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, Parser, Subcommand};

use crate::Failure;
use crate::config::{Config, Listen, Secret, Storage};

/// A chat server in one binary
#[derive(Debug, Parser)]
#[command(name = "whatscrap", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

/// What the program is asked to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the chat (the default)
    Serve(Box<Config>),
    /// Look after the database's schema; `serve` applies what is missing by itself
    Migrate {
        #[command(subcommand)]
        action: Migrate,
    },
    /// Look after accounts
    Admin {
        #[command(subcommand)]
        action: Admin,
    },
    /// Check the settings and what they name, a line each
    Doctor(Box<Config>),
    /// Ask the server on this machine whether it is alive
    Healthcheck(Listen),
    /// Print the API's OpenAPI document
    Openapi,
}

/// What is done to the schema.
#[derive(Debug, Subcommand)]
pub enum Migrate {
    /// Apply what is missing
    Up(Storage),
    /// Say what is applied and what is missing
    Status(Storage),
}

/// What is done to an account.
#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Make an account: the owner's on a server without accounts, else an administrator's
    Create(Account),
    /// Set a new password and end the account's sessions
    ResetPassword(Account),
}

/// Whose account, and where it is kept.
#[derive(Debug, Args)]
pub struct Account {
    /// Username of the account
    pub username: String,

    /// Make up a password and print it, instead of reading one from standard input
    #[arg(long)]
    pub generate: bool,

    /// The password, instead of standard input
    #[arg(long, env, hide_env_values = true)]
    pub admin_password: Option<Secret>,

    #[command(flatten)]
    pub storage: Storage,
}

/// Reads the command line and the environment. `None`: help was asked for, and given.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Option<Command>, Failure> {
    let parsed = Cli::try_parse_from(arguments).and_then(|cli| match cli.command {
        Some(command) => Ok(Some(command)),
        None => Cli::try_parse_from(["whatscrap", "serve"]).map(|cli| cli.command),
    });
    match parsed {
        Ok(command) => Ok(command),
        Err(error) if !error.use_stderr() => {
            // Whoever asked for help and closed the pipe has seen enough.
            let _ = error.print();
            Ok(None)
        }
        Err(error) => Err(wrong_setting(&error)),
    }
}

/// One line that names the variable, whether it came as such or as a flag.
fn wrong_setting(error: &clap::Error) -> Failure {
    let said = |kind| error.get(kind).map(ToString::to_string);
    let variable = said(ContextKind::InvalidArg).as_deref().map(variable);
    match (error.kind(), variable) {
        (ErrorKind::ValueValidation | ErrorKind::InvalidValue, Some(variable)) => {
            let fault = std::error::Error::source(error).map(ToString::to_string);
            Failure::setting(&variable, fault.unwrap_or_else(|| not_one_of(error)))
        }
        (ErrorKind::MissingRequiredArgument, Some(variable)) => {
            Failure::setting(&variable, "it is needed here")
        }
        _ => {
            let text = error.render().to_string();
            let line = text.lines().next().unwrap_or_default();
            Failure::setting("command line", line.trim_start_matches("error: "))
        }
    }
}

fn not_one_of(error: &clap::Error) -> String {
    let value = error
        .get(ContextKind::InvalidValue)
        .map(ToString::to_string)
        .unwrap_or_default();
    match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(accepted)) => {
            format!("{value:?} is not known; accepted: {}", accepted.join(", "))
        }
        _ => format!("{value:?} is no value for it"),
    }
}

/// `--max-body-chars <MAX_BODY_CHARS>` names the variable between the brackets.
fn variable(argument: &str) -> String {
    let name = argument
        .rsplit_once('<')
        .and_then(|(_, name)| name.split_once('>'));
    name.map_or(argument, |(name, _)| name).to_owned()
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use clap::CommandFactory;

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
            ("--port", "80000", "PORT", "80000 is not in 0..=65535"),
            ("--bind", "localhost", "BIND", "IP address"),
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
                "0 is not in 1..=16000",
            ),
            ("--max-sockets-per-user", "-1", "MAX_SOCKETS_PER_USER", ""),
            (
                "--max-posts-per-second",
                "0",
                "MAX_POSTS_PER_SECOND",
                "zero",
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
    fn redis_is_refused_rather_than_ignored() {
        let refused = serve(&["--redis-url=redis://:s3cret@h"])
            .check()
            .unwrap_err();
        assert!(refused.to_string().starts_with("REDIS_URL: "), "{refused}");
        assert_eq!(serve(&["--redis-url="]).check(), Ok(()));
    }

    #[test]
    fn secrets_are_not_in_what_is_printed_for_debugging() {
        let flags = [
            "--database-url=postgres://u:s3cret@h/d",
            "--admin-username=ada",
            "--admin-password=s3cret",
            "--setup-token=s3cret",
        ];
        assert!(!format!("{:?}", serve(&flags)).contains("s3cret"));
    }

    #[test]
    fn every_variable_is_documented() {
        let example = include_str!("../../../.env.example");
        let readme = include_str!("../../../README.md");
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
}
