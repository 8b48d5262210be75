//! What the program can be asked to do beside serving.

mod admin;
mod doctor;
mod healthcheck;
mod migrate;

use crate::cli::{Admin, Command, Migrate};
use crate::{Failure, serve};

/// Does what was asked.
pub async fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Serve(config) => serve::run(&config).await,
        Command::Migrate {
            action: Migrate::Up(storage),
        } => migrate::up(&storage).await,
        Command::Migrate {
            action: Migrate::Status(storage),
        } => migrate::status(&storage).await,
        Command::Admin {
            action: Admin::Create(account),
        } => admin::create(&account).await,
        Command::Admin {
            action: Admin::ResetPassword(account),
        } => admin::reset_password(&account).await,
        Command::Doctor(config) => doctor::doctor(&config).await,
        Command::Healthcheck(listen) => healthcheck::healthcheck(&listen),
        Command::Openapi => {
            println!("{}", whatscrap_web::openapi());
            Ok(())
        }
    }
}
