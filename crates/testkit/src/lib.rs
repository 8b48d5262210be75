//! The test harness of WhatsCrap: whole servers, and people that act on them.
//!
//! ```no_run
//! # async fn test() {
//! use whatscrap_testkit::App;
//!
//! let app = App::on_sqlite().await;
//! let (ada, ben) = (app.user("ada").await, app.user("ben").await);
//! let room = ada.creates_room("Hall").await;
//! ben.joins(&room).await;
//! let mut socket = ben.socket().await;
//! ada.posts("hello").in_room(&room).await;
//! assert_eq!(socket.hears("hello").await["version"], 1);
//! # }
//! ```
//!
//! Nothing here sleeps: people wait for the event itself, and give up loudly
//! after [`PATIENCE`]. What a test needs but a machine may lack (PostgreSQL,
//! Chromium) is asked for through functions that return `None` after a loud
//! message, so that the test can step aside; with `CI=true` the lack is a
//! failure instead.
//!
//! Without the feature `server` there are only the throwaway databases, which
//! is all an adapter's contract tests need.

mod companion;
#[cfg(feature = "server")]
pub mod faults;
mod needs;
pub mod postgres;
pub mod redis;
#[cfg(feature = "server")]
mod server;

#[cfg(feature = "server")]
pub use server::*;
