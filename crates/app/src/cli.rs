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
mod tests;
