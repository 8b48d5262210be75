//! What people may rely on, told as stories on a whole server. Every story runs
//! on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a test that is surprised fails")]

/// Tests each of these stories on both databases.
macro_rules! stories {
    ($($story:ident),+ $(,)?) => {$(
        mod $story {
            use whatscrap_testkit::App;

            #[tokio::test]
            async fn on_sqlite() {
                super::$story(&App::on_sqlite().await).await;
            }

            #[tokio::test]
            async fn on_postgresql() {
                if let Some(app) = App::on_postgresql().await {
                    super::$story(&app).await;
                }
            }
        }
    )+};
}

mod accessible;
mod accounts;
mod adapted;
mod browsers;
mod calm;
mod catching_up;
mod changes;
mod changing_pages;
mod closing;
mod composing;
mod conversations;
mod cross_site;
mod direct;
mod files;
mod files_seen;
mod formatting;
mod framing;
mod ghosts;
mod heartbeat;
mod history;
mod hostile_names;
mod invites;
mod log_pages;
mod matrix;
mod mentions;
mod messages;
mod nodes;
mod notified;
mod notified_pages;
mod openapi;
mod pages;
mod policed;
mod presence;
mod profiles;
mod push;
mod rates;
mod reading;
mod reading_pages;
mod returning;
mod rights;
mod rooms;
mod search;
mod sessions;
mod settings;
mod sockets;
mod switching;
mod weight;
mod workspace;
mod wrong_input;
