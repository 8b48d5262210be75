//! The web adapter: pages, JSON API and WebSocket, on axum.
//!
//! [`router`] serves everything; [`Server`] is what its handlers share; [`views`] are the shapes
//! on the wire, the same for JSON, WebSocket and templates.

mod api;
mod assets;
mod auth;
#[cfg(test)]
mod contrast;
mod conversations;
mod cross_site;
mod entry;
mod files;
mod headers;
mod health;
mod host;
mod initials;
mod limits;
mod observe;
mod pages;
mod pictures;
mod problem;
mod receiving;
mod router;
mod server;
mod templates;
mod uploads;
pub mod views;
mod ws;

pub use api::openapi;
pub use limits::Rates;
pub use router::router;
pub use server::{Config, Readiness, Server, Services, SetupToken, Timing};
pub use ws::encoders;
